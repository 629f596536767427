"""Lines of a source as a reader sees them: numbered, indented, with the passage marked.

Markdown's own marks are not shown, but for those of list items and headings; bold text is bold.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rag.text.combining import few_marks
from rag.text.list_marks import MARKS
from rag.text.markup import pairs

AROUND = 5
"""Lines shown before and after the passage."""
_DEEPEST = 200  # columns of indentation
_LONGEST_LINE = 360
"""Characters of a line that holds nothing of the passage; articles have paragraphs for lines."""
_LONGEST_PASSAGE = 6_000
"""Characters of the passage that are shown of one line; what is longer was never written as one."""

_LINK = re.compile(
    r"!?\[(?P<label>[^\[\]\n]*)\]"
    r"\((?:<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"\n]*\")?\)"
)


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


def _line(number: int, row: str, span: tuple[int, int], *, whole: bool = False) -> Line:
    bare = row.lstrip()
    lead = len(row) - len(bare)
    pieces = _pieces(bare.rstrip(), (span[0] - lead, span[1] - lead))
    marked = [place for place, piece in enumerate(pieces) if piece.marked]
    if len(bare) > _LONGEST_PASSAGE:
        first, after = (marked[0], marked[-1] + 1) if marked else (0, len(pieces) if whole else 0)
        pieces = (
            *_shortened(pieces[:first], at_end=False),
            *_shortened(pieces[first:after], _LONGEST_PASSAGE),
            *_shortened(pieces[after:]),
        )
    elif not whole and not marked:
        pieces = _shortened(pieces)
    return Line(number, min(indent_of(row), _DEEPEST), pieces)


def _pieces(text: str, span: tuple[int, int]) -> tuple[Piece, ...]:
    """Cut a line where the passage or bold text begins or ends; drop Markdown's marks and targets.

    The marks of list items and headings stay, since they say what kind of line it is; they are
    never part of the passage.
    """
    bolds = [(start + 2, end - 2) for start, end, _ in pairs(text, ("**",))]
    hidden = [hole for match in _LINK.finditer(text) for hole in _marks_of(match)]
    hidden += [hole for low, high in bolds for hole in ((low - 2, low), (high, high + 2))]
    marker = MARKS.match(text)
    body = marker.end() if marker else 0
    edges = {0, body, len(text), *(edge for pair in hidden for edge in pair)}
    edges |= {edge for edge in span if 0 < edge < len(text)}
    pieces: list[Piece] = []
    within_hidden, within_bold = _Depth(hidden), _Depth(bolds)
    for start, end in itertools.pairwise(sorted(edges)):
        is_hidden, is_bold = within_hidden.at(start), within_bold.at(start)
        if is_hidden:
            continue
        marked = max(span[0], body) <= start and end <= span[1]
        pieces.append(Piece(text[start:end], marked, is_bold))
    return tuple(_joined(pieces))


class _Depth:
    """In how many of some ranges a place is; asked from left to right, at their edges."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._steps: Counter[int] = Counter()
        for low, high in ranges:
            self._steps[low] += 1
            self._steps[high] -= 1
        self._depth = 0

    def at(self, place: int) -> bool:
        """Whether what begins here is in any of them."""
        self._depth += self._steps.get(place, 0)
        return self._depth > 0


def _marks_of(match: re.Match[str]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where the marks of a link or an image are; an image keeps its brackets."""
    start, end = match.span("label")
    if match.group().startswith("!"):
        return (match.start(), start - 1), (end + 1, match.end())
    return (match.start(), start), (end, match.end())


def _joined(pieces: list[Piece]) -> list[Piece]:
    alike = itertools.groupby(pieces, key=lambda piece: (piece.marked, piece.bold))
    return [
        Piece(few_marks("".join(piece.text for piece in group)), marked, bold)
        for (marked, bold), group in alike
    ]


def _shortened(
    pieces: tuple[Piece, ...], room: int = _LONGEST_LINE, *, at_end: bool = True
) -> tuple[Piece, ...]:
    """The first characters of a line, or the last ones, as many as there is room for."""
    kept: list[Piece] = []
    for piece in pieces if at_end else reversed(pieces):
        if len(piece.text) > room:
            text = piece.text[:room].rstrip() + "…"
            if not at_end:
                text = "…" + piece.text[len(piece.text) - room :].lstrip()
            kept.append(Piece(text, piece.marked, piece.bold))
            break
        room -= len(piece.text)
        kept.append(piece)
    return tuple(kept if at_end else reversed(kept))
