"""A question for all that stands under a heading: `list the database updates`, DBの新機能は？

A heading counts as asked for when it holds every telling word of such a question, in either
language. Its bullets are then the answer, in their own order, whether or not they are near it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from rag.index.segments import Unit, units_of
from rag.query.answer_kinds import asked_kinds
from rag.query.intent import asks_for_news, general_terms
from rag.text.coverage import heard_in
from rag.text.markup import label, plain
from rag.text.tokenization import tokenize
from rag.types import Chunk, Hit

if TYPE_CHECKING:
    from rag.retrieval.retriever import Retrieval

Key = tuple[int, int]
"""A unit by the number of its hit and its position there."""

_MOST_WORDS = 3
_MOST_MORE = 10  # passages that a heading may add to those found
_SEPARATOR = re.compile(r"[、,&＆・]| and ")
_LONGEST_HEADING = 60  # a bullet that is a sentence is no heading
_LISTING = (
    "list all every everything enumerate show name what's whole full complete related item "
    "一覧 全部 全て すべて リスト 列挙 系 関連 周り まわり 分野 領域 項目 挙げる"
)


@cache
def _listing_terms() -> frozenset[str]:
    return frozenset(tokenize(_LISTING))


def units_of_section(
    question: str, hits: Sequence[Hit], per_hit: Sequence[Sequence[Unit]], named: bool
) -> list[Key]:
    """The bullets right under the headings that a question asks for, as the notes order them.

    Args:
        question: as it was searched.
        hits: the passages, best first.
        per_hit: their units.
        named: whether the question names a thing: then only a heading that is its bare name counts,
            as much else may be said of it elsewhere.

    Returns:
        Nothing where the question asks for no list or no heading holds its words.
    """
    words = _words(question)
    if not words:
        return []
    paths = {
        tuple(map(plain, path))
        for hit, units in zip(hits, per_hit, strict=True)
        for path in _headings(hit, units)
    }
    keys = _under(_asked_for(paths, words, named or not _lists(question)), hits, per_hit)
    if len(keys) == 1:  # a heading over a single other one: what that one holds
        hit, place = keys[0]
        keys += _under({_above(hits[hit], per_hit[hit], place)}, hits, per_hit)
    return keys


def _above(hit: Hit, units: Sequence[Unit], place: int) -> tuple[str, ...]:
    """A bullet with all that it stands under."""
    steps: list[str] = []
    while place >= 0:
        steps.insert(0, plain(units[place].text))
        place = units[place].parent
    return (*map(plain, hit.chunk.path), *steps)


def _words(question: str) -> list[str]:
    """What a question is about besides that it asks for a list, or news; none if that is much."""
    common = general_terms() | _listing_terms()
    words = [term for term in dict.fromkeys(tokenize(question)) if term not in common]
    return words if len(words) <= _MOST_WORDS else []


def _lists(question: str) -> bool:
    listing = any(kind.name == "list" for kind in asked_kinds(question))
    return listing or asks_for_news(question)


def _asked_for(
    paths: Iterable[tuple[str, ...]], words: Sequence[str], bare: bool
) -> set[tuple[str, ...]]:
    """The headings that hold all the words: those that are no more than them, if there are any.

    Args:
        paths: the headings, each with those above it.
        words: terms of the question.
        bare: whether only a heading counts that is no more than the words.
    """
    held = {path for path in paths if _holds(path[-1], words)}
    exact = {path for path in held if _is_named(path[-1], words)}
    if bare:
        return {path for path in exact if label(path[-1]) == path[-1]}
    return exact or held


def _holds(heading: str, words: Sequence[str]) -> bool:
    held = heard_in(heading)
    return len(heading) <= _LONGEST_HEADING and all(held.holds(word) for word in words)


def _is_named(heading: str, words: Sequence[str]) -> bool:
    """Whether the heading, or one of several things that it names, is mostly these words."""
    question = heard_in(" ".join(words))
    parts = [heard_in(part).terms for part in _SEPARATOR.split(label(heading))]
    return any(sum(map(question.holds, own)) * 2 > len(own) for own in parts)


def _headings(hit: Hit, units: Sequence[Unit]) -> list[tuple[str, ...]]:
    """The paths of all headings that a hit stands under or holds, outermost first."""
    path = hit.chunk.path
    found = [path[: level + 1] for level in range(len(path))]
    leading = {unit.parent for unit in units}
    return found + [
        (*path, plain(unit.text))
        for place, unit in enumerate(units)
        if unit.parent < 0 and place in leading
    ]


def _under(
    sections: Set[tuple[str, ...]], hits: Sequence[Hit], per_hit: Sequence[Sequence[Unit]]
) -> list[Key]:
    """The bullets right under some headings, wherever their passages are among the hits."""
    found: list[tuple[tuple[str, int, int], Key]] = []
    for number, (hit, units) in enumerate(zip(hits, per_hit, strict=True)):
        for place, unit in enumerate(units):
            if not unit.is_link and _above(hit, units, place)[:-1] in sections:
                order = (hit.chunk.source, hit.chunk.order, place)
                found.append((order, (number, place)))
    return [key for _, key in sorted(found)]


def with_sections(retrieval: Retrieval) -> Retrieval:
    """The search, and after its hits the other passages of the headings that the question asks for.

    A heading's bullets are asked for whether or not each of them is near the question.
    """
    hits, index = retrieval.hits, retrieval.index
    words = _words(retrieval.question)
    if not words or not _lists(retrieval.question):
        return retrieval
    paths = {
        tuple(map(plain, path)) for hit in hits for path in _headings(hit, units_of(hit.chunk))
    }
    sections = _asked_for(paths, words, False)
    known = {hit.chunk.id for hit in hits}
    more = [
        row
        for row, chunk in enumerate(index.chunks)
        if chunk.id not in known and _stands_under(chunk, sections)
    ]
    added = tuple(
        Hit(
            len(hits) + place,
            0.0,
            index.chunks[row],
            float(retrieval.dense[row]),
            float(retrieval.lexical[row]),
            (),
        )
        for place, row in enumerate(more[:_MOST_MORE], 1)
    )
    return replace(retrieval, hits=hits + added)


def _stands_under(chunk: Chunk, sections: Set[tuple[str, ...]]) -> bool:
    path = tuple(map(plain, chunk.path))
    return any(path[: len(section)] == section for section in sections)
