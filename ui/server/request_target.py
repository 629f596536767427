"""Requests that name their host in the request line (`GET http://name/ HTTP/1.1`).

Such a name counts in place of the `Host` header (RFC 9112, 3.2.2), but the server drops it unread.
Here it becomes that header, so that the guard judges what was asked for.
"""

from __future__ import annotations

import httptools
import uvicorn.config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class WholeTargetProtocol(HttpToolsProtocol):
    """HTTP/1.1 that does not lose the host of an absolute request target."""

    def on_headers_complete(self) -> None:
        """Called when the head of a request is there."""
        if not self.url.startswith((b"/", b"*")):
            host = _host_of(self.url)
            self.headers[:] = [pair for pair in self.headers if pair[0] != b"host"]
            self.headers.append((b"host", host))
        super().on_headers_complete()


def read_whole_targets() -> None:
    """Let servers of this process use it; called before one is made."""
    name = f"{WholeTargetProtocol.__module__}:{WholeTargetProtocol.__name__}"
    uvicorn.config.HTTP_PROTOCOLS["auto"] = name


def _host_of(target: bytes) -> bytes:
    """Host and port of an absolute target; `?`, which nothing is called, where there is none."""
    try:
        parsed = httptools.parse_url(target)
    except httptools.HttpParserInvalidURLError:
        return b"?"
    if not parsed.host or parsed.userinfo:
        return b"?"
    host = b"[" + parsed.host + b"]" if b":" in parsed.host else parsed.host
    return host + (b":%d" % parsed.port if parsed.port else b"")
