"""Whether a passage is a place that a question expects, and the context a reader would be given.

Text is compared after NFKC, without white space and without the marks `*`, backtick and brackets;
a passage is its breadcrumb joined by ` > `, a line end, and its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.evaluation.dataset.question import Place
from rag.text.combining import nfkc
from rag.text.list_marks import without_marks
from rag.types import Chunk, Hit

BUDGET = 1_200
"""Characters of context in which an answer must stand: about what one reads, or a prompt spends."""

_IGNORED = re.compile(r"[\s*`\[\]]+")
_AFTER_A_LABEL = ":(…,、。-"


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A text as it is compared."""
    return _IGNORED.sub("", nfkc(text))


def passage(chunk: Chunk) -> str:
    """What a chunk adds to a context: breadcrumb, line end, text."""
    return " > ".join(chunk.path) + "\n" + chunk.text


def section_of(chunk: Chunk) -> str:
    """The section that figures are grouped by: two steps of the breadcrumb, or the title."""
    return " > ".join(chunk.path[:2]) or chunk.title


def holds(chunk: Chunk, place: Place) -> bool:
    """Whether a chunk is an expected place: everything that the place names must hold."""
    return (not place.quote or plain(place.quote) in plain(passage(chunk))) and stands_at(
        chunk, place
    )


def stands_at(chunk: Chunk, place: Place) -> bool:
    """Whether a chunk fits all that a place names but for its quote."""
    if place.source and not same_source(place.source, chunk):
        return False
    if place.lines and not _overlaps(chunk, place.lines):
        return False
    return not place.path or _has_steps(chunk, place.path)


def same_source(source: str, chunk: Chunk) -> bool:
    """Whether a chunk comes from the named note or article; fragments and a last slash are free."""
    wanted = _bare(source)
    return wanted in (_bare(chunk.source), _bare(chunk.url))


def context(hits: Sequence[Hit], budget: int = BUDGET) -> str:
    """What of the hits, in their order, fits into so many characters (line ends between them free).

    The last passage is cut where the budget ends.
    """
    text = ""
    for hit in hits:
        if len(text) < budget:
            text += passage(hit.chunk)[: budget - len(text)] + "\n"
    return text


def in_budget(hits: Sequence[Hit], place: Place, budget: int = BUDGET) -> bool:
    """Whether a place stands in the context of a budget.

    A quote must stand in the context itself; a place without one is there when the whole passage
    is, or when it is the first one.
    """
    if place == Place(quote=place.quote, line=place.line):
        return plain(place.quote) in plain(context(hits, budget))
    used = 0
    for number, hit in enumerate(hits):
        if used >= budget:
            return False
        whole = passage(hit.chunk)
        shown = whole[: budget - used]
        used += len(shown) + 1
        if not stands_at(hit.chunk, place):
            continue
        if place.quote and plain(place.quote) in plain(shown):
            return True
        if not place.quote and (len(shown) == len(whole) or number == 0):
            return True
    return False


def _bare(source: str) -> str:
    return source.partition("#")[0].rstrip("/") if "://" in source else source


def _overlaps(chunk: Chunk, lines: tuple[int, int]) -> bool:
    start = chunk.locator.start_line
    if start is None:
        return False
    return start <= lines[1] and lines[0] <= (chunk.locator.end_line or start)


def _has_steps(chunk: Chunk, wanted: tuple[str, ...]) -> bool:
    """Whether the steps follow each other in the breadcrumb or end in the chunk's first line."""
    steps = [*chunk.path, without_marks(chunk.text.partition("\n")[0])]
    starts = range(len(steps) - len(wanted) + 1)
    return any(
        all(_same_step(step, name) for step, name in zip(steps[start:], wanted, strict=False))
        for start in starts
    )


def _same_step(step: str, name: str) -> bool:
    """Equal, or one is the other's label: breadcrumbs are shortened where a bullet is long."""
    short, long = sorted((plain(step).casefold(), plain(name).casefold()), key=len)
    if short == long:
        return True
    bare = short.removesuffix("…").removesuffix("...")
    if not bare or not long.startswith(bare):
        return False
    return bare != short or long[len(bare)] in _AFTER_A_LABEL
