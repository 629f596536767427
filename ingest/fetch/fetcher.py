"""Fetches pages politely: robots.txt, a pace for every host, retries, conditional requests."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ingest.fetch.address_guard import Guard, Target
from ingest.fetch.client import MAX_REDIRECTS, Client, Response
from ingest.fetch.deadline import Deadline
from ingest.fetch.dns import Resolver, system_resolver
from ingest.fetch.errors import FetchError
from ingest.fetch.http_status import TRANSIENT, as_header, check_status, retry_after
from ingest.fetch.meta_refresh import leads_on
from ingest.fetch.rate_limit import OUT_OF_TIME, Pace
from ingest.fetch.reachability import Reach
from ingest.fetch.robots import MAX_ROBOTS_BYTES, ROBOTS_SECONDS, Robots, RobotsFiles
from ingest.fetch.transport import Connect, Transport, connect_directly
from ingest.storage.snapshots import Snapshot, SnapshotStore
from rag.settings import Settings

MAX_TRIES = 3

_ANSWERS = frozenset({"too_large", "unsupported_type", "empty", "needs_login", "robots"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came; `etag` and `last_modified` are empty where the server gave none."""

    final_url: str
    content_type: str
    etag: str
    last_modified: str
    body: bytes


class Fetcher:
    """All requests of one run; safe to use from several threads.

    Args:
        settings: limits, pace and the hosts that may be private.
        store: keeps robots.txt between runs.
        resolver: looks names up.
        connect: opens connections.
        ssl_context: verifies servers; the system's authorities by default.

    Raises:
        SettingsError: ALLOW_PRIVATE_HOSTS cannot be read.
    """

    def __init__(
        self,
        settings: Settings,
        store: SnapshotStore,
        *,
        resolver: Resolver = system_resolver,
        connect: Connect = connect_directly,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._guard = Guard(settings.allow_private_hosts)
        transport = Transport(
            self._guard, resolver=resolver, connect=connect, ssl_context=ssl_context
        )
        self._client = Client(self._guard, transport, user_agent=settings.user_agent)
        self.deadline = Deadline.after(settings.fetch_deadline)
        self._pace = Pace(settings.fetch_delay, self.deadline)
        self._reach = Reach()
        agent = settings.user_agent.split("/")[0].split(" ")[0]
        self._robots = Robots(agent, RobotsFiles(store, self._send_for_robots).load)

    @property
    def reached_any(self) -> bool:
        """Whether any host has answered yet; if none has, it may be this machine's network."""
        return self._reach.ever_answered

    def stop(self) -> None:
        """Let no further request begin, and end those under way."""
        self._pace.stop()
        self._client.abort()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def page(self, url: str, known: Snapshot | None = None) -> Page | None:
        """Fetch a page; None when the server says that the known copy still holds.

        Raises:
            FetchError: it cannot be had.
        """

        def headers(at: str) -> Mapping[str, str]:
            if known is None or at != known.final_url:  # another page may share its ETag
                return {}
            asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
            return {name: value for name, value in asked.items() if value}

        onward = url
        for _ in range(MAX_REDIRECTS + 1):
            response = self._with_retries("GET", onward, headers=headers, robots=True)
            if response.status == 304 and known is not None:
                return None
            check_status(response)
            further = leads_on(response)
            if further is None:
                return _page(response)
            onward = further
        raise FetchError("error", f"It leads on to another page more than {MAX_REDIRECTS} times.")

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[int, bytes]:
        """Send one request of a service's own protocol, as for transcripts: robots.txt, which is
        about pages, is not asked.

        Raises:
            FetchError: no answer is to be had; an error status is an answer.
        """
        response = self._with_retries(
            method, url, headers=lambda _at: headers, content=content, robots=False
        )
        return response.status, response.body

    def _with_retries(
        self,
        method: str,
        url: str,
        *,
        headers: Callable[[str], Mapping[str, str]],
        robots: bool,
        content: bytes | None = None,
    ) -> Response:
        """Try up to three times, unless the site asks for a longer wait than is sensible."""
        for tries in range(1, MAX_TRIES + 1):
            try:
                response = self._send(
                    method,
                    url,
                    headers=headers,
                    robots=robots,
                    content=content,
                    read_errors=not robots,
                )
            except FetchError as error:
                if not error.transient or tries == MAX_TRIES:
                    self._reach.failed(error)
                    raise
                self._pace.back_off(tries, None)
                continue
            if response.status not in TRANSIENT or tries == MAX_TRIES:
                return response
            wait = retry_after(response.headers.get("retry-after", ""))
            if not self._pace.back_off(tries, wait):
                raise FetchError(
                    "error", f"The site asks to wait {wait:.0f} seconds (HTTP {response.status})."
                )
        raise AssertionError("every last try returns or raises")

    def _send(
        self,
        method: str,
        url: str,
        *,
        headers: Callable[[str], Mapping[str, str]],
        robots: bool,
        content: bytes | None = None,
        read_errors: bool = False,
        seconds: float | None = None,
        limit: int | None = None,
    ) -> Response:
        at = ""

        def before(target: Target) -> None:
            nonlocal at
            at = target.origin
            self._reach.check(at)
            if self._guard.is_allowed(target.host, target.port):
                self._pace.set_delay(target.host, 0.0)  # the team's own, named by the team
            if robots:
                self._robots.check(target)
                if (asked := self._robots.delay(target)) is not None:
                    self._pace.set_delay(target.host, max(asked, self._settings.fetch_delay))
            self._pace.turn(target.host)

        try:
            response = self._client.send(
                method,
                url,
                deadline=Deadline.after(
                    seconds or self._settings.fetch_timeout, within=self.deadline
                ),
                limit=limit or self._settings.fetch_max_bytes,
                headers=headers,
                content=content,
                before=before,
                read_errors=read_errors,
            )
        except FetchError as error:
            if error.status == "timeout" and self.deadline.over:  # the run's fault, not the page's
                raise FetchError("not_fetched", OUT_OF_TIME) from None
            error.origin = error.origin or at
            if error.status in _ANSWERS:
                self._reach.answered()
            raise
        self._reach.answered()
        return response

    def _send_for_robots(self, url: str, headers: Mapping[str, str]) -> Response:
        return self._send(
            "GET",
            url,
            headers=lambda _at: headers,
            robots=False,
            seconds=ROBOTS_SECONDS,
            limit=MAX_ROBOTS_BYTES,
        )


def _page(response: Response) -> Page:
    fields = response.headers
    return Page(
        final_url=response.url,
        content_type=fields.get("content-type", ""),
        etag=as_header(fields.get("etag", "")),
        last_modified=as_header(fields.get("last-modified", "")),
        body=response.body,
    )
