"""Which passages and segments are shown as the answer, and which of them answer.

Passages come in the order that reading gave them, whole where they fit; of a long one the segments
that answer best, each with what it must not be shown without. What is much less likely to answer
than the best passage is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.segments import above, laid_out, under
from rag.types import Hit, Segment

BUDGET = 640  # characters that a person reads; by eye, figures hardly change from 500 to 900
FIRST = 450  # of them for the first passage, so that a second one is always seen
PASSAGES = 8
# Log-odds below the best passage from which one is not shown; 3 to 5 are alike.
BEHIND = 3.0
HIGHLIGHTS, HIGHLIGHTED = 3, 300  # marked segments, and characters of all of them together
_LEAST = 80  # characters left below which no further passage is begun
_UNLIKE = 4.0  # log-odds below the best segment from which none is marked
_UNREAD = -9.0


@dataclass(frozen=True, slots=True)
class Quote:
    """What is shown of a hit: indices of its segments, in order.

    `answers` are those of them that answer; `left` counts the segments of the passage that did not
    fit.
    """

    hit: Hit
    shown: tuple[int, ...]
    answers: tuple[int, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes, best first, and the texts that answer, best first."""

    quotes: tuple[Quote, ...]
    highlights: tuple[str, ...]


def select(hits: Sequence[Hit], budget: int = BUDGET) -> Selection:
    """What is shown of the first hits.

    Args:
        hits: best first, as `rag.reading.passages.read` leaves them.
        budget: characters that may be shown.
    """
    chosen: list[tuple[Hit, tuple[int, ...]]] = []
    used = 0
    for hit in _likely(hits[:PASSAGES]):
        room = budget - used if chosen else min(budget, FIRST)
        if chosen and room < _LEAST:
            break
        shown = _within(hit, room)
        if shown:
            chosen.append((hit, shown))
            used += len(laid_out(hit.chunk.segments, shown).text) + len(_head(hit))
    marked = _marked(chosen)
    quotes = tuple(
        Quote(
            hit,
            shown,
            tuple(index for at, index in marked if at == number),
            sum(not one.context for one in hit.chunk.segments) - len(_own(hit, shown)),
        )
        for number, (hit, shown) in enumerate(chosen)
    )
    return Selection(quotes, tuple(chosen[at][0].chunk.segments[i].text for at, i in marked))


def _likely(hits: Sequence[Hit]) -> list[Hit]:
    """Hits that may answer: no pages of links where there is text, none far behind the best.

    The first is among them whatever reading says: the search found it nearer by far.
    """
    texts = [hit for hit in hits if not hit.chunk.navigation] or list(hits)
    best = max((hit.odds for hit in texts if hit.odds is not None), default=None)
    if best is None:
        return texts
    return [
        hit
        for number, hit in enumerate(texts)
        if not number or hit.odds is None or hit.odds >= best - BEHIND
    ]


def _within(hit: Hit, room: int) -> tuple[int, ...]:
    """The whole passage, or the segments of it that answer best, each with what belongs to it."""
    segments = hit.chunk.segments
    everything = tuple(range(len(segments)))
    if len(laid_out(segments).text) <= room:
        return everything
    shown: set[int] = set()
    used = 0
    for index in sorted(everything, key=lambda one: -_odds(hit, one)):
        if used >= room:
            break
        if segments[index].context or segments[index].kind == "links":
            continue
        heads = [one for one in (*above(segments, index), index) if one not in shown]
        leads = segments[index].leads or segments[index].kind == "item"
        below = [one for one in under(segments, index) if one not in shown] if leads else []
        if shown and used + _length(segments, heads) > room:
            continue
        for one in (*heads, *below):
            if one in below and used + len(segments[one].text) > room and len(shown) > 1:
                break
            shown.add(one)
            used += len(segments[one].text)
    return tuple(sorted(shown))


def _length(segments: Sequence[Segment], indices: Sequence[int]) -> int:
    return sum(len(segments[index].text) for index in indices)


def _odds(hit: Hit, index: int) -> float:
    """Log-odds that a segment answers; its cosine where nothing has read it."""
    if index < len(hit.answers):
        return hit.answers[index]
    return _UNREAD + (hit.near[index] if index < len(hit.near) else 0.0)


def _marked(chosen: Sequence[tuple[Hit, tuple[int, ...]]]) -> list[tuple[int, int]]:
    """The best shown segments, as (number of the quote, index): so few that they stand out."""
    candidates = [
        ((hit.odds or 0.0) + _odds(hit, index), number, index)
        for number, (hit, shown) in enumerate(chosen)
        for index in _own(hit, shown)
        if hit.chunk.segments[index].kind not in ("links", "header")
    ]
    marked: list[tuple[int, int]] = []
    size = 0
    candidates.sort(key=lambda one: -one[0])
    for odds, number, index in candidates:
        if odds < candidates[0][0] - _UNLIKE:
            break
        length = len(chosen[number][0].chunk.segments[index].text)
        if marked and size + length > HIGHLIGHTED:
            continue
        marked.append((number, index))
        size += length
        if len(marked) == HIGHLIGHTS:
            break
    return marked


def _own(hit: Hit, shown: Sequence[int]) -> list[int]:
    return [index for index in shown if not hit.chunk.segments[index].context]


def _head(hit: Hit) -> str:
    return " › ".join(hit.chunk.path or (hit.chunk.title,))
