"""The articles behind the links of the notes: sources, passages, and what became of every link."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from ingest.assemble import Articles, assemble
from ingest.copies import Obtained
from ingest.fetch import Fetcher
from ingest.lanes import run_lanes
from ingest.ledger import write_ledger
from ingest.obtain import Obtainer
from ingest.saved_pages import SavedPages, read_saved_pages
from ingest.snapshots import SnapshotStore
from ingest.url_syntax import MalformedUrlError
from ingest.urls import canonical_url, classify
from ingest.wanted import Wanted, wanted_pages
from rag.errors import ShioriError
from rag.ledger import LedgerRow, read_ledger
from rag.settings import Settings
from rag.types import NoteLink

__all__ = ["Articles", "Progress", "collect_articles"]

_log = structlog.get_logger(__name__)
_MAX_VIDEOS = 200


class Progress(Protocol):
    """Is told, from several threads but one call at a time, how far the run is."""

    def __call__(self, done: int, total: int, doing: str) -> None:
        """`done` of `total` links are settled; `doing` is the URL that was begun or ended."""
        ...


def no_progress(done: int, total: int, doing: str) -> None:
    """Tell nobody."""


def collect_articles(
    links: Sequence[NoteLink],
    settings: Settings,
    *,
    offline: bool = False,
    retry_failed: bool = False,
    corpus_dir: Path | None = None,
    progress: Progress = no_progress,
    fetcher: Fetcher | None = None,
) -> Articles:
    """Follow the links of the notes, and write the ledger.

    Args:
        links: all links of all notes, in order; a page linked twice is one source with two
            provenances. What is not linked any more is simply not in the result.
        settings: where copies are kept, limits and ages.
        offline: use copies only, send nothing.
        retry_failed: ask again for what failed recently.
        corpus_dir: whose `snapshots/` holds pages saved by hand; the setting's by default.
        progress: is told what is being fetched.
        fetcher: sends the requests; one made from the settings by default. It is closed at the end.

    Raises:
        CorpusError: `snapshots/links.yaml` is wrong.
        SettingsError: ALLOW_PRIVATE_HOSTS cannot be read.
        DiskFull: the data folder cannot be written.
    """
    saved = read_saved_pages(corpus_dir or settings.corpus_dir)
    pages = wanted_pages(links)
    store = SnapshotStore(settings.data_dir)
    with ExitStack() as stack:
        if not offline:
            fetcher = fetcher or Fetcher(settings, store)
            stack.callback(fetcher.close)
        obtainer = Obtainer(
            settings,
            store,
            saved=saved.pages,
            previous=_previous(settings.data_dir),
            fetcher=None if offline else fetcher,
            retry_failed=retry_failed,
        )
        run = _Run(obtainer, fetcher, settings.fetch_concurrency, progress)
        obtained = run.all(pages)
        if not offline and fetcher is not None and not fetcher.reached_any:
            obtained = [_without_network(one) for one in obtained]
    articles = assemble(obtained)
    linked = {row.canonical for row in articles.ledger}
    articles.ledger.extend(_unused(saved, linked))
    write_ledger(settings.data_dir, articles.ledger)
    return articles


class _Run:
    """Obtains pages in lanes, one a host, and the videos of playlists after them."""

    def __init__(
        self, obtainer: Obtainer, fetcher: Fetcher | None, concurrency: int, progress: Progress
    ) -> None:
        self._obtainer = obtainer
        self._fetcher = fetcher
        self._concurrency = concurrency
        self._progress = progress
        self._lock = Lock()
        self._done = 0
        self._total = 0

    def all(self, pages: Sequence[Wanted]) -> list[Obtained]:
        """What became of every page, and of the videos that only playlists lead to."""
        first = self._some(pages)
        videos, first = _with_videos(first)
        return first + self._some(videos)

    def _some(self, pages: Sequence[Wanted]) -> list[Obtained]:
        results: list[Obtained | None] = [None] * len(pages)
        self._total += len(pages)

        def work(number: int) -> None:
            page = pages[number]
            self._tell(page.canonical, 0)
            results[number] = self._obtainer.obtain(page)
            self._tell(page.canonical, 1)

        run_lanes(
            range(len(pages)),
            lane=lambda number: _host(pages[number].canonical),
            work=work,
            concurrency=self._concurrency,
            stop=self._fetcher.stop if self._fetcher is not None else lambda: None,
        )
        return [result for result in results if result is not None]

    def _tell(self, doing: str, done: int) -> None:
        with self._lock:
            self._done += done
            self._progress(self._done, self._total, doing)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _previous(data_dir: Path) -> dict[str, LedgerRow]:
    try:
        return {row.canonical: row for row in read_ledger(data_dir)}
    except ShioriError as error:  # it is about to be replaced by a whole one
        _log.warning("ledger_ignored", reason=str(error))
        return {}


def _with_videos(obtained: Sequence[Obtained]) -> tuple[list[Wanted], list[Obtained]]:
    """The videos that playlists add; a video that is also linked itself gets their provenance."""
    results = {one.row.canonical: one for one in obtained}
    more: dict[str, Wanted] = {}
    for one in obtained:
        for url in one.videos[:_MAX_VIDEOS]:
            try:
                canonical = canonical_url(url)
            except MalformedUrlError:
                continue
            where = one.row.linked_from
            if canonical in results:
                known = results[canonical]
                both = tuple(dict.fromkeys(known.row.linked_from + where))
                results[canonical] = replace(known, row=replace(known.row, linked_from=both))
            elif canonical in more:
                both = tuple(dict.fromkeys(more[canonical].linked_from + where))
                more[canonical] = replace(more[canonical], linked_from=both)
            else:
                more[canonical] = Wanted(url, canonical, "video", where, via=one.row.canonical)
        if one.videos and results[one.row.canonical].row.status == "ok":
            listed = (
                f"{len(one.videos[:_MAX_VIDEOS])} of its {len(one.videos)} videos are followed."
            )
            row = replace(results[one.row.canonical].row, reason=listed)
            results[one.row.canonical] = replace(results[one.row.canonical], row=row)
    return list(more.values()), list(results.values())


def _without_network(one: Obtained) -> Obtained:
    """A name that nobody could be asked for is no name that does not exist."""
    if not one.unknown_host:
        return one
    reason = f"{one.row.reason} Perhaps there is no network: no site answered."
    if one.row.status == "kept_copy":
        return replace(one, row=replace(one.row, checked=""))
    return replace(one, row=replace(one.row, status="not_fetched", reason=reason, checked=""))


def _unused(saved: SavedPages, linked: set[str]) -> list[LedgerRow]:
    """Rows for what lies in `snapshots/` but is of no use yet, so that nobody waits for it."""
    rows = [
        LedgerRow(name, name, "other", "error", "links.yaml does not say which page this file is.")
        for name in (f"snapshots/{name}" for name in saved.unknown)
    ]
    for page in saved.pages.values():
        if page.canonical not in linked:
            reason = f"No note links to it (links.yaml, line {page.line}: {page.name})."
            row = LedgerRow(page.url, page.canonical, classify(page.url), "not_fetched", reason)
            rows.append(row)
    return rows
