"""What stands guard before the page: who may ask, under which name, and what a socket may say."""

from __future__ import annotations

from collections.abc import Callable, Collection
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.host_names import HostNames
from ui.server.open_sockets import OpenSockets
from ui.server.socket_messages import only_welcome
from ui.state.readers import READER_COOKIE, Readers

_POLICY_VIOLATION, _TRY_LATER = 1008, 1013  # RFC 6455, 7.4.1
_MISDIRECTED, _NOT_ALLOWED, _BAD = 421, 405, 400  # RFC 9110, 15.5
_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SCHEMES = frozenset({"http", "https"})
_YEAR = 365 * 24 * 3600


class Guard:
    """ASGI middleware that sets the headers on every response, and the cookie on pages.

    It also keeps other sites out: their pages may not open the page's socket, nor read what it
    answers. Streamlit would let every page of this machine in, and ask a service on the internet
    for this machine's address before it turns others away. Nothing is ever uploaded, so all that
    is not asking is refused.

    Args:
        app: what is guarded.
        policy: the Content-Security-Policy of responses that set none themselves.
        hosts: names under which the page may be asked for.
        readers: gives those whose cookies are known.
        origins: other origins that are welcome, for a proxy that changes the host's name.
    """

    def __init__(
        self,
        app: ASGIApp,
        policy: str,
        hosts: HostNames,
        readers: Callable[[], Readers],
        origins: Collection[str] = (),
    ) -> None:
        self._app = app
        self._policy = policy
        self._hosts = hosts
        self._readers = readers
        self._origins = frozenset(origins)
        self._sockets = OpenSockets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is welcome."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        reader = self._readers().name_in(headers.getlist("cookie"))
        is_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                self._guard(found)
                html = found.get("content-type", "").startswith("text/html")
                if not reader and (html or (is_page and message["status"] == 304)):
                    secure = scope.get("scheme") == "https"
                    value = reader_cookie(self._readers().new_value(), secure=secure)
                    found.append("set-cookie", value)
            await send(message)

        refused = self._refusal(scope, headers)
        if refused:
            await refused(scope, receive, send_guarded)
            return
        if self._is_foreign(headers):
            kept = [pair for pair in scope["headers"] if pair[0] != b"origin"]
            scope = {**scope, "headers": kept}
        await self._app(scope, receive, send_guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        """Why a request is not answered; None where it is."""
        if not self._hosts.allow(headers.getlist("host")):
            return PlainTextResponse("This page has another name.", _MISDIRECTED)
        if not str(scope["path"]).startswith("/"):
            return PlainTextResponse("There is no such address.", _BAD)
        if scope["method"] not in _METHODS:
            return PlainTextResponse("This page only answers.", _NOT_ALLOWED)
        return None

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not self._hosts.allow(headers.getlist("host")) or self._is_foreign(headers):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        reader = self._readers().name_in(headers.getlist("cookie"))
        address = str((scope.get("client") or ("", 0))[0])
        with self._sockets.one(address, reader) as room:
            if not room:
                await send({"type": "websocket.close", "code": _TRY_LATER})
                return
            codes: list[int] = []
            heard = only_welcome(receive, codes.append, lambda: self._sockets.may_draw)
            await self._app(scope, heard, send)
            if codes:
                await send({"type": "websocket.close", "code": codes[0]})

    def _is_foreign(self, headers: Headers) -> bool:
        """Whether a request comes from a page of another site."""
        host = headers.get("host", "").lower()
        return any(not self._is_own(origin, host) for origin in headers.getlist("origin"))

    def _is_own(self, origin: str, host: str) -> bool:
        if not origin or origin in self._origins:
            return True
        scheme, _, name = origin.partition("://")
        return scheme in _SCHEMES and name.lower() == host

    def _guard(self, headers: MutableHeaders) -> None:
        headers.setdefault("content-security-policy", self._policy)
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "no-referrer"
        headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"


def reader_cookie(value: str, *, secure: bool = False) -> str:
    """The header that gives a browser a reader's cookie."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[READER_COOKIE] = value
    morsel = cookie[READER_COOKIE]
    morsel["path"], morsel["max-age"] = "/", _YEAR
    morsel["httponly"], morsel["samesite"] = True, "Lax"
    if secure:
        morsel["secure"] = True
    return morsel.OutputString()
