"""How often, and for how long, a model may be tried."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.llm.errors import ModelFailure

MAX_CALLS = 3
_BREAK_AFTER, _BREAK_SECONDS = 3, 60.0


class Breaker:
    """Gives a model a rest after repeated failure; threads may share it."""

    def __init__(self, after: int = _BREAK_AFTER, seconds: float = _BREAK_SECONDS) -> None:
        self._after, self._seconds = after, seconds
        self._failures, self._until = 0, 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise when the model rests; after the rest one call may try."""
        with self._lock:
            now = time.monotonic()
            if self._failures >= self._after:
                if now < self._until:
                    raise ModelFailure("paused")
                self._until = now + self._seconds  # others wait for this try

    def record(self, ok: bool) -> None:
        """Count a call that ended."""
        with self._lock:
            self._failures = 0 if ok else self._failures + 1
            self._until = time.monotonic() + self._seconds


@dataclass(slots=True)
class Limit:
    """What is left for one answer, whichever models take part in it: calls, and time.

    `deadline` is in seconds of `time.monotonic`; `used` and `tokens` count what was spent.
    """

    deadline: float
    calls: int = MAX_CALLS
    used: int = 0
    tokens: dict[str, int] = field(default_factory=dict)

    def spent(self) -> bool:
        """Whether no further call may be made."""
        return self.used >= self.calls or time.monotonic() >= self.deadline

    def part(self, seconds: float) -> Limit:
        """A single call of it, for so many seconds at most; `take` accounts for it afterwards."""
        until = min(self.deadline, time.monotonic() + seconds)
        return Limit(until, min(self.calls, self.used + 1), self.used)

    def take(self, part: Limit) -> None:
        """Account for what a part has spent."""
        self.used = part.used
        self.add(part.tokens)

    def add(self, tokens: Mapping[str, int]) -> None:
        """Count tokens that a call took."""
        for name, count in tokens.items():
            self.tokens[name] = self.tokens.get(name, 0) + count
