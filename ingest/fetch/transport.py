"""Connections that lead only where the guard allows, and end when their time is up.

The check and the connection use the same look-up: a name is resolved once, every address of the
answer must be allowed, and only those addresses are connected to. The name is kept for TLS (SNI
and verification) and the Host header. Proxy variables play no part.
"""

from __future__ import annotations

import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import certifi
import httpcore

from ingest.fetch.address_guard import Guard
from ingest.fetch.deadline import Deadline
from ingest.fetch.dns import Resolver, resolve, system_resolver
from ingest.fetch.errors import FetchError
from ingest.fetch.happy_eyeballs import connect_to_first, lies_nowhere

Connect = Callable[[str, int, float], httpcore.NetworkStream]
"""Opens a connection to an address and port within so many seconds."""

_CONNECT_SECONDS = 5.0


def connect_directly(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
    """Open a TCP connection to a numeric address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=seconds)


def default_ssl_context() -> ssl.SSLContext:
    """Verifies certificates by the system's authorities (a company's own too) and certifi's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Transport:
    """A pool of connections; `until` sets the time limit of the calling thread.

    Args:
        guard: decides about addresses.
        resolver: looks names up; the system's by default.
        connect: opens connections to addresses that passed the guard.
        ssl_context: verifies servers; `default_ssl_context` by default.
        max_connections: how many may be open at once.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        resolver: Resolver = system_resolver,
        connect: Connect = connect_directly,
        ssl_context: ssl.SSLContext | None = None,
        max_connections: int = 64,
    ) -> None:
        self._backend = _Backend(guard, resolver, connect)
        self.pool = httpcore.ConnectionPool(
            ssl_context=ssl_context or default_ssl_context(),
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=15.0,
            network_backend=self._backend,
        )

    @contextmanager
    def until(self, deadline: Deadline) -> Iterator[None]:
        """No read, write or connection of this thread goes on after the deadline."""
        self._backend.local.deadline = deadline
        try:
            yield
        finally:
            del self._backend.local.deadline

    def close(self) -> None:
        """Close all connections."""
        self.pool.close()

    def abort(self) -> None:
        """Cut all connections, so that reads and writes under way in other threads end now."""
        for stream in list(self._backend.streams):
            connection = stream.get_extra_info("socket")
            if isinstance(connection, socket.socket):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, guard: Guard, resolver: Resolver, connect: Connect) -> None:
        self.local = threading.local()
        self.streams: weakref.WeakSet[_Stream] = weakref.WeakSet()
        self._guard = guard
        self._resolver = resolver
        self._connect = connect

    def watched(self, stream: httpcore.NetworkStream) -> _Stream:
        """The stream, bounded and remembered."""
        bounded = _Stream(stream, self)
        self.streams.add(bounded)
        return bounded

    def seconds(self, timeout: float | None = None) -> float:
        """Seconds left for one step of the calling thread."""
        deadline: Deadline = self.local.deadline
        left = deadline.left if timeout is None else min(timeout, deadline.left)
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = resolve(host, port, self._resolver, self.local.deadline)
        try:
            self._guard.check(host, port, addresses)
        except FetchError as error:
            error.dead_host = True
            raise
        try:
            stream = connect_to_first(
                addresses,
                lambda address, seconds: self._connect(address, port, seconds),
                self.seconds(_CONNECT_SECONDS),
            )
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError) as error:
            raise _unreachable(host, error) from error
        return self.watched(stream)


class _Stream(httpcore.NetworkStream):
    """A connection each of whose steps ends at the deadline of the thread that uses it."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Backend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.seconds(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.seconds(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = self._backend.seconds(timeout)
        secure = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return self._backend.watched(secure)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _unreachable(host: str, failure: Exception) -> FetchError:
    if isinstance(failure, httpcore.ConnectTimeout | TimeoutError):
        return FetchError("timeout", f"{host} does not answer.", no_network=True, dead_host=True)
    message = f"{host} cannot be connected to ({failure.__cause__ or failure})."
    if lies_nowhere(failure):
        return FetchError("not_fetched", message, no_network=True)
    return FetchError("error", message, transient=True, dead_host=True)
