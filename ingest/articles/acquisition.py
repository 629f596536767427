"""Gets one linked page: from a file saved by hand, a recent copy, or its site, in this order."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import structlog

from ingest.articles.content import Contents, ask_site
from ingest.articles.freshness import age, failed, failed_recently, is_recent, now
from ingest.articles.outcome import Copies, Obtained, failure
from ingest.articles.saved_pages import SavedPage
from ingest.extract import ExtractError
from ingest.fetch import Fetcher, FetchError
from ingest.links.targets import Wanted
from ingest.storage.snapshots import Snapshot, SnapshotStore
from rag.errors import DiskFull
from rag.settings import Settings
from rag.storage.link_ledger import LedgerRow

_log = structlog.get_logger(__name__)


class Obtainer:
    """Gets pages, one call a page; safe to use from several threads.

    Args:
        settings: ages and limits.
        contents: reads bodies.
        store: the snapshots.
        saved: files saved by hand, by canonical URL.
        previous: the rows of the last run, by canonical URL.
        fetcher: reaches the sites; None when offline.
        retry_failed: whether what failed recently is asked for again.
    """

    def __init__(
        self,
        settings: Settings,
        contents: Contents,
        store: SnapshotStore,
        *,
        saved: Mapping[str, SavedPage],
        previous: Mapping[str, LedgerRow],
        fetcher: Fetcher | None,
        retry_failed: bool,
    ) -> None:
        self._limit = settings.fetch_max_bytes
        self._max_age = age(settings.article_max_age)
        self._store = store
        self._contents = contents
        self._copies = Copies(store, contents)
        self._saved = saved
        self._previous = previous
        self._fetcher = fetcher
        self._retry = retry_failed

    def obtain(self, page: Wanted) -> Obtained:
        """Get a page; whatever goes wrong with it is told in its row.

        Raises:
            DiskFull: the data folder cannot be written, which no other page would survive either.
        """
        started = time.monotonic()
        row = LedgerRow(
            url=page.url,
            canonical=page.canonical,
            kind=page.kind,
            status="error",
            via=page.via,
            linked_from=page.linked_from,
        )
        try:
            done = self._obtain(page, row)
        except DiskFull:
            raise
        except (FetchError, ExtractError) as error:
            done = failure(row, error)
        except Exception as error:  # noqa: BLE001 (one bad page must never stop the run)
            _log.exception("page_failed", url=page.canonical)
            reason = f"Reading it failed ({type(error).__name__}: {str(error)[:200]})."
            done = Obtained(replace(row, reason=reason, checked=now()))
        return replace(done, row=replace(done.row, seconds=round(time.monotonic() - started, 3)))

    def _obtain(self, page: Wanted, row: LedgerRow) -> Obtained:
        if page.canonical in self._saved:
            return self._from_file(self._saved[page.canonical], row)
        if page.refusal is not None:
            status, reason = page.refusal
            return Obtained(replace(row, status=status, reason=reason))
        copy = self._store.get(page.canonical)
        last = self._previous.get(page.canonical)
        if self._fetcher is None:
            return self._offline(copy, last, row)
        if not (self._retry and failed(last)):
            known = self._known(copy, last, row)
            if known is not None:
                return known
        return self._online(self._fetcher, page, copy, row)

    def _from_file(self, saved: SavedPage, row: LedgerRow) -> Obtained:
        size = saved.path.stat().st_size
        row = replace(row, bytes=size, fetched=saved.saved)
        if size > self._limit:
            reason = f"{saved.name} is larger than {self._limit:,} bytes (FETCH_MAX_BYTES)."
            return Obtained(replace(row, status="too_large", reason=reason))
        try:
            content = self._contents.read(saved.path.read_bytes(), saved.content_type, saved.url)
        except ExtractError as error:
            return Obtained(replace(row, status=error.status, reason=f"{saved.name}: {error}"))
        reason = f"Taken from the file {saved.name}, saved by hand."
        return Obtained(replace(row, status="ok", reason=reason), content.extracted)

    def _offline(self, copy: Snapshot | None, last: LedgerRow | None, row: LedgerRow) -> Obtained:
        if copy is not None:
            found = self._before(copy, last, row)
            if found is None:
                reason = f"Offline: the copy of {copy.fetched[:10]} is used."
                found = self._copies.use(copy, row, "unchanged", reason)
            if found is not None:
                return found
        if last is not None and failed(last) and last.status != "not_fetched":
            return Obtained(_again(last, row))
        reason = "Offline, and there is no copy of it."
        return Obtained(replace(row, status="not_fetched", reason=reason))

    def _known(
        self, copy: Snapshot | None, last: LedgerRow | None, row: LedgerRow
    ) -> Obtained | None:
        """What was found out so recently that the site is not asked again; None if nothing was."""
        if copy is not None and is_recent(copy.checked, self._max_age):
            return self._copies.use(copy, row, "unchanged", "The copy at hand is recent.")
        if last is None or not failed_recently(last, self._max_age):
            return None
        if last.status != "kept_copy":
            return Obtained(_again(last, row))
        return self._before(copy, last, row)

    def _before(
        self, copy: Snapshot | None, last: LedgerRow | None, row: LedgerRow
    ) -> Obtained | None:
        """The kept copy of a page that the last run could not have; None if there is no such."""
        if copy is None or last is None or last.status != "kept_copy":
            return None
        kept = self._copies.use(copy, row, "kept_copy", last.reason)
        return kept and replace(kept, row=replace(kept.row, checked=last.checked))

    def _online(
        self, fetcher: Fetcher, page: Wanted, copy: Snapshot | None, row: LedgerRow
    ) -> Obtained:
        row = replace(row, checked=now())
        if copy is not None and self._store.body(copy) is None:
            copy = None  # damaged
        try:
            new = ask_site(fetcher, page, copy)
            if new is not None:
                return self._copies.take(new, copy, row)
        except (FetchError, ExtractError) as error:
            return self._copies.keep(copy, row, error)
        touched = self._store.touch(copy, row.checked) if copy is not None else None
        reason = "The server says that it has not changed."
        same = self._copies.use(touched, row, "unchanged", reason) if touched else None
        return same or Obtained(replace(row, reason="The copy at hand is damaged."))


def _again(last: LedgerRow, row: LedgerRow) -> LedgerRow:
    """The row of the last run, for the links of this one."""
    return replace(last, url=row.url, linked_from=row.linked_from, via=row.via)
