"""Sources and chunks from what the links gave, each source whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from ingest.articles.chunking import article_source, chunk_article
from ingest.articles.outcome import Obtained
from ingest.links.canonical import canonical_url
from ingest.links.url_syntax import MalformedUrlError
from rag.storage.link_ledger import LedgerRow
from rag.types import Chunk, Provenance, Source

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Articles:
    """What the links gave: sources with their chunks in order, and one row a link."""

    sources: list[Source]
    chunks: list[Chunk]
    ledger: list[LedgerRow]


def assemble(obtained: Sequence[Obtained], most: int) -> Articles:
    """Make the sources; links that redirects lead to one page are one source, with one row each.

    Args:
        obtained: what the links gave.
        most: how many passages one source may have; its row says what was cut.
    """
    first: dict[str, int] = {}
    where: dict[int, tuple[Provenance, ...]] = {}
    same_as: dict[int, int] = {}
    for number, one in enumerate(obtained):
        if one.extracted is not None:
            owner = first.setdefault(_end(one.row), number)
            same_as[number] = owner
            both = where.get(owner, ()) + one.row.linked_from
            where[owner] = tuple(dict.fromkeys(both))
    articles = Articles([], [], [])
    for number, one in enumerate(obtained):
        owner = same_as.get(number, number)
        if owner != number:
            reason = f"The same page as {obtained[owner].row.canonical}."
            articles.ledger.append(replace(one.row, reason=reason))
        elif one.extracted is None:
            articles.ledger.append(one.row)
        else:
            articles.ledger.append(_add(articles, one, where[number], most))
    return articles


def _end(row: LedgerRow) -> str:
    try:
        return canonical_url(row.final_url or row.canonical)
    except MalformedUrlError:
        return row.canonical


def _add(articles: Articles, one: Obtained, where: tuple[Provenance, ...], most: int) -> LedgerRow:
    """Cut an article into chunks and add both, or say in its row why not."""
    row = one.row
    if one.extracted is None:
        return row
    try:
        source = article_source(
            one.extracted, url=row.canonical, fetched=row.fetched, linked_from=where
        )
        chunks = chunk_article(one.extracted, source, most + 1)
    except Exception as error:  # noqa: BLE001 (one bad page must never stop the run)
        _log.exception("chunking_failed", url=row.canonical)
        reason = f"Cutting it into passages failed ({type(error).__name__}: {str(error)[:200]})."
        return replace(row, status="error", reason=reason)
    if not chunks:
        return replace(row, status="empty", reason="It holds no text.")
    articles.sources.append(source)
    articles.chunks.extend(chunks[:most])
    if len(chunks) <= most:
        return row
    cut = f"Cut after {most:,} passages (MAX_PASSAGES)."
    return replace(row, reason=f"{row.reason.removesuffix(cut).strip()} {cut}".strip())
