"""The quoted passage in its context: the lines of the source around it, and what of them is quoted.

A stored answer outlives the index it came from, so the passage is looked up in the source as it is
now; where it is not found any more, the quote is all there is, and the reader is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from rag.locators import citation_url
from rag.text.list_marks import without_marks
from rag.text.markup import label
from rag.text.numbers import seconds_of
from rag.text.quotes import locate_span
from rag.types import Citation, Kind, Provenance, Source
from ui.components.escaping import readable
from ui.components.source_lines import Line, context_lines, indent_of

State = Literal["standing", "changed", "removed"]


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
        path=chunk.path + (_bullets_above(citation, source.text, first) if source else ()),
        quote=citation.quote,
        state=state,
        verified=citation.verified,
        lines=lines,
        start_line=first,
        end_line=last,
        page=citation.locator.page,
        seconds=citation.locator.seconds,
        url=safe_url(citation_url(citation)) or safe_url(source.url if source else ""),
        site=source.site if source else "",
        published=source.published if source else "",
        fetched=source.fetched if source else "",
        language=source.language if source else "",
        linked_from=chunk.linked_from or (source.linked_from if source else ()),
    )


def _bullets_above(citation: Citation, text: str, line: int) -> tuple[str, ...]:
    """The bullets of the cited chunk that a passage of a note stands under, outermost first.

    None where the note has changed so much that the passage stands outside of its chunk.
    """
    where = citation.chunk.locator
    top, bottom = where.start_line or 0, where.end_line or 0
    if citation.chunk.kind != "note" or not 0 < top <= line <= bottom:
        return ()
    rows = text.split("\n")
    inner = indent_of(rows[line - 1])
    above: list[str] = []
    for row in reversed(rows[top - 1 : line - 1]):
        if row.strip() and indent_of(row) < inner:
            inner = indent_of(row)
            above.insert(0, label(without_marks(row)))
    return tuple(above)


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


def safe_url(url: str) -> str:
    """The URL if it is plain http(s) with a host, else nothing: others must not become a link."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return ""
    usable = usable and readable(url)
    return url if usable and not re.search(r"[\s\\\x00-\x1f\x7f]", url) else ""


def clock(seconds: float) -> str:
    """A time in a video as a player shows it: 83 is 1:23."""
    minutes, rest = divmod(seconds_of(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
