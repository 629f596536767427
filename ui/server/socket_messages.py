"""What a page may say on its socket, and how fast.

Streamlit's own page sends more than ours needs: to clear the cache of the whole server, to tell
where its sources come from, to take files. Whoever opens a socket can send the same, so all but the
three messages of a page in use are dropped before they arrive.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import lru_cache

from starlette.types import Message, Receive
from streamlit.proto.BackMsg_pb2 import BackMsg

WELCOME = ("rerun_script", "stop_script", "app_heartbeat")
LONGEST = 2_000_000
"""Bytes of a message; a question has some thousand."""
_AT_ONCE, _A_SECOND = 10.0, 5.0
_LOOK_AGAIN = 0.05  # seconds
_UNSUPPORTED, _TOO_LONG = 1003, 1009  # RFC 6455, 7.4.1
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5  # how a field of a message is written
_LONGEST_VARINT = 10


def only_welcome(
    receive: Receive, close: Callable[[int], None], may_pass: Callable[[], bool]
) -> Receive:
    """What is received, without messages that are not welcome; too many at once are held back.

    While one is held back no further one is read, so the client's own network waits.

    Args:
        receive: the socket's messages.
        close: told the code that the socket must be closed with; the page sees it as gone.
        may_pass: whether the server has room to act on one more.
    """
    pace = _Pace()

    async def receive_welcome() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            data = message.get("bytes")
            if data is None or len(data) > LONGEST:
                code = _UNSUPPORTED if data is None else _TOO_LONG
                close(code)
                return {"type": "websocket.disconnect", "code": code}
            await pace.wait()
            if is_welcome(data):
                while not may_pass():
                    await asyncio.sleep(_LOOK_AGAIN)
                return message

    return receive_welcome


def is_welcome(data: bytes) -> bool:
    """Whether a message holds what our page sends, and nothing beside it."""
    try:
        found = set(_fields(data))
    except (ValueError, IndexError):
        return False
    return bool(found) and found <= _welcome_fields()


@lru_cache(maxsize=1)
def _welcome_fields() -> frozenset[int]:
    fields = BackMsg.DESCRIPTOR.fields_by_name
    return frozenset(fields[name].number for name in WELCOME)


def _fields(data: bytes) -> Iterator[int]:
    """The numbers of the fields that a message holds.

    Only its outermost layer is read, which is less than Streamlit reads: what is hidden behind a
    second field, or written in a way that only some readers take, is seen here.

    Raises:
        ValueError: it is written in a way that nobody needs.
        IndexError: it ends too early.
    """
    at = 0
    while at < len(data):
        tag, after = _varint(data, at)
        if after - at > 2:
            raise ValueError("a number that is written too long")
        yield tag >> 3
        at = _end_of(data, after, tag & 7)
    if at != len(data):
        raise IndexError("it ends too early")


def _end_of(data: bytes, at: int, kind: int) -> int:
    """Where a field ends whose value begins here."""
    if kind == _VARINT:
        return _varint(data, at)[1]
    if kind == _LENGTH:
        length, at = _varint(data, at)
        return at + length
    if kind in (_FIXED64, _FIXED32):
        return at + (8 if kind == _FIXED64 else 4)
    raise ValueError(f"a field of kind {kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that is written here, seven bits a byte, and where it ends."""
    value = 0
    for place in range(_LONGEST_VARINT):
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a number that does not end")


class _Pace:
    """So many messages at once, then so many a second."""

    def __init__(self) -> None:
        self._left, self._at = _AT_ONCE, asyncio.get_running_loop().time()

    async def wait(self) -> None:
        """Return when the next message is due."""
        now = asyncio.get_running_loop().time()
        self._left = min(_AT_ONCE, self._left + (now - self._at) * _A_SECOND) - 1
        self._at = now
        if self._left < 0:
            await asyncio.sleep(-self._left / _A_SECOND)
