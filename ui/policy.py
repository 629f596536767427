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
from collections.abc import Iterable
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.session import READER_COOKIE

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
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

    Args:
        app: what is guarded.
        policy: the Content-Security-Policy of responses that set none themselves.
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = READER_COOKIE in _cookies(Headers(scope=scope).getlist("cookie"))

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._guard(MutableHeaders(scope=message), known=known)
            await send(message)

        await self._app(scope, receive, send_guarded)

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
