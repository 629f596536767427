"""The names under which the page may be asked for.

A web page from elsewhere can make its own name resolve to this machine (DNS rebinding), and its
scripts then count as ours to the browser. They cannot change the name that the browser sends, so a
name that is not ours is refused. An address in digits is no name: nobody can make it resolve.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import idna

from rag.errors import UsageError

_HOST = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[A-Za-z0-9._-]{1,254}))(?::(?P<port>[0-9]{1,5}))?"
)
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PATIENCE = 1.0  # seconds that a name server has to tell this machine's whole name
_HIGHEST_PORT = 65_535


class HostNames:
    """The names that are ours.

    Args:
        names: host names and addresses.
        addresses: whether any address in digits is welcome, since those of this machine can change.
    """

    def __init__(self, names: Collection[str], *, addresses: bool = False) -> None:
        self._names = frozenset(_plain(name) for name in names)
        self._addresses = addresses

    def allow(self, headers: Sequence[str]) -> bool:
        """Whether a request with these `Host` headers asks for us; there must be exactly one."""
        match = _HOST.fullmatch(headers[0]) if len(headers) == 1 else None
        if not match or int(match["port"] or 0) > _HIGHEST_PORT:
            return False
        name = _plain(match["v6"] or match["name"])
        address = _address(name)
        if bool(match["v6"]) != (address is not None and address.version == 6):
            return False
        return name in self._names or (self._addresses and address is not None)


def allowed_hosts(host: str, names: str = "") -> HostNames:
    """The names of a page that is served on `host`.

    On loopback those of loopback; on a network any address in digits and this machine's own names.
    `names` (the setting UI_HOSTS) adds to both.

    Raises:
        UsageError: one of `names` is no host name.
    """
    added = [_host_name(name) for name in names.split(",") if name.strip()]
    loopback = host == "localhost" or (_address(host) or IPv4Address(0)).is_loopback
    if loopback:
        return HostNames((*_LOOPBACK, host, *added))
    return HostNames((*_LOOPBACK, host, *own_names(), *added), addresses=True)


def own_names() -> list[str]:
    """What this machine calls itself: its name, without domain, with it, and as .local."""
    name = _plain(socket.gethostname())
    first = name.partition(".")[0]
    whole: list[str] = []
    asking = threading.Thread(target=lambda: whole.append(socket.getfqdn()), daemon=True)
    asking.start()
    asking.join(_PATIENCE)
    # what a name server says counts only where it adds a domain to the name that we know
    known = [one for one in map(_plain, whole) if one.startswith(f"{first}.")]
    return [one for one in (name, first, f"{first}.local", *known) if _NAME.fullmatch(one)]


def _host_name(text: str) -> str:
    """A name of the setting as browsers send it."""
    name = text.strip().strip("[]")
    try:
        plain = name if _address(name) else idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        plain = _plain(name) if name.isascii() else ""
    if not _address(plain) and not _NAME.fullmatch(_plain(plain)):
        raise UsageError(
            f"UI_HOSTS: {text.strip()!r} is no host name. Write names alone, with commas between."
        )
    return plain


def _plain(name: str) -> str:
    """A name or address in the one spelling that is compared."""
    address = _address(name)
    return str(address) if address else name.lower().removesuffix(".")


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
