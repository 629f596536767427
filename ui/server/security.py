"""Headers that guard the page in the browser, and the cookie that tells readers apart.

The policy is the last of three fences around untrusted text (answers, notes, articles): what it is
made of is escaped, the browser's sanitizer cleans it, and should both fail, the browser still loads
nothing from elsewhere, sends nothing there, and runs no script that is not the page's own.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Collection, Iterable
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.state.session import READER_COOKIE

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
_MISDIRECTED = 421  # RFC 9110, 15.5.20
_YEAR = 365 * 24 * 3600

REPORT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-scripts"
)
"""For the evaluation's report, one file with its own script: it may not even see the page."""


def page_policy(index_html: str, *own_scripts: str) -> str:
    """The Content-Security-Policy of the page.

    Inline scripts run only when they are those of `index_html` or one of the page's own.
    """
    inline = (*_INLINE_SCRIPT.findall(index_html), *own_scripts)
    scripts = " ".join(f"'sha256-{_digest(text)}'" for text in inline)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {scripts}".rstrip(),
            "style-src 'self' 'unsafe-inline'",  # Streamlit's styles are written by its scripts
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'self'",
            "frame-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class Guard:
    """ASGI middleware that sets the headers on every response, and the cookie on pages.

    It also keeps other sites out: their pages may not open the page's socket, nor read what it
    answers. Streamlit would let every page of this machine in, and ask a service on the internet
    for this machine's address before it turns others away.

    Args:
        app: what is guarded.
        policy: the Content-Security-Policy of responses that set none themselves.
        origins: other origins that are welcome, for a proxy that changes the host's name.
        hosts: names under which the page may be asked for; empty for all. A page from elsewhere
            whose name was made to resolve to this machine (DNS rebinding) has another one.
    """

    def __init__(
        self,
        app: ASGIApp,
        policy: str,
        origins: Collection[str] = (),
        hosts: Collection[str] = (),
    ) -> None:
        self._app = app
        self._policy = policy
        self._origins = frozenset(origins)
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers, is_socket = Headers(scope=scope), scope["type"] == "websocket"
        misnamed, foreign = self._misnamed(headers), self._foreign(headers)
        if is_socket and (misnamed or foreign):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        if misnamed:
            refused = PlainTextResponse("This page has another name.", _MISDIRECTED)
            await refused(scope, receive, send)
            return
        if foreign:
            kept = [pair for pair in scope["headers"] if pair[0] != b"origin"]
            scope = {**scope, "headers": kept}
        if is_socket:
            await self._app(scope, receive, send)
            return
        known = READER_COOKIE in _cookies(headers.getlist("cookie"))

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._guard(MutableHeaders(scope=message), known=known)
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _misnamed(self, headers: Headers) -> bool:
        """Whether the page was asked for under a name that is not its own."""
        if not self._hosts:
            return False
        try:
            name = urlsplit(f"//{headers.get('host', '')}").hostname
        except ValueError:
            return True
        return name not in self._hosts

    def _foreign(self, headers: Headers) -> bool:
        """Whether a request comes from a page of another site."""
        origin = headers.get("origin")
        if not origin or origin in self._origins:
            return False
        return origin.partition("://")[2] != headers.get("host", "")

    def _guard(self, headers: MutableHeaders, *, known: bool) -> None:
        headers.setdefault("content-security-policy", self._policy)
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "no-referrer"
        headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
        if not known and headers.get("content-type", "").startswith("text/html"):
            headers.append("set-cookie", new_reader_cookie())


def new_reader_cookie() -> str:
    """A cookie with a name that nobody can guess: conversations are found by it."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[READER_COOKIE] = secrets.token_hex(16)
    morsel = cookie[READER_COOKIE]
    morsel["path"], morsel["max-age"] = "/", _YEAR
    morsel["httponly"], morsel["samesite"] = True, "Lax"
    return morsel.OutputString()


def _cookies(headers: Iterable[str]) -> set[str]:
    return {part.partition("=")[0].strip() for header in headers for part in header.split(";")}


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
