"""One request and its redirects, with every step bounded and checked."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpcore

from ingest.fetch.address_guard import Guard, Target
from ingest.fetch.deadline import Deadline
from ingest.fetch.decompression import ACCEPT_ENCODING, read_body, too_large
from ingest.fetch.errors import FetchError
from ingest.fetch.transport import Transport
from ingest.links.url_syntax import MalformedUrlError, follow

MAX_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Response:
    """What came back at the end of the redirects.

    `headers` have lower-case names, values of repeated ones joined by commas; `body` is empty for
    answers whose body is of no use (304, and errors unless `read_errors` was asked for).
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Sends requests through a guarded transport."""

    def __init__(self, guard: Guard, transport: Transport, *, user_agent: str) -> None:
        self._guard = guard
        self._transport = transport
        self._user_agent = user_agent

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def abort(self) -> None:
        """Cut all connections, also those in use."""
        self._transport.abort()

    def send(
        self,
        method: str,
        url: str,
        *,
        deadline: Deadline,
        limit: int,
        headers: Callable[[str], Mapping[str, str]] = lambda _url: {},
        content: bytes | None = None,
        before: Callable[[Target], None] = lambda _target: None,
        read_errors: bool = False,
    ) -> Response:
        """Send a request, follow at most five redirects, and read the body.

        Args:
            method: `GET` or `POST`.
            url: where to.
            deadline: when the whole is given up; what `before` takes is added to it.
            limit: how many bytes the body may have.
            headers: gives the headers for each URL on the way.
            content: the body to send.
            before: called before each request; may wait, or refuse by raising.
            read_errors: whether bodies of answers from 400 up are read.

        Raises:
            FetchError: the page cannot be had; a status of the server is no error here.
        """
        seen: set[str] = set()
        for _ in range(MAX_REDIRECTS + 1):
            target = self._guard.target(url)
            if target.url in seen:
                raise FetchError("error", f"Its redirects lead in a circle, back to {url[:200]}.")
            seen.add(target.url)
            deadline = _without_waiting(deadline, before, target)
            sent = self._headers(target, headers(target.url))
            answer = self._once(method, target, sent, content, deadline, limit, read_errors)
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                return answer
            try:
                url = follow(target.url, location)
            except MalformedUrlError as error:
                raise FetchError(
                    "forbidden_address" if error.forbidden else "error",
                    f"It redirects to {location[:200]!r}, which is not followed: {error}.",
                ) from None
            if answer.status not in (307, 308):
                method, content = "GET", None
        raise FetchError("error", f"It redirects more than {MAX_REDIRECTS} times.")

    def _headers(self, target: Target, more: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        values = {
            "host": target.origin.partition("://")[2],
            "user-agent": self._user_agent,
            "accept": "text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5",
            "accept-language": "ja,en;q=0.8,*;q=0.5",
            **{name.lower(): value for name, value in more.items()},
            "accept-encoding": ACCEPT_ENCODING,
        }
        return [(name.encode("ascii"), value.encode("ascii")) for name, value in values.items()]

    def _once(
        self,
        method: str,
        target: Target,
        headers: list[tuple[bytes, bytes]],
        content: bytes | None,
        deadline: Deadline,
        limit: int,
        read_errors: bool,
    ) -> Response:
        url = httpcore.URL(
            scheme=target.scheme, host=target.host, port=target.port, target=target.path
        )
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), deadline.left)
        try:
            with (
                self._transport.until(deadline),
                self._transport.pool.stream(
                    method, url, headers=headers, content=content, extensions={"timeout": timeouts}
                ) as raw,
            ):
                fields = _fields(raw.headers)
                wanted = raw.status < 300 or (read_errors and raw.status >= 400)
                body = b""
                if wanted and raw.status != 204:
                    _check_before_body(fields, limit)
                    body = read_body(raw.iter_stream(), fields.get("content-encoding", ""), limit)
                return Response(target.url, raw.status, fields, body)
        except httpcore.TimeoutException:
            raise FetchError("timeout", "It did not come whole in time.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise _broken(target, error) from error


def _without_waiting(
    deadline: Deadline, before: Callable[[Target], None], target: Target
) -> Deadline:
    started = time.monotonic()
    before(target)
    return Deadline(deadline.at + time.monotonic() - started)


def _fields(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("ascii", "replace").lower()
        try:
            value = raw_value.decode("utf-8")
        except UnicodeDecodeError:
            value = raw_value.decode("latin-1")
        if name in fields and name != "location":
            value = f"{fields[name]}, {value}"
        fields[name] = value
    return fields


def _check_before_body(fields: Mapping[str, str], limit: int) -> None:
    """Refuse what its headers rule out already, before it is sent."""
    media = fields.get("content-type", "").partition(";")[0].strip().lower()
    if media.partition("/")[0] in ("image", "audio", "video", "font"):
        raise FetchError("unsupported_type", f"It is {media[:60]}, which holds no text.")
    length = fields.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > limit):
        raise too_large(limit)


def _broken(target: Target, error: Exception) -> FetchError:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return FetchError(
            "error",
            f"The certificate of {target.host} does not hold ({cause.verify_message}).",
            dead_host=True,
        )
    if isinstance(cause, ssl.SSLError):
        return FetchError(
            "error", f"{target.host} does not speak TLS as expected ({cause.reason})."
        )
    return FetchError("error", f"{target.host} broke off ({error}).", transient=True)
