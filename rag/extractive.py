"""Answers without a language model: the passages' own bullets and sentences, word for word.

What is shown is chosen, never written: the units nearest to the question, with the bullets that
explain them, grouped under their breadcrumb, best first. A question about one thing collects every
place that says something about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.answerer import AnswerRequest, Draft
from rag.tokens import tokenize
from rag.types import Citation, Delta, Hit, Language, Source
from rag.units import Unit, locate, plain, units_of

NAME = "extractive"
_HITS = 8
_WITHIN = 0.16  # how far below the best unit another one may be
_MENTION = 0.12  # what naming the thing asked about adds to a unit
_SHARED = 0.3  # what sharing all of the question's words adds
_PASSAGE = 0.5  # what the passage's own score counts for
_QUOTES = 6
_TOPIC_QUOTES = 14
_CHILDREN = 5

_OPENING: Mapping[Language, str] = {
    "en": "This is what the notes say{about}:",
    "ja": "{about}ノートには次のように書かれています。",
}
_ABOUT: Mapping[Language, str] = {"en": " about {thing}", "ja": "{thing}について、"}
_CLOSING: Mapping[Language, str] = {
    "en": "Quoted word for word; each number opens the place it stands at.",
    "ja": "引用は原文のままです。番号を押すと、その箇所が開きます。",
}


@dataclass(frozen=True, slots=True)
class _Block:
    """Consecutive units of one hit that are shown together, under one number."""

    hit: Hit
    units: tuple[Unit, ...]
    above: tuple[str, ...]
    score: float


class ExtractiveAnswerer:
    """The embedded answerer; needs no key, thread-safe."""

    name = NAME

    def answer(self, request: AnswerRequest) -> Iterator[Delta | Draft]:
        """Yield the opening, a group at a time, the closing, then the draft."""
        things = _things(request)
        blocks = _select(request, things)
        blocks.sort(key=lambda block: -block.score)
        language = request.language
        about = _ABOUT[language].format(thing=things[0]) if len(things) == 1 else ""
        parts = [_OPENING[language].format(about=about)]
        yield Delta(parts[0])
        citations: list[Citation] = []
        for breadcrumb, group in _grouped(blocks):
            text, cited = _render(breadcrumb, group, request.sources, len(citations) + 1)
            if not cited:
                continue
            citations += cited
            parts.append(text)
            yield Delta(text)
        if citations:
            parts.append(f"\n\n{_CLOSING[language]}")
            yield Delta(parts[-1])
        yield Draft("".join(parts), tuple(citations), NAME, refused=not citations)


def _select(request: AnswerRequest, things: Sequence[str]) -> list[_Block]:
    """The units that answer, as blocks."""
    hits = request.hits[:_HITS]
    per_hit = [units_of(hit.chunk) for hit in hits]
    scores = _scores(request.question, hits, per_hit, things)
    if not scores:
        return []
    topic = _is_topic(request.question, things)
    limit = _TOPIC_QUOTES if topic else _QUOTES
    best = max(scores.values())
    chosen: set[tuple[int, int]] = set()
    for key, score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if len(chosen) >= limit:
            break
        hit, position = key
        named = topic and _names(per_hit[hit], position, things)
        if key in chosen or not (score >= best - _WITHIN or named):
            continue
        chosen |= {(hit, index) for index in _with_children(per_hit[hit], position)}
    return list(_blocks(hits, per_hit, chosen, scores))


def _scores(
    question: str,
    hits: Sequence[Hit],
    per_hit: Sequence[Sequence[Unit]],
    things: Sequence[str],
) -> dict[tuple[int, int], float]:
    """How well each unit answers, by number of hit and position in it; bare links don't."""
    asked = set(tokenize(question))
    scores: dict[tuple[int, int], float] = {}
    for number, (hit, units) in enumerate(zip(hits, per_hit, strict=True)):
        for position, unit in enumerate(units):
            if unit.is_link:
                continue
            near = hit.units[position] if position < len(hit.units) else hit.dense
            shared = len(asked & set(tokenize(unit.text))) / max(len(asked), 1)
            score = near + _SHARED * shared + _PASSAGE * hit.score
            if things and _names(units, position, things):
                score += _MENTION
            scores[number, position] = score
    return scores


def _things(request: AnswerRequest) -> list[str]:
    """What the question names as it is written there: identifiers that stand in the hits."""
    words = re.findall(r"[A-Za-z0-9][A-Za-z0-9+#./&'-]*[A-Za-z0-9+#]", request.question)
    text = "\n".join(f"{' '.join(hit.chunk.path)} {hit.chunk.text}" for hit in request.hits)
    known = set(tokenize(text))
    found = []
    for word in words:
        distinct = any(c.isupper() or c.isdigit() for c in word[1:]) or (
            request.language == "ja" or word[0].isupper()
        )
        terms = tokenize(word)
        if distinct and terms and terms[0] in known and word not in found:
            found.append(word)
    return found


def _is_topic(question: str, things: Sequence[str]) -> bool:
    """Whether the question asks for all about one thing: it names it and little else."""
    if not things or len(things) > 2:
        return False
    named = {term for thing in things for term in tokenize(thing)}
    rest = [term for term in dict.fromkeys(tokenize(question)) if term not in named]
    return len(rest) <= 2


def _names(units: Sequence[Unit], position: int, things: Sequence[str]) -> bool:
    """Whether the unit, or the bullet it explains, names one of the things."""
    unit = units[position]
    text = unit.text if unit.parent < 0 else f"{units[unit.parent].text} {unit.text}"
    terms = set(tokenize(text))
    return any(tokenize(thing)[0] in terms for thing in things)


def _with_children(units: Sequence[Unit], position: int) -> list[int]:
    """A unit and the first bullets that explain it."""
    below = [index for index, unit in enumerate(units) if unit.parent == position]
    return [position, *below[:_CHILDREN]]


def _blocks(
    hits: Sequence[Hit],
    per_hit: Sequence[Sequence[Unit]],
    chosen: set[tuple[int, int]],
    scores: Mapping[tuple[int, int], float],
) -> Iterator[_Block]:
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
                yield _Block(hits[number], picked, _above(units, run[0]), score)
            run = []


def _above(units: Sequence[Unit], index: int) -> tuple[str, ...]:
    """The bullets of the same hit that a unit stands under, outermost first."""
    steps: list[str] = []
    parent = units[index].parent
    while parent >= 0:
        label = re.split(r"：|:\s", plain(units[parent].text))[0].strip()
        steps.append(label if len(label) <= 60 else label[:59] + "…")
        parent = units[parent].parent
    return tuple(reversed(steps))


def _grouped(blocks: Sequence[_Block]) -> Iterator[tuple[tuple[str, ...], list[_Block]]]:
    """Blocks by breadcrumb, in the order of their best."""
    groups: dict[tuple[str, ...], list[_Block]] = {}
    for block in blocks:
        path = block.hit.chunk.path or (block.hit.chunk.title,)
        groups.setdefault(path + block.above, []).append(block)
    yield from groups.items()


def _render(
    breadcrumb: Sequence[str], blocks: Sequence[_Block], sources: Mapping[str, Source], number: int
) -> tuple[str, list[Citation]]:
    """A group as Markdown, and its citations; what does not stand in its source is left out."""
    lines: list[str] = []
    citations: list[Citation] = []
    for block in blocks:
        quote = "\n".join(unit.text for unit in block.units)
        locator = locate(block.hit.chunk, quote, sources)
        if locator is None:
            continue
        base = min(unit.depth for unit in block.units)
        for unit in block.units:
            lines.append(f"{' ' * (unit.depth - base)}- {plain(unit.text)} [{number}]")
        citations.append(Citation(number, block.hit.chunk, quote, True, locator))
        number += 1
    if not citations:
        return "", []
    head = " › ".join(breadcrumb).replace("*", "")
    return f"\n\n**{head}**\n" + "\n".join(lines), citations
