"""Answers without a language model: the passages' own bullets and sentences, word for word.

What is shown is chosen, never written: the units nearest to the question, with the bullets that
explain them, grouped under their breadcrumb, best first. A question about one thing collects every
place that says something about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rag.answerer import AnswerRequest, Draft
from rag.language import passage_language
from rag.refusal import refusal_text
from rag.tokens import tokenize
from rag.types import Chunk, Citation, Delta, Hit, Language, Locator, Source
from rag.units import Unit, locate, plain, units_of

NAME = "extractive"
_HITS = 8
_NAME = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9+#./&'-]*[A-Za-z0-9+#](?: (?:[A-Z][A-Za-z0-9+#.-]*|[0-9]+)(?![A-Za-z]))*"
)
# Words that ask for news of a thing, or about it, without saying which.
_NEWS = (
    "change changed changing new news update updated feature latest improve improved improvement "
    "announce announced announcement happen happened overview summary summarize describe explain "
    "anything everything something "
    "変わる 変わった 変更 変更点 変化 新しい 新機能 新着 機能 最新 更新 アップデート 発表 強化 "
    "改善 追加 概要 まとめ 内容 説明 紹介 情報 話 関連 知る 知りたい"
)
_WITHIN = 0.12  # how far below the best unit another one may be
_MENTION = 0.12  # what naming the thing asked about adds to a unit
_SHARED = 0.3  # what sharing all of the question's words adds
_PASSAGE = 0.5  # what the passage's own score counts for
_QUOTES = 6
_TOPIC_QUOTES = 14
_CHILDREN = 5
_GROUPS = 3  # places shown for a question that asks for one thing about something

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


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a question names, as written there and as terms."""

    name: str
    terms: tuple[str, ...]


class ExtractiveAnswerer:
    """The embedded answerer; needs no key, thread-safe."""

    name = NAME

    def answer(self, request: AnswerRequest) -> Iterator[Delta | Draft]:
        """Yield the opening, a group at a time, the closing, then the draft."""
        things = _things(request)
        blocks = _select(request, things)
        blocks.sort(key=lambda block: -block.score)
        groups = list(_grouped(blocks))
        if not _is_topic(request.question, things):
            del groups[_GROUPS:]
        language = request.language
        about = _ABOUT[language].format(thing=things[0].name) if len(things) == 1 else ""
        parts: list[str] = []
        citations: list[Citation] = []
        for breadcrumb, group in groups:
            text, cited = _render(breadcrumb, group, request.sources, len(citations) + 1)
            if not cited:
                continue
            if not parts:
                parts.append(_OPENING[language].format(about=about))
                yield Delta(parts[0])
            citations += cited
            parts.append(text)
            yield Delta(text)
        parts.append(f"\n\n{_CLOSING[language]}" if citations else refusal_text(language, ()))
        yield Delta(parts[-1])
        yield Draft("".join(parts), tuple(citations), NAME, refused=not citations)


def _select(request: AnswerRequest, things: Sequence[_Thing]) -> list[_Block]:
    """The units that answer, as blocks."""
    hits = request.hits[:_HITS]
    per_hit = [units_of(hit.chunk) for hit in hits]
    scores = _scores(request, hits, per_hit, things)
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
    request: AnswerRequest,
    hits: Sequence[Hit],
    per_hit: Sequence[Sequence[Unit]],
    things: Sequence[_Thing],
) -> dict[tuple[int, int], float]:
    """How well each unit answers, by number of hit and position in it; bare links don't."""
    asked = {term: request.weigh(term) for term in tokenize(request.question)}
    weight = max(sum(asked.values()), 1e-6)
    scores: dict[tuple[int, int], float] = {}
    for number, (hit, units) in enumerate(zip(hits, per_hit, strict=True)):
        for position, unit in enumerate(units):
            if unit.is_link:
                continue
            near = hit.units[position] if position < len(hit.units) else hit.dense
            shared = sum(asked.get(term, 0.0) for term in set(_terms(units, position))) / weight
            score = near + _SHARED * shared + _PASSAGE * hit.score
            if things and _names(units, position, things):
                score += _MENTION
            scores[number, position] = score
    return scores


def _things(request: AnswerRequest) -> list[_Thing]:
    """What the question names: its identifiers that stand in a hit, word after word.

    Neighbouring words with capitals are one name: Amazon Q, S3 Express One Zone. Over Japanese
    passages a Latin word is a name however it is typed.
    """
    passages = [f"{' '.join(hit.chunk.path)} {hit.chunk.text}" for hit in request.hits]
    japanese = sum(passage_language(passage) == "ja" for passage in passages) * 2 > len(passages)
    texts = [tokenize(passage) for passage in passages]
    found: dict[tuple[str, ...], _Thing] = {}
    for match in _NAME.finditer(request.question):
        words = match.group().split(" ")
        while words and not tokenize(words[0]):  # "is Amazon Q" names Amazon Q
            words.pop(0)
        name = " ".join(words)
        terms = tuple(tokenize(name))
        named = japanese or any(c.isupper() or c.isdigit() for c in name[1:])
        if terms and named and any(_stands(terms, text) for text in texts):
            found.setdefault(terms, _Thing(name, terms))
    return list(found.values())


def _stands(name: Sequence[str], terms: Sequence[str]) -> bool:
    """Whether a name's terms stand in a text one after the other."""
    length = len(name)
    return any(
        tuple(terms[start : start + length]) == tuple(name)
        for start in range(len(terms) - length + 1)
    )


@cache
def _news() -> frozenset[str]:
    return frozenset(tokenize(_NEWS))


def _is_topic(question: str, things: Sequence[_Thing]) -> bool:
    """Whether the question asks for all about one thing: it names it and nothing else."""
    if len(things) != 1:
        return False
    named = {term for thing in things for term in thing.terms}
    return all(term in named or term in _news() for term in tokenize(question))


def _terms(units: Sequence[Unit], position: int) -> list[str]:
    """The terms of a unit after those of the bullet that it explains."""
    unit = units[position]
    return tokenize(unit.text if unit.parent < 0 else f"{units[unit.parent].text} {unit.text}")


def _names(units: Sequence[Unit], position: int, things: Sequence[_Thing]) -> bool:
    """Whether the unit, or the bullet it explains, names one of the things."""
    terms = _terms(units, position)
    return any(_stands(thing.terms, terms) for thing in things)


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


def _standing(
    block: _Block, sources: Mapping[str, Source]
) -> Iterator[tuple[Chunk, tuple[Unit, ...], Locator]]:
    """The block where it stands word for word in its source; else those of its units that do."""
    chunk = block.hit.chunk
    whole = locate(chunk, "\n".join(unit.text for unit in block.units), sources)
    if whole is not None:
        yield chunk, block.units, whole
        return
    for unit in block.units:
        locator = locate(chunk, unit.text, sources)
        if locator is not None:
            yield chunk, (unit,), locator


def _render(
    breadcrumb: Sequence[str], blocks: Sequence[_Block], sources: Mapping[str, Source], number: int
) -> tuple[str, list[Citation]]:
    """A group as Markdown, and its citations; what does not stand in its source is left out."""
    lines: list[str] = []
    citations: list[Citation] = []
    for part in (part for block in blocks for part in _standing(block, sources)):
        chunk, units, locator = part
        base = min(unit.depth for unit in units)
        for unit in units:
            lines.append(f"{' ' * (unit.depth - base)}- {plain(unit.text)} [{number}]")
        quote = "\n".join(unit.text for unit in units)
        citations.append(Citation(number, chunk, quote, True, locator))
        number += 1
    if not citations:
        return "", []
    head = " › ".join(breadcrumb).replace("*", "")
    return f"\n\n**{head}**\n" + "\n".join(lines), citations
