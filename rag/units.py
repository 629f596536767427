"""The bullets and sentences of a passage: what an extractive answer picks from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.moments import moment
from rag.types import Chunk, Locator, Source
from rag.verification import locate_quote

_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)]|[・•◦‣▪●])[ \t　]+(?:\[[ xX]\] )?|[・•◦‣▪●]")
_SENTENCE_END = re.compile(
    r"(?<=[。．！？!?])(?![。．！？!?」』）)\]])\s*|(?<=[.])\s+(?=[A-Z0-9\"'(])"
)
_BARE_URL = re.compile(r"https?://\S+$")
_PICTURE = re.compile(r"[ \t　]*(?:[-*+][ \t　]+)?!\[([^\]]*)\]\([^)\s]*\)[ \t]*$")
_RULE = re.compile(r"[\s|:\-=*_]*$")
_LABEL = 60  # longest name of a unit
_LONG = 120  # a line longer than this is taken apart into sentences


@dataclass(frozen=True, slots=True)
class Unit:
    """A bullet, a line or a sentence of a chunk.

    `text` stands word for word in the chunk, without its list marker; `parent` is the index (among
    the chunk's units) of the bullet it explains, -1 for none; `depth` is its indentation;
    `is_link` says that it is nothing but a URL.
    """

    depth: int
    text: str
    parent: int
    is_link: bool


def units_of(chunk: Chunk) -> list[Unit]:
    """The units of a chunk, in reading order; a piece of code is one unit."""
    units: list[Unit] = []
    open_items: list[tuple[int, int]] = []  # depth and index of the bullets that may have children
    code: list[str] | None = None
    for line in chunk.text.split("\n"):
        stripped = line.strip(" \t　")
        if stripped.startswith(("```", "~~~")):
            if code:
                units.append(Unit(0, "\n".join(code), -1, False))
            code = [] if code is None else None
            continue
        if code is not None:
            code.append(stripped)
            continue
        if _RULE.match(stripped):
            continue
        depth = len(line) - len(line.lstrip(" \t　"))
        marker = _MARKER.match(stripped)
        text = stripped[marker.end() :] if marker else stripped
        while open_items and open_items[-1][0] >= depth:
            open_items.pop()
        parent = open_items[-1][1] if open_items else -1
        if marker:
            open_items.append((depth, len(units)))
        for part in _parts(text):
            units.append(Unit(depth, part, parent, bool(_BARE_URL.match(part))))
    if code:
        units.append(Unit(0, "\n".join(code), -1, False))
    return units


def _parts(text: str) -> Iterator[str]:
    if len(text) <= _LONG:
        yield text
        return
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.end() - start >= 12:
            yield text[start : match.end()].strip()
            start = match.end()
    if text[start:].strip():
        yield text[start:].strip()


def pictures(chunk: Chunk, sources: Mapping[str, Source]) -> frozenset[str]:
    """What stands in a note's chunk in place of its pictures: their names, which say nothing."""
    source, where = sources.get(chunk.source), chunk.locator
    if source is None or where.start_line is None:
        return frozenset()
    lines = source.text.split("\n")[where.start_line - 1 : where.end_line]
    return frozenset(found.group(1).strip() for line in lines if (found := _PICTURE.match(line)))


def plain(text: str) -> str:
    """A unit as it is shown: without the marks of bold type."""
    return re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)


def label(text: str) -> str:
    """What names a unit where it leads others: up to its colon, without brackets left open."""
    bare = plain(text)
    cut = re.split(r"：|:\s", bare)[0].strip(" \t　")
    if len(re.findall(r"[（(]", cut)) > len(re.findall(r"[）)]", cut)):
        cut = re.split(r"[（(](?=[^（(]*$)", cut)[0].strip(" \t　") or bare
    return cut if len(cut) <= _LABEL else cut[: _LABEL - 1] + "…"


def locate(chunk: Chunk, quote: str, sources: Mapping[str, Source]) -> Locator | None:
    """Where a quote stands; None when it does not stand in its source, word for word.

    In a note these are the exact lines, looked for where the chunk is, since the same words may
    stand elsewhere in the note as well.
    """
    source = sources.get(chunk.source)
    if source is None:
        return None
    where = chunk.locator
    if where.start_line is None or where.end_line is None:
        return moment(chunk, quote, source) if locate_quote(quote, source.text) else None
    lines = source.text.split("\n")[where.start_line - 1 : where.end_line]
    found = locate_quote(quote, "\n".join(lines))
    if found is None:
        return None
    offset = where.start_line - 1
    return Locator(start_line=found[0] + offset, end_line=found[1] + offset)
