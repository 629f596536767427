"""Lines of a source as a reader sees them: numbered, indented, with the passage marked.

Markdown's own marks are not shown, but for those of list items and headings; bold text is bold.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

AROUND = 5
"""Lines shown before and after the passage."""
_LONGEST_LINE = 360
"""Characters of a line that holds nothing of the passage; articles have paragraphs for lines."""

_MARKER = re.compile(r"(?:(?:[-*+•・>]|\d{1,9}[.)]|#{1,6})[ \t\u3000]+)+")
_LINK = re.compile(
    r"!?\[(?P<label>[^\[\]\n]*)\]"
    r"\((?:<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"\n]*\")?\)"
)
_BOLD = re.compile(r"\*\*(?P<label>(?=\S).+?(?<=\S))\*\*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line that looks the same all along."""

    text: str
    marked: bool
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a source: its number (from 1), the columns it is indented by, and its pieces."""

    number: int
    indent: int
    pieces: tuple[Piece, ...]

    @property
    def marked(self) -> bool:
        """Whether something of the passage stands in it."""
        return any(piece.marked for piece in self.pieces)


def context_lines(
    text: str, span: tuple[int, int], around: int = AROUND
) -> tuple[int, int, tuple[Line, ...]]:
    """First and last line of a span, and the lines about it with the span marked.

    Empty lines at the edges are left out.
    """
    first = text.count("\n", 0, span[0]) + 1
    last = first + text.count("\n", span[0], span[1])
    rows = text.split("\n")
    low, high = max(1, first - around), min(len(rows), last + around)
    while low < first and not rows[low - 1].strip():
        low += 1
    while high > last and not rows[high - 1].strip():
        high -= 1
    offset = sum(len(row) + 1 for row in rows[: low - 1])
    lines: list[Line] = []
    for number in range(low, high + 1):
        row = rows[number - 1]
        lines.append(_line(number, row, (span[0] - offset, span[1] - offset)))
        offset += len(row) + 1
    return first, last, tuple(lines)


def plain_lines(text: str, start: int = 1) -> tuple[Line, ...]:
    """The lines of a text, none of them marked; the first one has the number `start`."""
    rows = enumerate(text.split("\n"), start)
    return tuple(_line(number, row, (0, 0), whole=True) for number, row in rows)


def indent_of(row: str) -> int:
    """The columns that a line is indented by."""
    return len(row[: len(row) - len(row.lstrip())].expandtabs(4))


def without_marker(row: str) -> str:
    """A line without the mark that makes it an item or a heading."""
    return _MARKER.sub("", row.strip(), count=1)


def _line(number: int, row: str, span: tuple[int, int], *, whole: bool = False) -> Line:
    bare = row.lstrip()
    lead = len(row) - len(bare)
    pieces = _pieces(bare.rstrip(), (span[0] - lead, span[1] - lead))
    if not whole and not any(piece.marked for piece in pieces):
        pieces = _shortened(pieces)
    return Line(number, indent_of(row), pieces)


def _pieces(text: str, span: tuple[int, int]) -> tuple[Piece, ...]:
    """Cut a line where the passage or bold text begins or ends; drop Markdown's marks and targets.

    The marks of list items and headings stay, since they say what kind of line it is; they are
    never part of the passage.
    """
    found = [*_LINK.finditer(text), *_BOLD.finditer(text)]
    hidden = [hole for match in found for hole in _marks_of(match)]
    bolds = [match.span("label") for match in found if match.re is _BOLD]
    marker = _MARKER.match(text)
    body = marker.end() if marker else 0
    edges = {0, body, len(text), *(edge for pair in hidden for edge in pair)}
    edges |= {edge for edge in span if 0 < edge < len(text)}
    pieces: list[Piece] = []
    for start, end in itertools.pairwise(sorted(edges)):
        if _within(start, end, hidden):
            continue
        marked = max(span[0], body) <= start and end <= span[1]
        pieces.append(Piece(text[start:end], marked, _within(start, end, bolds)))
    return tuple(_joined(pieces))


def _marks_of(match: re.Match[str]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where the marks of a link, an image or bold text are; an image keeps its brackets."""
    start, end = match.span("label")
    if match.group().startswith("!"):
        return (match.start(), start - 1), (end + 1, match.end())
    return (match.start(), start), (end, match.end())


def _within(start: int, end: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(low <= start and end <= high for low, high in ranges)


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if joined and (joined[-1].marked, joined[-1].bold) == (piece.marked, piece.bold):
            joined[-1] = Piece(joined[-1].text + piece.text, piece.marked, piece.bold)
        else:
            joined.append(piece)
    return joined


def _shortened(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    room, kept = _LONGEST_LINE, []
    for piece in pieces:
        if len(piece.text) > room:
            kept.append(Piece(piece.text[:room].rstrip() + "…", piece.marked, piece.bold))
            break
        room -= len(piece.text)
        kept.append(piece)
    return tuple(kept)
