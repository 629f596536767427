"""The last question of every conversation, waiting, being answered, or done."""

from __future__ import annotations

import threading

from ui.state.job_queue import JobQueue
from ui.state.jobs import Job


class JobBoard:
    """The last job of every conversation; safe to use from several threads."""

    _MOST = 200

    def __init__(self, queue: JobQueue | None = None) -> None:
        self._queue = queue or JobQueue()
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(self, job: Job) -> None:
        """Put a job in line; one of the same conversation is stopped before.

        A job that is refused is done, and says why.
        """
        conversation = job.asked.conversation
        before = self.of(conversation)
        if before:
            before.cancel()
        with self._lock:
            self._jobs.pop(conversation, None)
            self._jobs[conversation] = job
            for name in list(self._jobs)[: -self._MOST]:
                if self._jobs[name].now.done:
                    del self._jobs[name]
        refusal = self._queue.put(job)
        if refusal:
            job.refuse(job.asked.others if refusal == "own" else job.asked.busy)

    def of(self, conversation: str) -> Job | None:
        """The last job of a conversation, running or done."""
        with self._lock:
            return self._jobs.get(conversation)

    def ahead(self, job: Job) -> int:
        """How many questions are before this one."""
        return self._queue.ahead(job)
