"""Time limits."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment, by the monotonic clock, after which no more time is spent."""

    at: float

    @classmethod
    def after(cls, seconds: float, *, within: Deadline | None = None) -> Deadline:
        """So many seconds from now, but not after the end of `within`."""
        at = time.monotonic() + seconds
        return cls(at if within is None else min(at, within.at))

    @property
    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether the moment has passed."""
        return self.left <= 0.0
