"""robots.txt: asked for once a host and run, kept between runs, and obeyed.

Rules as in RFC 9309: answers 400..499 allow everything, 429 and 500..599 nothing; what is read is
bounded; a copy is used for at most a day.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ingest.fetch.client import Response
from ingest.fetch.errors import FetchError
from ingest.fetch.http_status import TRANSIENT, as_header
from ingest.storage.snapshots import Snapshot, SnapshotStore

if TYPE_CHECKING:
    from protego import Protego

    from ingest.fetch.address_guard import Target

MAX_ROBOTS_BYTES = 512 * 1024
MAX_CRAWL_DELAY = 10.0
ROBOTS_SECONDS = 10.0

_MAX_AGE = timedelta(days=1)


@dataclass(slots=True)
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Protego | None = None
    known: bool = False
    refused: FetchError | None = None


class Robots:
    """Says whether a page may be fetched.

    Args:
        agent: the name that robots.txt knows us by.
        load: gives the text of the robots.txt of an origin, empty when there is none.
    """

    def __init__(self, agent: str, load: Callable[[str], str]) -> None:
        self._agent = agent
        self._load = load
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def check(self, target: Target) -> None:
        """Require that robots.txt allows a page.

        Raises:
            FetchError: `robots`, or why robots.txt itself cannot be had.
        """
        rules = self._rules(target)
        if rules is not None and not rules.can_fetch(target.url, self._agent):
            raise FetchError("robots", f"The robots.txt of {target.host} asks not to fetch it.")

    def delay(self, target: Target) -> float | None:
        """The seconds between requests that a host asks for, where it does, within bounds."""
        rules = self._rules(target)
        asked = rules.crawl_delay(self._agent) if rules is not None else None
        # one that is no number of seconds (NaN) asks for nothing
        return float(min(asked, MAX_CRAWL_DELAY)) if asked and asked > 0 else None

    def _rules(self, target: Target) -> Protego | None:
        from protego import Protego

        with self._lock:
            entry = self._entries.setdefault(target.origin, _Entry())
        with entry.lock:
            if not entry.known:
                try:
                    text = self._load(target.origin)
                    entry.rules = Protego.parse(text) if text else None
                except FetchError as error:
                    if error.transient:
                        raise
                    entry.refused = error
                entry.known = True
        if entry.refused is not None:
            raise entry.refused.again()
        return entry.rules


class RobotsFiles:
    """Gets robots.txt files, and keeps them between runs.

    Args:
        store: where they are kept.
        send: sends a GET request with further headers, within bounds for such files.
    """

    def __init__(
        self, store: SnapshotStore, send: Callable[[str, Mapping[str, str]], Response]
    ) -> None:
        self._store = store
        self._send = send

    def load(self, origin: str) -> str:
        """The text of the robots.txt of an origin, empty when there is none.

        Raises:
            FetchError: the host cannot be reached, or does not say what it allows.
        """
        url = f"{origin}/robots.txt"
        known = self._store.get(url)
        now = datetime.now(UTC)
        if known is not None and now - datetime.fromisoformat(known.checked) < _MAX_AGE:
            return self._text(known)
        asked = {"If-None-Match": known.etag} if known is not None and known.etag else {}
        try:
            response = self._send(url, asked)
        except FetchError as error:
            unreachable = error.no_network or error.dead_host or error.transient
            if unreachable and error.origin == origin:
                raise  # the page itself cannot be had either, for the same reason
            raise FetchError("robots", f"Its robots.txt cannot be read: {error}") from error
        stamp = now.isoformat(timespec="seconds")
        if known is not None and (response.status == 304 or response.status in TRANSIENT):
            return self._text(self._store.touch(known, stamp))
        if response.status >= 500 or response.status in TRANSIENT:
            raise FetchError("robots", f"Its robots.txt cannot be read (HTTP {response.status}).")
        kept = self._store.put(
            url,
            response.body if response.status < 300 else b"",
            now=stamp,
            final_url=response.url,
            content_type="text/plain",
            status=response.status,
            etag=as_header(response.headers.get("etag", "")),
        )
        return self._text(kept)

    def _text(self, snapshot: Snapshot) -> str:
        return (self._store.body(snapshot) or b"").decode("utf-8-sig", "replace")
