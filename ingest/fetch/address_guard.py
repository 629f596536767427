"""Which addresses may be connected to: public ones, and private hosts that a setting names.

The ranges are those of the IANA special-purpose registries
(https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry),
listed here because the answer of `ipaddress.is_global` differs between patch versions of Python.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.fetch.errors import FetchError
from ingest.links.url_syntax import DEFAULT_PORTS, MalformedUrlError, normalise_url
from rag.errors import SettingsError

_REFUSED_V4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's own services, on an address that looks public
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Not even a named host leads here: clouds hand out credentials on these.
_NEVER = [
    ipaddress.ip_network(network)
    for network in ("169.254.0.0/16", "168.63.129.16/32", "fd00:ec2::254/128")
]

_PRIVATE_NAMES = re.compile(r"[^.]+|.*\.(?:localhost|local|localdomain|internal|lan|home\.arpa)")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")
_ALLOWED = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Target:
    """What one request is sent to, read from a normalised URL; `path` includes the query."""

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and, where it is not the default, port."""
        return self.url[: self.url.index("/", len(self.scheme) + 3)]


class Guard:
    """Decides about URLs and addresses.

    Args:
        allowed: hosts within the own network that may be connected to, as `host` (on the ports of
            http and https) or `host:port`, separated by commas.

    Raises:
        SettingsError: `allowed` is not such a list.
    """

    def __init__(self, allowed: str = "") -> None:
        self._allowed: set[tuple[str, int | None]] = set()
        for item in filter(None, (part.strip().lower() for part in allowed.split(","))):
            match = _ALLOWED.fullmatch(item)
            if match is None:
                raise SettingsError(
                    f"ALLOW_PRIVATE_HOSTS={allowed!r}: {item!r} is not a host or host:port."
                )
            self._allowed.add((match[1].strip("[]"), int(match[2]) if match[2] else None))

    def is_allowed(self, host: str, port: int) -> bool:
        """Whether a setting names this host as one that may be private."""
        standard = port in DEFAULT_PORTS.values()
        return (host, port) in self._allowed or (standard and (host, None) in self._allowed)

    def target(self, url: str) -> Target:
        """Read a URL as what to connect to.

        Raises:
            FetchError: `forbidden_address`, or `error` when it is no web address at all.
        """
        try:
            clean = normalise_url(url)
        except MalformedUrlError as error:
            raise FetchError(
                "forbidden_address" if error.forbidden else "error",
                f"This address is not followed: {error}.",
            ) from None
        parts = urlsplit(clean)
        host = parts.hostname or ""
        port = DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if not self.is_allowed(host, port):
            self._check_name(host, port)
        return Target(clean, parts.scheme, host, port, path)

    def _check_name(self, host: str, port: int) -> None:
        if port not in DEFAULT_PORTS.values():
            raise FetchError(
                "forbidden_address", f"Port {port} is not followed, only 80 and 443 are."
            )
        if ":" in host:
            self.check(host, port, [host])
        elif _NUMBER.fullmatch(host.rpartition(".")[2]):
            try:
                address = str(ipaddress.IPv4Address(host))
            except ValueError:
                raise FetchError(
                    "forbidden_address", f"{host} is a number in the place of an address."
                ) from None
            self.check(host, port, [address])
        elif _PRIVATE_NAMES.fullmatch(host):
            raise FetchError(
                "forbidden_address",
                f"{host} is a name within a private network (ALLOW_PRIVATE_HOSTS can allow it).",
            )

    def check(self, host: str, port: int, addresses: Sequence[str]) -> None:
        """Require that every address of a host may be connected to.

        Raises:
            FetchError: `forbidden_address`; names the first address that may not.
        """
        named = self.is_allowed(host, port)
        for address in addresses:
            if not (_is_harmless(address) if named else is_public(address)):
                leads = "" if host == address else f" leads to {address}, which"
                may = not named and _is_harmless(address)
                hint = " (ALLOW_PRIVATE_HOSTS can allow the host)" if may else ""
                raise FetchError(
                    "forbidden_address", f"{host}{leads} is not a public address{hint}."
                )


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, whatever form it is written in."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _REFUSED_V4)
    if ip.scope_id:
        return False
    if ip in _NAT64:  # networks without IPv4 reach all of it through these
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
    return ip in _GLOBAL_V6 and not any(ip in network for network in _REFUSED_V6)


def _is_harmless(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or (
            ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF) if ip in _NAT64 else None
        )
        if inner is not None:
            return _is_harmless(str(inner))
    return not (ip.is_multicast or ip.is_unspecified or any(ip in never for never in _NEVER))
