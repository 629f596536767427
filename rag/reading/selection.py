"""Which bullets and sentences of the hits answer a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.index.segments import Unit, units_of
from rag.query.intent import asks_for_news, general_terms
from rag.reading.mentions import Searched, Thing, defines, is_about, is_topic, names, unit_terms
from rag.retrieval.heading_expansion import Key, units_of_section
from rag.text.markup import label
from rag.text.tokenization import tokenize
from rag.types import Chunk, Hit, Source

_HITS = 8
_PICTURE = re.compile(r"[ \t　]*(?:[-*+][ \t　]+)?!\[([^\]]*)\]\([^)\s]*\)[ \t]*$")
_WITHIN = 0.12  # how far below the best unit another one may be
_MENTION = 0.12  # what naming the thing asked about adds to a unit
_SUBJECT = 0.06  # what a line adds that begins with it, or defines it, as the question asks for
_SHARED = 0.3  # what sharing all of the question's words adds
_PASSAGE = 0.5  # what the passage's own score counts for
_QUOTES = 6
_TOPIC_QUOTES = 14
_CHILDREN = 5
_SECTION_LEAST = 2  # bullets that a heading must have for its list to be the answer
_LIST = 8  # bullets that a list may have to be shown whole
_LIST_PART = 3  # bullets of a list that must have been chosen for it
_READING = frozenset(
    tokenize("link url article blog video youtube pdf read watch 記事 リンク 動画 資料 読む 見る")
)


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive units of one hit that are shown together, under one number."""

    hit: Hit
    units: tuple[Unit, ...]
    above: tuple[str, ...]
    score: float


def select(request: Searched, things: Sequence[Thing]) -> list[Block]:
    """The units that answer, as blocks, best first; those of a heading in their own order."""
    whole = _section(request, things)
    if whole:
        return whole
    hits = request.hits[:_HITS]
    per_hit = [_telling_units(hit, request) for hit in hits]
    scores = _scores(request, hits, per_hit, things)
    if not scores:
        return []
    reading = _asks_to_read(request.question)
    chosen = _chosen(request, per_hit, scores, things)
    chosen |= _for_each(per_hit, scores, things, chosen)
    chosen |= _rest_of_lists(per_hit, chosen)
    if not reading:  # an address is a click away in the source; as a line it says nothing
        chosen = {key for key in chosen if not per_hit[key[0]][key[1]].is_link}
    blocks = list(_blocks(hits, per_hit, chosen, scores))
    if not is_topic(request.question, things):
        return sorted(blocks, key=lambda block: -block.score)
    news = asks_for_news(request.question)
    return sorted(blocks, key=lambda block: (_order(block, things[0], news), -block.score))


def _section(request: Searched, things: Sequence[Thing]) -> list[Block]:
    """All that stands right under the headings whose bullets the question asks for."""
    hits = request.hits
    per_hit = [_telling_units(hit, request) for hit in hits]
    keys = units_of_section(request.question, hits, per_hit, bool(things))
    if len(keys) < _SECTION_LEAST or _asks_to_read(request.question):
        return []
    chosen = set(keys[:_TOPIC_QUOTES])
    scores = {key: -float(place) for place, key in enumerate(keys)}
    explained = {
        (hit, one)
        for hit, at in keys
        for one in _with_children(per_hit[hit], at)
        if not per_hit[hit][one].is_link
    }
    if len(explained) <= _TOPIC_QUOTES:
        scores |= dict.fromkeys(explained - chosen, -float(len(keys)))
        chosen = explained
    return sorted(_blocks(hits, per_hit, chosen, scores), key=lambda block: -block.score)


def _asks_to_read(question: str) -> bool:
    return not _READING.isdisjoint(tokenize(question))


def _telling_units(hit: Hit, request: Searched) -> list[Unit]:
    """A hit's units; the names of its pictures count as addresses do."""
    units, names_of_pictures = units_of(hit.chunk), pictures(hit.chunk, request.sources)
    return [replace(unit, is_link=unit.is_link or unit.text in names_of_pictures) for unit in units]


def _order(block: Block, thing: Thing, news: bool) -> int:
    """Where a block about a topic stands: what the thing is comes first, or last for news of it."""
    first = block.units[0].text
    if any(defines(unit.text, thing) for unit in block.units[: 1 if news else None]):
        return 1 if news else 0
    return 0 if is_about(first, thing) and news else 1


def _chosen(
    request: Searched,
    per_hit: Sequence[Sequence[Unit]],
    scores: Mapping[Key, float],
    things: Sequence[Thing],
) -> set[Key]:
    topic = is_topic(request.question, things)
    limit = _TOPIC_QUOTES if topic else _QUOTES
    best = max(scores.values())
    chosen: set[Key] = set()
    for key, score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if len(chosen) >= limit:
            break
        hit, position = key
        named = topic and names(per_hit[hit], position, things)
        if key not in chosen and (score >= best - _WITHIN or named):
            chosen |= {(hit, index) for index in _with_children(per_hit[hit], position)}
    return chosen


def _for_each(
    per_hit: Sequence[Sequence[Unit]],
    scores: Mapping[Key, float],
    things: Sequence[Thing],
    chosen: set[Key],
) -> set[Key]:
    """The best unit for each thing of several that nothing chosen names yet."""
    added: set[Key] = set()
    for thing in things if len(things) > 1 else ():
        if any(names(per_hit[hit], position, [thing]) for hit, position in chosen | added):
            continue
        naming = [key for key in scores if names(per_hit[key[0]], key[1], [thing])]
        if naming:
            hit, position = max(naming, key=lambda key: scores[key])
            added |= {(hit, index) for index in _with_children(per_hit[hit], position)}
    return added


def _rest_of_lists(per_hit: Sequence[Sequence[Unit]], chosen: set[Key]) -> set[Key]:
    """The bullets left over of lists that were chosen for the most part."""
    added: set[Key] = set()
    for hit, position in chosen:
        units = per_hit[hit]
        parent = units[position].parent
        if parent < 0:
            continue
        listed = {(hit, index) for index, unit in enumerate(units) if unit.parent == parent}
        part = len(listed & chosen)
        if len(listed) <= _LIST and part >= max(_LIST_PART, len(listed) / 2):
            added |= listed
    return added


def _scores(
    request: Searched,
    hits: Sequence[Hit],
    per_hit: Sequence[Sequence[Unit]],
    things: Sequence[Thing],
) -> dict[Key, float]:
    """How well each unit answers; bare links don't."""
    terms = tokenize(request.question)
    telling = [term for term in terms if term not in general_terms()] or terms
    asked = {term: request.weigh(term) for term in telling}
    weight = max(sum(asked.values()), 1e-6)
    news = asks_for_news(request.question)
    one = things[0] if is_topic(request.question, things) else None
    scores: dict[Key, float] = {}
    for number, (hit, units) in enumerate(zip(hits, per_hit, strict=True)):
        for position, unit in enumerate(units):
            if unit.is_link:
                continue
            near = hit.units[position] if position < len(hit.units) else hit.dense
            said = set(unit_terms(units, position))
            shared = sum(asked.get(term, 0.0) for term in said) / weight
            score = near + _SHARED * shared + _PASSAGE * hit.score
            if things and names(units, position, things):
                score += _MENTION
            scores[number, position] = score + (_as_subject(unit, one, news) if one else 0.0)
    return scores


def _as_subject(unit: Unit, thing: Thing, news: bool) -> float:
    """More for a line about the thing; news of it before what it is, unless that is asked for."""
    if defines(unit.text, thing):
        return -_SUBJECT if news else _SUBJECT
    return _SUBJECT if is_about(unit.text, thing) else 0.0


def _with_children(units: Sequence[Unit], position: int) -> list[int]:
    """A unit and the first bullets that explain it."""
    below = [index for index, unit in enumerate(units) if unit.parent == position]
    return [position, *below[:_CHILDREN]]


def _blocks(
    hits: Sequence[Hit],
    per_hit: Sequence[Sequence[Unit]],
    chosen: set[Key],
    scores: Mapping[Key, float],
) -> Iterator[Block]:
    """Chosen units that stand next to each other, together."""
    for number, units in enumerate(per_hit):
        run: list[int] = []
        for index in [*range(len(units)), -1]:
            if index >= 0 and (number, index) in chosen:
                run.append(index)
                continue
            if run:
                score = max(scores.get((number, one), 0.0) for one in run)
                picked = tuple(units[one] for one in run)
                yield Block(hits[number], picked, _above(units, run[0]), score)
            run = []


def _above(units: Sequence[Unit], index: int) -> tuple[str, ...]:
    """The bullets of the same hit that a unit stands under, outermost first."""
    steps: list[str] = []
    parent = units[index].parent
    while parent >= 0:
        steps.append(label(units[parent].text))
        parent = units[parent].parent
    return tuple(reversed(steps))


def pictures(chunk: Chunk, sources: Mapping[str, Source]) -> frozenset[str]:
    """What stands in a note's chunk in place of its pictures: their names, which say nothing."""
    source, where = sources.get(chunk.source), chunk.locator
    if source is None or where.start_line is None:
        return frozenset()
    lines = source.text.split("\n")[where.start_line - 1 : where.end_line]
    return frozenset(found.group(1).strip() for line in lines if (found := _PICTURE.match(line)))
