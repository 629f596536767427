"""How many pages are open: each costs the server a session, and a thread while it draws."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_DRAWING = "ScriptRunner."  # how Streamlit names the threads that draw
_SPARE = 8
MOST, MOST_OF_AN_ADDRESS, MOST_OF_A_READER = 256, 160, 24


class OpenSockets:
    """Counts the open sockets; used by the server's loop alone."""

    def __init__(
        self,
        most: int = MOST,
        of_an_address: int = MOST_OF_AN_ADDRESS,
        of_a_reader: int = MOST_OF_A_READER,
    ) -> None:
        self._most, self._of_an_address, self._of_a_reader = most, of_an_address, of_a_reader
        self._open: Counter[tuple[str, str]] = Counter()

    @property
    def may_draw(self) -> bool:
        """Whether one more drawing may begin.

        Each page may have one going on. Streamlit begins another at every message, at once, and the
        one before ends when it next draws something: under load, they pile up.
        """
        names = [thread.name for thread in threading.enumerate()]
        drawing = sum(name.startswith(_DRAWING) for name in names)
        return drawing < self._open["", ""] + _SPARE

    @contextmanager
    def one(self, address: str, reader: str) -> Iterator[bool]:
        """Whether there is room for one more, which is counted for as long as the block lasts."""
        keys = [("", ""), ("address", address)]
        keys += [("reader", reader)] if reader else []
        limits = (self._most, self._of_an_address, self._of_a_reader)
        if any(self._open[key] >= most for key, most in zip(keys, limits, strict=False)):
            yield False
            return
        self._open.update(keys)
        try:
            yield True
        finally:
            self._open.subtract(keys)
            for key in keys:
                if not self._open[key]:
                    del self._open[key]
