"""Wiki links in notes: `[[Name]]`, `[[folder/Name#Heading|alias]]`, `![[embedded]]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.links.code_spans import without_code
from rag.types import Chunk, NoteLink, Provenance, Source

_LINK = re.compile(r"(!?)\[\[(?!\s)([^\[\]\n]{1,1000})\]\]")
_PIPE = re.compile(r"\\?\|")  # in a table it is escaped


@dataclass(frozen=True, slots=True)
class WikiTarget:
    """What a wiki link names: a note (empty for the one it stands in), a heading, what is shown."""

    name: str
    heading: str = ""
    alias: str = ""


def wiki_target(written: str) -> WikiTarget | None:
    """The parts of a wiki link as written; None when it is something else."""
    match = _LINK.fullmatch(written)
    if not match:
        return None
    target, *alias = _PIPE.split(match[2], maxsplit=1)
    name, _, heading = target.partition("#")
    heading = heading.rpartition("#")[2].strip()
    if heading.startswith("^"):  # a block, which has no name that a reader sees
        heading = ""
    return WikiTarget(name.strip(), heading, alias[0].strip() if alias else "")


def wiki_links(source: Source, chunks: Sequence[Chunk]) -> Iterator[NoteLink]:
    """The wiki links of a note, as written, each with the bullet or line it stands in.

    Args:
        source: the note.
        chunks: its passages, which know the breadcrumb of a line.
    """
    if "[[" not in source.text:
        return
    lines = source.text.split("\n")
    for number, line in enumerate(without_code(source.text).split("\n"), 1):
        for match in _LINK.finditer(line) if "[[" in line else ():
            target = wiki_target(match[0])
            if target is None or not any(map(str.isalnum, match[2])):
                continue
            path, text = _place(chunks, number)
            where = Provenance(source.id, number, path, text or lines[number - 1].strip())
            label = target.alias or target.heading or target.name
            yield NoteLink(match[0], label, where, image=bool(match[1]))


def _place(chunks: Sequence[Chunk], line: int) -> tuple[tuple[str, ...], str]:
    """Breadcrumb and text of the smallest segment at a line; empty where no passage has it."""
    for chunk in chunks:
        if not _covers(chunk.locator.start_line, chunk.locator.end_line, line):
            continue
        at = [
            one
            for one in chunk.segments
            if not one.context and _covers(one.locator.start_line, one.locator.end_line, line)
        ]
        return chunk.path, at[-1].text if at else ""
    return (), ""


def _covers(start: int | None, end: int | None, line: int) -> bool:
    return start is not None and end is not None and start <= line <= end
