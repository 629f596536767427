"""Cuts an extracted article into passages that follow its headings and sentences.

A section that fits is one passage, with the sections inside it if those fit as well; a longer one
is filled up sentence by sentence, and rather cut where a paragraph ends. Every passage carries
title > headings as its path, the notes that link to the article, and an address that opens at it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.articles.layout import Section, Unit, article_text, sections_of, times_of
from ingest.articles.locators import Addresses
from ingest.articles.segments import segments_of
from ingest.chunk_ids import chunk_id
from ingest.extract.types import Extracted
from rag.types import Chunk, Provenance, Source

ARTICLE_CHUNKER_VERSION = "article-2"

# In weighted characters (see `weigh`): 350 Japanese ones, 700 of an alphabet.
CHUNK_SIZE = 350.0
# A chunk this full ends with its paragraph; a rest this small joins the chunk before.
_FULL = 0.6
_REST = 0.3
_STRETCH = 1.25


def article_source(
    extracted: Extracted, *, url: str, fetched: str, linked_from: Sequence[Provenance]
) -> Source:
    """The source of an article: its `text` is the extracted text.

    Args:
        extracted: the article.
        url: its canonical address, which becomes the source's id.
        fetched: when it was fetched (ISO date and time).
        linked_from: the bullets that link to it.
    """
    return Source(
        id=url,
        kind=extracted.kind,
        title=extracted.title or url,
        text=article_text(extracted),
        url=url,
        language=extracted.language,
        site=extracted.site,
        author=extracted.author,
        published=extracted.published,
        fetched=fetched,
        linked_from=tuple(linked_from),
        times=times_of(extracted),
    )


def chunk_article(extracted: Extracted, source: Source, most: int | None = None) -> list[Chunk]:
    """The passages of an article, in order; each text stands word for word in `source.text`.

    Args:
        extracted: the article.
        source: what `article_source` made of it.
        most: how many are made at most; all by default.
    """
    addresses = Addresses(source.url, extracted.kind, extracted.page)
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    chunks: list[Chunk] = []
    for section in _joined(sections_of(extracted, source.text)):
        for units in _packed(section.units):
            if len(chunks) == most:
                return chunks
            text = _words(source.text, units)
            path = (source.title, *section.path)
            locator, url = addresses.of(source.text, units, section.anchor)
            chunks.append(
                Chunk(
                    id=chunk_id(source.id, path, text, seen[path, text]),
                    source=source.id,
                    kind=source.kind,
                    title=source.title,
                    path=path,
                    text=text,
                    locator=locator,
                    order=len(chunks),
                    url=url,
                    linked_from=source.linked_from,
                    segments=segments_of(source.text, units, locator),
                    date=_day(source.published),
                )
            )
            seen[path, text] += 1
    return chunks


def _day(published: str) -> str:
    """The day of a date that may have a time; empty where none is told."""
    return published[:10] if published[:4].isdigit() else ""


def _words(text: str, units: Sequence[Unit]) -> str:
    return text[units[0].start : units[-1].end]


def _joined(sections: Sequence[Section]) -> Iterator[Section]:
    """Sections, with those that fit into one chunk together with their subsections made one."""
    at = 0
    while at < len(sections):
        end = _family(sections, at)
        first = sections[at]
        yield Section(
            first.path,
            tuple(unit for part in sections[at:end] for unit in part.units),
            first.anchor,
        )
        at = end


def _family(sections: Sequence[Section], at: int) -> int:
    """The end of the longest run of sections that are one topic and fit into one chunk.

    A run is the section itself and, where all of them fit, everything under its headings.
    """
    path = sections[at].path
    page = sections[at].units[0].block.page
    if not path:
        return at + 1
    end, size = at, 0.0
    while end < len(sections) and sections[end].path[: len(path)] == path:
        size += sections[end].size
        if size > CHUNK_SIZE or sections[end].units[0].block.page != page:
            return at + 1
        end += 1
    return end


def _packed(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Runs of units of about `CHUNK_SIZE`."""
    runs: list[list[Unit]] = []
    run: list[Unit] = []
    size = 0.0
    for number, unit in enumerate(units):
        if run and (size + unit.size > CHUNK_SIZE or _ends_here(units, number, size)):
            # What introduces a list goes with it.
            keep = len(run) - 1 if len(run) > 1 and run[-1].leads else len(run)
            runs.append(run[:keep])
            run = run[keep:]
            size = sum(part.size for part in run)
        run.append(unit)
        size += unit.size
    if run:
        runs.append(run)
    if len(runs) > 1:
        last, before = (sum(unit.size for unit in part) for part in (runs[-1], runs[-2]))
        if last < _REST * CHUNK_SIZE and last + before <= _STRETCH * CHUNK_SIZE:
            runs[-2:] = [runs[-2] + runs[-1]]
    return iter(runs)


def _ends_here(units: Sequence[Unit], number: int, size: float) -> bool:
    """Whether a chunk that is full enough should end before a block that will not fit."""
    if not units[number].opens or size < _FULL * CHUNK_SIZE or units[number - 1].leads:
        return False
    whole = 0.0
    for at in range(number, len(units)):
        # A paragraph that introduces a list counts with it.
        if units[at].opens and at > number and not units[at - 1].leads:
            break
        whole += units[at].size
        if whole > CHUNK_SIZE:
            break
    return size + whole > CHUNK_SIZE
