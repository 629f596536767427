"""Waits: between requests to one host, before another try, and not at all once a run is stopped."""

from __future__ import annotations

import random
import threading
import time

from ingest.fetch.deadline import Deadline
from ingest.fetch.errors import FetchError

MAX_RETRY_AFTER = 60.0
FIRST_BACKOFF = 0.5
OUT_OF_TIME = "The time for fetching was up (FETCH_DEADLINE)."


class Pace:
    """Keeps the starts of requests to a host apart, whichever threads send them.

    Args:
        delay: least seconds between two starts.
        deadline: of the whole run; a turn that comes after it is refused.
    """

    def __init__(self, delay: float, deadline: Deadline) -> None:
        self._delay = delay
        self._deadline = deadline
        self._next: dict[str, float] = {}
        self._own: dict[str, float] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def set_delay(self, host: str, delay: float) -> None:
        """Use another delay for a host."""
        with self._lock:
            self._own[host] = delay

    def stop(self) -> None:
        """End all waits, now and later, with an error."""
        self._stopped.set()

    def turn(self, host: str) -> None:
        """Wait for the next turn at a host.

        Raises:
            FetchError: `not_fetched`; the run is over or stopped.
        """
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next.get(host, now))
            self._next[host] = start + self._own.get(host, self._delay)
        self.wait(start - now)

    def wait(self, seconds: float) -> None:
        """Sleep, unless that would take longer than the run may.

        Raises:
            FetchError: `not_fetched`; the run is over or stopped.
        """
        if self._deadline.over or seconds > self._deadline.left:
            raise FetchError("not_fetched", OUT_OF_TIME)
        if self._stopped.wait(max(0.0, seconds)):
            raise FetchError("not_fetched", "The run was stopped.")

    def back_off(self, tries: int, retry_after: float | None) -> bool:
        """Wait before another try; False when the site asks for a longer wait than is sensible.

        Raises:
            FetchError: `not_fetched`; the run is over or stopped.
        """
        seconds: float = FIRST_BACKOFF * 2 ** (tries - 1)
        seconds *= 1 + random.random() / 4  # noqa: S311 (spreads tries, keeps no secret)
        if retry_after is not None:
            if retry_after > min(MAX_RETRY_AFTER, self._deadline.left):
                return False
            seconds = max(seconds, retry_after)
        self.wait(seconds)
        return True
