"""From a note to its chunks, each under its breadcrumb, and to its links.

How blocks are put together is `grouping`, how their text is shown `rendering`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.chunk_ids import chunk_id
from ingest.links.code_spans import without_code
from ingest.links.markdown import find_links, find_references
from ingest.notes.grouping import Run, runs_of
from ingest.notes.outline import Outline, parse_outline
from ingest.notes.rendering import (
    heading_label,
    item_label,
    readable,
    rendered,
    says_something,
    title_of,
)
from rag.types import Chunk, Locator, NoteLink, Provenance, Source

CHUNKER_VERSION = "outline-2"

_MAY_LINK = re.compile(r"://|\]|www\.", re.IGNORECASE)

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
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    outline = parse_outline(text, stem)
    title = title_of(outline.title) or stem
    # a heading repeats the title in nearly every note; otherwise the title opens the breadcrumb
    named = title != stem and all(block.label != outline.title for block in outline.blocks)
    paths = _paths(outline, (title,) if named else ())
    source = Source(name, "note", title, "\n".join(outline.lines))
    chunks = tuple(_chunks(outline, source, paths))
    return Note(source, chunks, tuple(_links(outline, name, paths)))


def _paths(outline: Outline, root: Path) -> list[Path]:
    """For every block the breadcrumb of what stands in it; the last is that of the top."""
    paths: list[Path] = [root] * (len(outline.blocks) + 1)
    holders = {block.parent for block in outline.blocks}
    for index in sorted(holders - {-1}):  # a parent stands before what it holds
        block = outline.blocks[index]
        label = heading_label(block.label) if block.kind == "heading" else item_label(block.label)
        above = paths[block.parent]
        paths[index] = (*above, label) if label else above
    return paths


def _chunks(outline: Outline, source: Source, paths: Sequence[Path]) -> Iterator[Chunk]:
    seen: Counter[tuple[Path, str]] = Counter()
    order = 0
    for run in runs_of(outline):
        text, locator, header = _content(outline, run)
        if not says_something(text):
            continue
        above = paths[outline.blocks[run.first].parent]
        path = (*above, header) if header else above
        identifier = chunk_id(source.id, path, text, seen[path, text])
        seen[path, text] += 1
        yield Chunk(identifier, source.id, "note", source.title, path, text, locator, order)
        order += 1


def _content(outline: Outline, run: Run) -> tuple[str, Locator, str]:
    """The text of a run, its lines, and the header of the table that it continues."""
    if run.piece:
        piece = run.piece
        return piece.text, Locator(start_line=piece.start, end_line=piece.end), piece.header
    start, end = outline.blocks[run.first].start, outline.blocks[run.last].end
    return rendered(outline, run.first, run.last), Locator(start_line=start, end_line=end), ""


def _links(outline: Outline, name: str, paths: Sequence[Path]) -> Iterator[NoteLink]:
    """Every link of a note, images too, with the bullet or paragraph it stands in."""
    text = "\n".join(outline.lines)
    references = find_references(text)
    visible = without_code(text).split("\n")  # a fence in a bullet holds no links
    for block in outline.blocks:
        if block.kind == "code":
            continue
        for number in range(block.start, block.end + 1):
            if not _MAY_LINK.search(visible[number - 1]):
                continue
            line = outline.lines[number - 1]
            said = item_label(block.label or readable(line.strip()))
            where = Provenance(name, number, paths[block.parent], said)
            for link in find_links(line, references):
                yield NoteLink(link.url, link.label, where, image=link.syntax == "image")
