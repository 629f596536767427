"""An article as one text with its parts: where its units stand, and under which headings.

Everything is a span of the one text, so what is cut out of it stands in it word for word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.extract.types import Block, Extracted
from rag.text.sentences import sentence_spans

_GAP = "\n\n"
_WEAK_END = re.compile(r"(?<=[、，；;,:：）)」』])\s*|\s+")
LONGEST_UNIT = 600.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, item, row or line of code: what a chunk never cuts through.

    `start` and `end` are offsets in the article's text; `opens` says that it begins a block, and
    `leads` that it introduces the block after it.
    """

    start: int
    end: int
    size: float
    block: Block
    opens: bool
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive units under the same headings, on the same page; `path` has no title."""

    path: tuple[str, ...]
    units: tuple[Unit, ...]
    anchor: str = ""

    @property
    def size(self) -> float:
        """The weighted length of its units."""
        return sum(unit.size for unit in self.units)


def weigh(text: str) -> float:
    """Length in weighted characters: full-width ones count 1 and others 1/2, blanks at ends 0.

    A Japanese character carries about as much as two of an alphabet.
    """
    stripped = text.strip()
    wide = sum(unicodedata.east_asian_width(char) in "WFA" for char in stripped)
    return (len(stripped) + wide) / 2


def article_text(extracted: Extracted) -> str:
    """The text of an article: its blocks with an empty line between them."""
    return _GAP.join(block.text for block in extracted.blocks)


def times_of(extracted: Extracted) -> tuple[tuple[int, float], ...]:
    """Where in the article's text each line of subtitles begins, and at which second."""
    found: list[tuple[int, float]] = []
    start = 0
    for block in extracted.blocks:
        found += [(start + offset, second) for offset, second in block.times]
        start += len(block.text) + len(_GAP)
    return tuple(found)


def sections_of(extracted: Extracted, text: str) -> list[Section]:
    """The sections of an article, in order.

    Args:
        extracted: the article.
        text: what `article_text` made of it.
    """
    stack: list[Block] = []
    parts: list[tuple[tuple[str, ...], str, list[Unit]]] = []
    offset = 0
    for number, block in enumerate(extracted.blocks):
        start, offset = offset, offset + len(block.text) + len(_GAP)
        if block.kind == "heading":
            if _is_title(block.text, extracted.title):
                stack.clear()
                continue
            while stack and stack[-1].level >= block.level:
                stack.pop()
            # A heading with nothing under it is text of the section around it.
            if not _is_bare(extracted.blocks, number):
                stack.append(block)
                continue
        units = list(_units(block, text, start))
        path = tuple(part.text for part in stack)
        if units and parts and parts[-1][0] == path and parts[-1][2][-1].block.page == block.page:
            parts[-1][2].extend(units)
        elif units:
            parts.append((path, _anchor(stack), units))
    return [Section(path, tuple(units), anchor) for path, anchor, units in parts]


def _is_bare(blocks: Sequence[Block], number: int) -> bool:
    following = blocks[number + 1] if number + 1 < len(blocks) else None
    if following is None:
        return True
    return following.kind == "heading" and following.level <= blocks[number].level


def _anchor(stack: Sequence[Block]) -> str:
    return next((block.anchor for block in reversed(stack) if block.anchor), "")


def _is_title(text: str, title: str) -> bool:
    def plain(words: str) -> str:
        return "".join(unicodedata.normalize("NFKC", words).casefold().split())

    return plain(text) == plain(title)


def _units(block: Block, text: str, start: int) -> Iterator[Unit]:
    """The units of a block that begins at `start`."""
    leads = block.kind == "paragraph" and block.text.rstrip().endswith((":", "：", "、", "以下。"))
    spans = list(_spans(block))
    for number, (first, last) in enumerate(spans):
        piece = block.text[first:last]
        yield Unit(
            start + first,
            start + last,
            weigh(piece),
            block,
            opens=number == 0,
            leads=leads and number == len(spans) - 1,
        )


def _spans(block: Block) -> Iterator[tuple[int, int]]:
    whole = _lines(block.text) if block.kind in ("list", "table", "code") else None
    for first, last in whole if whole is not None else sentence_spans(block.text):
        if weigh(block.text[first:last]) <= LONGEST_UNIT:
            yield first, last
        else:
            yield from _cut(block.text, first, last)


def _lines(text: str) -> list[tuple[int, int]]:
    """The lines of a text; indentation stays with its line, and empty lines fall out."""
    return [match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", text)]


def _cut(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Pieces of a unit that is too long by itself: sentences, then clauses, then anything."""
    inner = [(first + a, first + b) for a, b in sentence_spans(text[first:last])]
    if len(inner) > 1:
        for a, b in inner:
            if weigh(text[a:b]) <= LONGEST_UNIT:
                yield a, b
            else:
                yield from _cut(text, a, b)
        return
    step = int(LONGEST_UNIT)
    while last - first > step:
        ends = [match.end() for match in _WEAK_END.finditer(text, first + step // 2, first + step)]
        end = ends[-1] if ends else first + step
        yield first, end
        first = end
    yield first, last
