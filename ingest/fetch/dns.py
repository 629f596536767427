"""Looks names up, within a time that the system's own resolver does not keep."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable

from ingest.fetch.deadline import Deadline
from ingest.fetch.errors import FetchError

Resolver = Callable[[str, int], list[str]]

SECONDS = 6.0


def system_resolver(host: str, port: int) -> list[str]:
    """All addresses of a name, in the order in which the system would try them.

    Raises:
        OSError: the name cannot be looked up.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def resolve(host: str, port: int, resolver: Resolver, deadline: Deadline) -> list[str]:
    """The addresses of a host; an address stands for itself and is not looked up.

    Raises:
        FetchError: there is no such name, or looking it up fails or takes too long.
    """
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # A thread of its own, which may outlive its use: getaddrinfo cannot be given up otherwise.
    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=min(SECONDS, deadline.left))
    except queue.Empty:
        raise FetchError(
            "not_fetched", f"The name {host} could not be looked up in time.", no_network=True
        ) from None
    if isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_NONAME:
        raise FetchError("not_found", f"There is no host named {host}.", dead_host=True)
    if isinstance(answer, UnicodeError):
        raise FetchError("not_found", f"{host} cannot be the name of a host.", dead_host=True)
    if isinstance(answer, OSError):
        why = getattr(answer, "strerror", None) or answer
        raise FetchError(
            "not_fetched", f"The name {host} cannot be looked up ({why}).", no_network=True
        )
    if not answer:
        raise FetchError("not_found", f"The name {host} has no address.", dead_host=True)
    return answer
