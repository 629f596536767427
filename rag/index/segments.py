"""The bullets and sentences of a passage: what an extractive answer picks from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import Chunk

_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)]|[・•◦‣▪●])[ \t　]+(?:\[[ xX]\] )?|[・•◦‣▪●]")
_SENTENCE_END = re.compile(
    r"(?<=[。．！？!?])(?![。．！？!?」』）)\]])\s*|(?<=[.])\s+(?=[A-Z0-9\"'(])"
)
_BARE_URL = re.compile(r"https?://\S+$")
_RULE = re.compile(r"[\s|:\-=*_]*$")
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
