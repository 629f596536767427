"""Connects to the first of several addresses that answers.

An address that does not answer costs a moment and not the whole wait: the next one is tried beside
it, as RFC 8305 has it, and the two kinds of addresses take turns, since often one kind as a whole
leads nowhere.
"""

from __future__ import annotations

import errno
import queue
import threading
import time
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest

import httpcore

MAX_ADDRESSES = 4
STAGGER = 0.3

_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
_SILENCE = (httpcore.ConnectTimeout, TimeoutError)

Attempt = Callable[[str, float], httpcore.NetworkStream]
"""Opens a connection to an address within so many seconds."""


def in_turns(addresses: Sequence[str]) -> list[str]:
    """The addresses to try, the kind of the first one first and then by turns."""
    first = [one for one in addresses if (":" in one) == (":" in addresses[0])]
    others = [one for one in addresses if one not in first]
    turns = chain.from_iterable(zip_longest(first, others))
    return [one for one in turns if one is not None][:MAX_ADDRESSES]


def connect_to_first(
    addresses: Sequence[str], attempt: Attempt, seconds: float
) -> httpcore.NetworkStream:
    """Open a connection to one of the addresses, all of them within the time.

    Raises:
        httpcore.ConnectError, httpcore.ConnectTimeout, OSError: none answered; of several reasons
            the one that says most: silence, then a refusal, then that no way leads there.
    """
    candidates = in_turns(addresses)
    if len(candidates) == 1:
        return attempt(candidates[0], seconds)
    return _Race(attempt, seconds).run(candidates)


def lies_nowhere(error: BaseException) -> bool:
    """Whether an error says that this machine has no way to an address."""
    cause: BaseException | None = error
    while cause is not None and not (isinstance(cause, OSError) and cause.errno):
        cause = cause.__cause__ or cause.__context__
    return isinstance(cause, OSError) and cause.errno in _NO_ROUTE


class _Race:
    """Attempts side by side; what connects after the first is closed again."""

    def __init__(self, attempt: Attempt, seconds: float) -> None:
        self._attempt = attempt
        self._until = time.monotonic() + seconds
        self._ends: queue.SimpleQueue[httpcore.NetworkStream | Exception] = queue.SimpleQueue()
        self._over = False
        self._lock = threading.Lock()

    def run(self, addresses: Sequence[str]) -> httpcore.NetworkStream:
        """The first connection."""
        waiting = list(addresses)
        running = 0
        failures: list[Exception] = []
        try:
            while waiting or running:
                left = self._until - time.monotonic()
                if left <= 0:
                    break
                if waiting:
                    self._start(waiting.pop(0), left)
                    running += 1
                try:
                    end = self._ends.get(timeout=min(STAGGER, left) if waiting else left)
                except queue.Empty:
                    continue
                if not isinstance(end, Exception):
                    return end
                running -= 1
                failures.append(end)
        finally:
            self._close_rest()
        if running or any(isinstance(one, _SILENCE) for one in failures):
            raise httpcore.ConnectTimeout("no address answered in time")
        raise min(failures, key=lies_nowhere)

    def _start(self, address: str, seconds: float) -> None:
        def run() -> None:
            end: httpcore.NetworkStream | Exception
            try:
                end = self._attempt(address, seconds)
            except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError) as error:
                end = error
            with self._lock:
                if self._over and not isinstance(end, Exception):
                    end.close()
                else:
                    self._ends.put(end)

        threading.Thread(target=run, name=f"connect {address}", daemon=True).start()

    def _close_rest(self) -> None:
        with self._lock:
            self._over = True
        while not self._ends.empty():
            end = self._ends.get()
            if not isinstance(end, Exception):
                end.close()
