"""Questions in line: so many are answered at once, and everybody has a turn.

A reader has one question being answered and one waiting. Turns go by where questions come from
before they go by when they came, so that whoever asks a lot waits for themselves.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import Literal

from ui.state.jobs import Job

AT_ONCE = 6
"""Answers that are written at the same time."""
WAITING = 60
"""Questions that wait, of all readers."""
_LEFT_BEHIND = 6  # stopped ones whose model has not let go of its thread yet
_REMEMBERED = 1000  # addresses

Refusal = Literal["", "own", "all"]
"""Why a question is not taken: the reader has others in line, or the line is full."""


class JobQueue:
    """Runs jobs on a bounded pool of threads; safe to use from several threads."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._at_once, self._most = at_once, waiting
        self._waiting: list[Job] = []
        self._running: list[Job] = []
        self._threads = self._turns = 0
        self._last_turn: dict[str, int] = {}
        self._changed = threading.Condition()

    def put(self, job: Job) -> Refusal:
        """Put a job in line; it may be refused, and then nothing of it runs."""
        with self._changed:
            self._waiting = [one for one in self._waiting if not one.now.done]
            if any(one.reader == job.reader for one in self._waiting):
                return "own"
            pushed = self._pushed_out_by(job) if len(self._waiting) >= self._most else None
            if len(self._waiting) - bool(pushed) >= self._most:
                return "all"
            if pushed:
                self._waiting.remove(pushed)
            self._waiting.append(job)
            job.told = self._wake
            self._staff()
        if pushed:  # not under the lock: whoever follows a job has its lock first
            pushed.refuse(pushed.asked.busy)
        return ""

    def ahead(self, job: Job) -> int:
        """How many questions are before this one; 0 once it is being answered."""
        with self._changed:
            waiting = [one for one in self._waiting if not one.now.done]
            if job not in waiting:
                return 0
            return len(self._active()) + waiting.index(job)

    def _pushed_out_by(self, job: Job) -> Job | None:
        """The last job of the address with the most in line, where that has more than this one."""
        counts = Counter(one.asked.address for one in self._waiting)
        address, most = max(counts.items(), key=lambda item: item[1])
        if most <= counts[job.asked.address] + 1:
            return None
        return next(one for one in reversed(self._waiting) if one.asked.address == address)

    def _active(self) -> list[Job]:
        return [one for one in self._running if not one.now.done]

    def _staff(self) -> None:
        """Let the threads look for work, and start one more where all have some."""
        self._changed.notify_all()
        free = self._threads - len(self._running)
        if free < len(self._waiting) and self._threads < self._at_once + _LEFT_BEHIND:
            self._threads += 1
            name = f"answer-{self._threads}"
            threading.Thread(target=self._work, name=name, daemon=True).start()

    def _wake(self) -> None:
        """Look again: a job was stopped, which may make room for another one."""
        with self._changed:
            if self._waiting:
                self._staff()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not (job := self._next()):
                    self._changed.wait()
                self._waiting.remove(job)
                self._running.append(job)
            try:
                job.run()
            finally:
                with self._changed:
                    self._running.remove(job)
                    self._changed.notify_all()

    def _next(self) -> Job | None:
        """The job whose turn it is; none while as many are running as may."""
        self._waiting = [one for one in self._waiting if not one.now.done]
        active = self._active()
        if len(active) >= self._at_once:
            return None
        busy = {one.reader for one in active}
        held = Counter(one.reader for one in self._running)  # stopped ones included
        free = [one for one in self._waiting if one.reader not in busy and held[one.reader] < 2]
        if not free:
            return None
        at = Counter(one.asked.address for one in active)
        turn = min(free, key=lambda one: (at[one.asked.address], self._turn_of(one)))
        self._turns += 1
        self._last_turn.pop(turn.asked.address, None)
        self._last_turn[turn.asked.address] = self._turns
        for address in list(self._last_turn)[:-_REMEMBERED]:
            del self._last_turn[address]
        return turn

    def _turn_of(self, job: Job) -> int:
        """When its address last had a turn; the list is in the order in which questions came."""
        return self._last_turn.get(job.asked.address, 0)
