"""The articles behind the links of the notes: sources, passages, and what became of every link."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import structlog

from ingest.articles.acquisition import Obtainer
from ingest.articles.assembly import Articles, assemble
from ingest.articles.content import Contents
from ingest.articles.crawl import Follower, Progress, no_progress, without_network
from ingest.articles.freshness import ago
from ingest.articles.saved_pages import SavedPages, read_saved_pages
from ingest.extract import Extractor
from ingest.fetch import Fetcher
from ingest.links.canonical import classify
from ingest.links.targets import wanted_pages
from ingest.storage.extractions import ExtractedCache
from ingest.storage.ledger import write_ledger
from ingest.storage.snapshots import SnapshotStore
from rag.errors import ShioriError
from rag.settings import Settings
from rag.storage.link_ledger import LedgerRow, read_ledger
from rag.types import NoteLink

__all__ = ["Articles", "Progress", "collect_articles"]

_log = structlog.get_logger(__name__)
_KEPT_UNUSED = timedelta(days=30)


def collect_articles(
    links: Sequence[NoteLink],
    settings: Settings,
    *,
    offline: bool = False,
    retry_failed: bool = False,
    corpus_dir: Path | None = None,
    progress: Progress = no_progress,
    fetcher: Fetcher | None = None,
    local: Sequence[LedgerRow] = (),
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
        local: rows of links that lead to notes and files, for the ledger.

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
        extractor = stack.enter_context(Extractor())
        cache = ExtractedCache(settings.data_dir)
        obtainer = Obtainer(
            settings,
            Contents(store, cache, extractor),
            store,
            saved=saved.pages,
            previous=_previous(settings.data_dir),
            fetcher=None if offline else fetcher,
            retry_failed=retry_failed,
        )
        follower = Follower(obtainer, fetcher, settings.fetch_concurrency, progress)
        obtained = follower.follow(pages)
        if not offline and fetcher is not None and not fetcher.reached_any:
            obtained = [without_network(one) for one in obtained]
    articles = assemble(obtained, settings.max_passages)
    linked = {row.canonical for row in articles.ledger}
    articles.ledger.extend(_unused(saved, linked))
    articles.ledger.extend(local)
    store.prune(linked, unused_since=ago(_KEPT_UNUSED))
    cache.prune(_KEPT_UNUSED.total_seconds())
    write_ledger(settings.data_dir, articles.ledger)
    return articles


def _previous(data_dir: Path) -> dict[str, LedgerRow]:
    try:
        return {row.canonical: row for row in read_ledger(data_dir)}
    except ShioriError as error:  # it is about to be replaced by a whole one
        _log.warning("ledger_ignored", reason=str(error))
        return {}


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
