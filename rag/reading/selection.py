"""Which segments of the hits are shown as the answer, and which of them answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.segments import above, laid_out, under
from rag.types import Hit, Segment

BUDGET = 700  # characters that a person reads
PASSAGES = 5  # hits that segments are taken from
HIGHLIGHTS, HIGHLIGHTED = 3, 300  # marked segments, and characters of all of them together
_UNREAD = -2.0  # log-odds of a segment where nothing has read the passage
_SLOPE = 6.0  # what a cosine counts for in log-odds where nothing has read the passage


@dataclass(frozen=True, slots=True)
class Quote:
    """What is shown of a hit: indices of its segments, in order.

    `answers` are those of them that answer; `left` counts the segments that stand under a shown one
    and did not fit; `score` is that of its best segment.
    """

    hit: Hit
    shown: tuple[int, ...]
    answers: tuple[int, ...]
    score: float
    left: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes, best first, and the texts that answer, best first."""

    quotes: tuple[Quote, ...]
    highlights: tuple[str, ...]


def select(hits: Sequence[Hit], budget: int = BUDGET) -> Selection:
    """Whole segments of the first hits, best first, with what they must not be shown without.

    Args:
        hits: best first, as `rag.reading.passages.read` leaves them.
        budget: characters that may be shown.
    """
    ranked = sorted(_scored(hits[:PASSAGES]), key=lambda one: -one[0])
    shown: dict[int, set[int]] = {}
    left: dict[int, int] = {}
    used = 0
    for _, number, index in ranked:
        if used >= budget:
            break
        segments = hits[number].chunk.segments
        have = shown.setdefault(number, set())
        needed = [one for one in _whole(segments, index) if one not in have]
        for place, one in enumerate(needed):
            size = len(segments[one].text)
            if used and used + size > budget and one != index and segments[one].parent >= 0:
                left[number] = left.get(number, 0) + len(needed) - place
                break
            have.add(one)
            used += size
    quotes = [
        Quote(hits[number], tuple(sorted(have)), (), 0.0, left.get(number, 0))
        for number, have in shown.items()
        if have
    ]
    marked = _marked(hits, ranked, shown)
    best = {number: score for score, number, _ in reversed(ranked)}
    order = {id(hits[number]): number for number in shown}
    done = [
        Quote(
            quote.hit,
            quote.shown,
            tuple(index for number, index in marked if number == order[id(quote.hit)]),
            best[order[id(quote.hit)]],
            quote.left,
        )
        for quote in quotes
    ]
    done.sort(key=lambda quote: -quote.score)
    texts = tuple(hits[number].chunk.segments[index].text for number, index in marked)
    return Selection(tuple(done), texts)


def _scored(hits: Sequence[Hit]) -> list[tuple[float, int, int]]:
    """Every segment that may answer: the chance that it does, number of its hit, its index."""
    found = []
    for number, hit in enumerate(hits):
        passage = _chance(hit.odds if hit.odds is not None else 0.0)
        for index, segment in enumerate(hit.chunk.segments):
            if segment.context or segment.kind == "links":
                continue
            if index < len(hit.answers):
                odds = hit.answers[index]
            else:
                near = hit.near[index] if index < len(hit.near) else hit.dense
                odds = _UNREAD + _SLOPE * near
            found.append((passage * _chance(odds), number, index))
    return found


def _whole(segments: Sequence[Segment], index: int) -> list[int]:
    """A segment with what it must not be shown without: what it stands under, what it leads to."""
    heads = above(segments, index)
    below = (
        under(segments, index) if segments[index].leads or segments[index].kind == "item" else []
    )
    return [*heads, index, *below]


def _marked(
    hits: Sequence[Hit],
    ranked: Sequence[tuple[float, int, int]],
    shown: dict[int, set[int]],
) -> list[tuple[int, int]]:
    """The best segments that are shown: as many as one marks in a text without marking all."""
    marked: list[tuple[int, int]] = []
    size = 0
    for _, number, index in ranked:
        text = hits[number].chunk.segments[index].text
        if index not in shown.get(number, set()) or (marked and size + len(text) > HIGHLIGHTED):
            continue
        marked.append((number, index))
        size += len(text)
        if len(marked) == HIGHLIGHTS:
            break
    return marked


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


__all__ = ["BUDGET", "Quote", "Selection", "laid_out", "select"]
