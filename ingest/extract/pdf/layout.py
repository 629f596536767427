"""From the lines of PDF pages to headings, paragraphs and lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.extract.pdf.text import HYPHEN
from ingest.extract.types import Block

# Shares of the page's height, of pages, and of the size of its text.
_MARGIN = 0.12
_MANY = 0.3
_MOST = 0.6
_BIG = 1.18
_LONGEST_HEADING = 80
_MOST_CELLS, _LONGEST_ROW = 8, 80
_PAGE_NUMBER = re.compile(
    r"[ivxl]{1,6}|[-–—\s]*(page|p\.?|ページ)?\s*\d{1,4}\s*((/|of|／)\s*\d{1,4})?[-–—\s]*(ページ)?",
    re.I,
)
_BULLET = re.compile(r"\s*([•◦▪■□●○◆◇▶►➢✓✔・–−‣⁃*]|-(?=\s)|[①-⑳]|\(?\d{1,2}[.)](?=\s))\s*")
_LEADERS = re.compile(r"([.．…·・]\s?){5,}\s*\S{0,6}$")
# Lines whose left ends differ by less are of the same text, or in the same column; in line heights.
_INDENT, _COLUMN = 2.5, 10.0
_WIDE = re.compile(r"[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SENTENCE_END = re.compile(r"[。．.!?！？:：][」』）)\"”]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: `page` from 1; the measures are in points.

    `middle` is the line's height above the bottom of the page, `last` that of its last character:
    pdfium gives hyphenated lines as one. `height` is the page's own.
    """

    text: str
    page: int
    size: float
    left: float
    right: float
    middle: float
    last: float
    height: float


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without page numbers and without headers and footers that they repeat."""
    body = median([line.size for page in pages for line in page] or [0.0])
    big = _BIG * body
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_alike(line, big) for line in page if _marginal(line)})

    def repeated(line: Line) -> bool:
        if not _marginal(line):
            return False
        if _PAGE_NUMBER.fullmatch(line.text):
            return True
        times = seen[_alike(line, big)]
        # A title that slides share is worth keeping, unless nearly all of them bear it.
        return times >= 3 and times >= (_MOST if line.size > big else _MANY) * len(pages)

    return [[line for line in page if not repeated(line)] for page in pages]


def _marginal(line: Line) -> bool:
    return not _MARGIN * line.height < line.middle < (1 - _MARGIN) * line.height


def _alike(line: Line, big: float) -> str:
    """What repeats of a line have in common: small ones may count pages or chapters."""
    text = "".join(line.text.split())
    return text if line.size > big else re.sub(r"\d+", "#", text)


def blocks_of(pages: Sequence[Sequence[Line]]) -> Iterator[Block]:
    """The blocks of all pages, in order; none goes beyond its page."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page:
            weights[round(line.size, 1)] += len(line.text)
    body = weights.most_common(1)[0][0] if weights else 0.0
    for page in pages:
        yield from _page_blocks(page, body)


def _page_blocks(page: Sequence[Line], body: float) -> Iterator[Block]:
    run: list[Line] = []
    if sum(_LEADERS.search(line.text) is not None for line in page) >= 3:
        page = [line for line in page if not _LEADERS.search(line.text)]  # a table of contents
    for line in page:
        if run and not _goes_on(run, line, body, page):
            yield _block(run, body)
            run = []
        run.append(line)
    if run:
        yield _block(run, body)


def _goes_on(run: Sequence[Line], line: Line, body: float, page: Sequence[Line]) -> bool:
    """Whether a line belongs to the block of the lines before it."""
    last = run[-1]
    if _is_heading([last], body) != _is_heading([line], body):
        return False
    if abs(line.size - last.size) > 0.15 * max(line.size, last.size):
        return False
    step = last.last - line.middle
    if step < -0.5 * last.size or step > 1.9 * last.size:
        return False
    if _BULLET.match(line.text):
        return _BULLET.match(run[0].text) is not None
    if _BULLET.match(run[0].text):
        return line.left > run[0].left + 0.3 * line.size
    if _is_heading([line], body):
        return True
    indented = line.left > last.left + 0.7 * line.size
    ended = _SENTENCE_END.search(last.text) is not None
    return not (indented and ended) and not _was_broken(last, line, page)


def _was_broken(last: Line, line: Line, page: Sequence[Line]) -> bool:
    """Whether a line ended before its column did, though the next word had found room."""
    ended = _SENTENCE_END.search(last.text) is not None
    if last.text.endswith(HYPHEN) or (line.text[:1].islower() and not ended):
        return False
    alike = [other for other in page if other.size < _BIG * last.size]
    column = [o.right for o in alike if abs(o.left - last.left) < _INDENT * last.size]
    if len(column) < 3:
        column = [o.right for o in alike if abs(o.left - last.left) < _COLUMN * last.size]
    word = re.split(r"\s", line.text, maxsplit=1)[0]
    # Three characters where no word ends: rules of what may begin a line move up to two.
    needed = 3.0 if _WIDE.match(word) else 0.6 * len(word) + 0.5
    # One line in ten may run over.
    edge = sorted(column)[int(0.9 * len(column)) if len(column) > 9 else -1]
    return last.right + needed * last.size < edge


def _is_heading(run: Sequence[Line], body: float) -> bool:
    text = "".join(line.text for line in run)
    return (
        run[0].size > _BIG * body
        and len(text) <= _LONGEST_HEADING
        and re.search(r"[^\W\d]", text) is not None
        and not text.endswith("。")
    )


def _block(run: Sequence[Line], body: float) -> Block:
    page = run[0].page
    if _is_heading(run, body):
        level = 1 if run[0].size > 2 * body else 2 if run[0].size > 1.5 * body else 3
        return Block("heading", join(line.text for line in run), level=level, page=page)
    if _BULLET.match(run[0].text):
        return Block("list", "\n".join(_items(run)), page=page)
    rows = [line.text.split() for line in run]
    if _is_table(rows):
        return Block("table", "\n".join(" | ".join(row) for row in rows), page=page)
    return Block("paragraph", join(line.text for line in run), page=page)


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether lines are rows: short, of as many words each, and with figures below the first.

    A cell with a space in it is not seen through; such lines stay a paragraph.
    """
    cells = len(rows[0])
    return (
        len(rows) >= 3
        and 2 <= cells <= _MOST_CELLS
        and all(len(row) == cells and sum(map(len, row)) <= _LONGEST_ROW for row in rows)
        and not any(row[-1].endswith(HYPHEN) for row in rows)
        and all(any(re.search(r"\d", cell) for cell in row[1:]) for row in rows[1:])
    )


def _items(run: Sequence[Line]) -> Iterator[str]:
    item: list[str] = []
    depth = 0
    for line in run:
        bullet = _BULLET.match(line.text)
        if bullet is None:
            item.append(line.text)
            continue
        if item:
            yield "  " * depth + "- " + join(item)
        depth = min(5, max(0, round((line.left - run[0].left) / (2 * line.size or 1))))
        kept = bullet[1] if bullet[1][-1:] in ".)" or "①" <= bullet[1] <= "⑳" else ""
        item = [f"{kept} {line.text[bullet.end() :]}".strip()]
    yield "  " * depth + "- " + join(item)


def join(lines: Iterator[str] | Sequence[str]) -> str:
    """Lines as one: no space between Japanese characters, hyphenated words made whole."""
    text = ""
    for line in lines:
        if not text:
            text = line
        elif text.endswith(HYPHEN):
            text = text[:-1] + line
        elif _WIDE.match(text[-1]) and _WIDE.match(line[:1]):
            text += line
        else:
            text += " " + line
    return text.replace(HYPHEN, "-")
