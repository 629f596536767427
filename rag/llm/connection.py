"""Connections to a model's server: never led elsewhere, and cut when nobody waits any more.

A server may send a byte now and then for ever, which no timeout ends: so who stops a call shuts its
socket, whatever the thread that reads from it is waiting for.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

_MOST_BYTES = 64 * 1024 * 1024  # the longest answer that is taken comes in pieces of some 1 KB

_here = threading.local()


class Call:
    """One request: `stop` ends it from any thread."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._socket: Any = None

    def begin(self) -> None:
        """Say that what this thread sends from now on belongs to this call."""
        _here.call = self

    def stop(self) -> None:
        """End it: the thread that reads from its socket finds it closed."""
        self.stopped.set()
        self._cut()

    def connected(self, opened: Any) -> None:
        """Take note of a socket that was opened for it."""
        with self._lock:
            self._socket = opened
        if self.stopped.is_set():
            self._cut()

    def _cut(self) -> None:
        with self._lock, contextlib.suppress(OSError, AttributeError):
            self._socket.shutdown(socket.SHUT_RDWR)


def client_options() -> dict[str, Any]:
    """What an httpx client for a model's server is made with."""
    import httpx  # comes with every provider that takes it

    return {
        "follow_redirects": False,
        "event_hooks": {"request": [_watch], "response": [_bound]},
        # each call has a connection of its own, so that cutting it cuts no other
        "limits": httpx.Limits(max_keepalive_connections=0),
    }


def _watch(request: Any) -> None:
    """Follow the connection of a request, which asks for a reply that is not packed."""
    request.headers["accept-encoding"] = "identity"
    call: Call | None = getattr(_here, "call", None)
    if call is None:
        return

    def trace(_event: str, info: dict[str, Any]) -> None:
        get = getattr(info.get("return_value"), "get_extra_info", None)
        if get is not None:
            call.connected(get("socket"))

    request.extensions["trace"] = trace


def _bound(response: Any) -> None:
    """Let a reply end at so many bytes: a line of it is held until it ends, packed or not."""
    import httpx

    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        response.close()
        raise httpx.RemoteProtocolError("a packed reply", request=response.request)

    class Bounded(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            left = _MOST_BYTES
            for part in stream:
                left -= len(part)
                if left < 0:
                    raise httpx.RemoteProtocolError("a reply without end", request=response.request)
                yield part

        def close(self) -> None:
            stream.close()

    stream = response.stream
    response.stream = Bounded()


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """An address without name and password, and the header that says them instead.

    Libraries log addresses.

    Raises:
        ValueError: it is no address; the message may repeat it.
    """
    parts = urlsplit(url)
    login, found, host = parts.netloc.rpartition("@")
    if not found:
        return url, {}
    name, _, password = login.partition(":")
    said = b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode("ascii")
    return parts._replace(netloc=host).geturl(), {"Authorization": f"Basic {said}"}
