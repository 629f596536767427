"""From a note to its chunks, each under its breadcrumb, and to its links.

What a note's lines say is `page`, how they hang together `outline` and `leads`, the segments are
`segments`, and how they are put together `grouping`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.chunk_ids import chunk_id
from ingest.notes.assembly import Passage, assembled, stray
from ingest.notes.context import Context, context_of
from ingest.notes.drafts import Draft
from ingest.notes.grouping import runs_of
from ingest.notes.leads import with_leads
from ingest.notes.note_links import links_of
from ingest.notes.outline import outline_of
from ingest.notes.page import Page, page_of
from ingest.notes.paragraphs import bounded
from ingest.notes.segments import Segmenter
from ingest.notes.splitting import pieces_of
from rag.types import Chunk, NoteLink, Source

CHUNKER_VERSION = "segments-2"

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note, cut up: the source itself, its chunks and the links that stand in it."""

    source: Source
    chunks: tuple[Chunk, ...]
    links: tuple[NoteLink, ...]


def chunk_note(name: str, text: str) -> Note:
    """Cut a note into chunks.

    Args:
        name: its path within the notes folder, with `/`.
        text: its text.
    """
    page = page_of(text)
    outline = with_leads(outline_of(page.lines))
    context = context_of(name, page, outline)
    source = Source(name, "note", context.title, "\n".join(page.source))
    segmenter = Segmenter(page, outline)
    passages: list[tuple[Path, str, Passage]] = []
    for passage in _properties(page):
        passages.append((context.root, context.date, passage))
    for run in runs_of(outline, segmenter):
        parent = outline.blocks[run.first].parent
        for made in assembled(outline, segmenter, run):
            passages.append((context.paths[parent], context.dates[parent], made))
    for drafts in _cut(segmenter.unnoted()):
        passages += [(context.root, context.date, passage) for passage in stray(drafts)]
    chunks = tuple(_chunks(source, context, passages))
    return Note(source, chunks, tuple(links_of(name, page, outline, context.paths)))


def _properties(page: Page) -> Iterator[Passage]:
    """What the front matter says that a person would ask about."""
    drafts = [
        Draft("property", text, prop.start, prop.end)
        for prop in page.properties
        if prop.asked_for
        for text in bounded(prop.text)
    ]
    return (passage for piece in _cut(drafts) for passage in stray(piece))


def _cut(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    return ([drafts[number] for number in piece] for piece in pieces_of(drafts))


def _chunks(
    source: Source, context: Context, passages: Sequence[tuple[Path, str, Passage]]
) -> Iterator[Chunk]:
    seen: Counter[tuple[Path, str]] = Counter()
    for order, (path, date, passage) in enumerate(passages):
        identifier = chunk_id(source.id, path, passage.text, seen[path, passage.text])
        seen[path, passage.text] += 1
        yield Chunk(
            identifier,
            source.id,
            "note",
            source.title,
            path,
            passage.text,
            passage.locator,
            order,
            segments=passage.segments,
            folder=context.folder,
            date=date,
            tags=context.tags,
            navigation=passage.navigation,
        )
