"""One spelling for every web address, and no address that is written to deceive.

Normalisation follows RFC 3986, section 6.2.2 (case, percent-encoding, dot segments) and 6.2.3
(default port, empty path), with host names as in IDNA 2008 and UTS 46. What is connected to is
taken from the normal form alone, so that no second parser can read an address differently.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class MalformedUrlError(ValueError):
    """A URL that cannot be followed; `forbidden` when it is written as no honest link is."""

    def __init__(self, reason: str, *, forbidden: bool = False) -> None:
        super().__init__(reason)
        self.forbidden = forbidden


def normalise_url(url: str) -> str:
    """A web address in its normal form: ASCII only, without fragment.

    Raises:
        MalformedUrlError: Not http(s), no host, control characters, a backslash, user information,
            or a host or port that cannot be read.
    """
    text = url.strip(" \t\r\n\u3000")
    if _FORBIDDEN.search(text):
        raise MalformedUrlError("it holds control characters or a backslash", forbidden=True)
    if text[:4].lower() == "www.":
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        port, hostname = parts.port, parts.hostname
    except ValueError as error:
        raise MalformedUrlError(f"it cannot be read as a URL ({error})") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise MalformedUrlError("it is not an http or https address")
    if "@" in parts.netloc:
        raise MalformedUrlError("it holds a user name or password", forbidden=True)
    host = _host(hostname or "")
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    path = _without_dots(_encode(parts.path, "/:@!$&'()*+,;=")) or "/"
    return urlunsplit((parts.scheme, host, path, _encode(parts.query, "/:@!$&'()*+,;=?[]"), ""))


def follow(base: str, location: str) -> str:
    """The normal form of where a `Location` header leads from a page.

    Raises:
        MalformedUrlError: As for `normalise_url`.
    """
    if _FORBIDDEN.search(location):
        raise MalformedUrlError("it holds control characters or a backslash", forbidden=True)
    try:
        return normalise_url(urljoin(base, location.strip()))
    except MalformedUrlError:
        raise
    except ValueError as error:
        raise MalformedUrlError(f"it cannot be read as a URL ({error})") from None


def _host(host: str) -> str:
    """A host name in lower-case ASCII, or an IPv6 address in brackets."""
    if not host:
        raise MalformedUrlError("it has no host name")
    if ":" in host:
        try:
            if "%" in host:
                raise ValueError("zone")
            return f"[{ipaddress.IPv6Address(host)}]"
        except ValueError:
            raise MalformedUrlError(f"its address {host!r} cannot be read") from None
    if not host.isascii() or "%" in host:
        try:
            host = idna.encode(unquote(host), uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise MalformedUrlError(f"its host name {host[:80]!r} cannot be read") from None
    host = host.lower().removesuffix(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise MalformedUrlError(f"its host name {host[:80]!r} cannot be read")
    return host


def _encode(text: str, safe: str) -> str:
    """Percent-encoding in one form: upper case, only where needed, never twice."""

    def plain(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else match[0].upper()

    once = _PERCENT.sub(plain, _BAD_PERCENT.sub("%25", text))
    return quote(once, safe=safe + "%", errors="replace")


def _without_dots(path: str) -> str:
    """Remove `.` and `..` segments (RFC 3986, section 5.2.4)."""
    out: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            out = out[:-1]
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out) if path else ""
