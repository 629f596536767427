"""The quoted passage in its context: the lines of the source around it, and what of them is quoted.

A stored answer outlives the index it came from, so the passage is looked up in the source as it is
now; where it is not found any more, the quote is all there is, and the reader is told.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from rag.types import Citation, Kind, Provenance, Source
from rag.verification import locate_span

AROUND = 5
"""Lines shown before and after the passage."""
_LONGEST_LINE = 360
"""Characters of a line that holds nothing of the passage; articles have paragraphs for lines."""

State = Literal["standing", "changed", "removed"]

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


@dataclass(frozen=True, slots=True)
class Passage:
    """What a reader sees of a citation.

    `start_line` and `end_line` are where the passage stands now (0 when it stands nowhere);
    `lines` are empty then. `path` leads from the outermost heading to the passage.
    """

    number: int
    kind: Kind
    title: str
    source: str
    path: tuple[str, ...]
    quote: str
    state: State
    verified: bool
    lines: tuple[Line, ...] = ()
    start_line: int = 0
    end_line: int = 0
    page: int | None = None
    seconds: float | None = None
    url: str = ""
    site: str = ""
    published: str = ""
    fetched: str = ""
    language: str = ""
    linked_from: tuple[Provenance, ...] = ()


def passage_of(citation: Citation, sources: Mapping[str, Source]) -> Passage:
    """Find a citation's passage in its source and take the lines around it."""
    chunk = citation.chunk
    source = sources.get(chunk.source)
    span = find_passage(citation, source.text) if source else None
    state: State = "removed" if source is None else "standing" if span else "changed"
    first, last, lines = context_lines(source.text, span) if source and span else (0, 0, ())
    return Passage(
        number=citation.number,
        kind=chunk.kind,
        title=chunk.title,
        source=chunk.source,
        path=chunk.path,
        quote=citation.quote,
        state=state,
        verified=citation.verified,
        lines=lines,
        start_line=first,
        end_line=last,
        page=citation.locator.page,
        seconds=citation.locator.seconds,
        url=safe_url(chunk.url) or safe_url(source.url if source else ""),
        site=source.site if source else "",
        published=source.published if source else "",
        fetched=source.fetched if source else "",
        language=source.language if source else "",
        linked_from=chunk.linked_from or (source.linked_from if source else ()),
    )


def find_passage(citation: Citation, text: str) -> tuple[int, int] | None:
    """Start and end (exclusive) of the quote in its source, looked for at its locator first."""
    start, end = citation.locator.start_line, citation.locator.end_line
    if start is not None:
        lines = text.split("\n")
        last = min(end or start, len(lines))
        offset = sum(len(line) + 1 for line in lines[: start - 1])
        span = locate_span(citation.quote, "\n".join(lines[start - 1 : last]))
        if span:
            return offset + span[0], offset + span[1]
    return locate_span(citation.quote, text)


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


def _line(number: int, row: str, span: tuple[int, int], *, whole: bool = False) -> Line:
    bare = row.lstrip()
    lead = len(row) - len(bare)
    indent = len(row[:lead].expandtabs(4))
    pieces = _pieces(bare.rstrip(), (span[0] - lead, span[1] - lead))
    if not whole and not any(piece.marked for piece in pieces):
        pieces = _shortened(pieces)
    return Line(number, indent, pieces)


def _pieces(text: str, span: tuple[int, int]) -> tuple[Piece, ...]:
    """Cut a line where the passage or bold text begins or ends; drop Markdown's marks and targets.

    The marks of list items and headings stay, since they say what kind of line it is; they are
    never part of the passage.
    """
    found = [*_LINK.finditer(text), *_BOLD.finditer(text)]
    hidden = [(match.start(), match.start("label")) for match in found]
    hidden += [(match.end("label"), match.end()) for match in found]
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


def safe_url(url: str) -> str:
    """The URL if it is plain http(s) with a host, else nothing: others must not become a link."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if usable and not re.search(r"[\s\\\x00-\x1f\x7f]", url) else ""


def clock(seconds: float) -> str:
    """A time in a video as a player shows it: 83 is 1:23."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
