"""Answers without a language model: the passages' own bullets and sentences, word for word.

What is shown is chosen, never written: the units nearest to the question, with the bullets that
explain them, grouped under their breadcrumb, best first. A question about one thing collects every
place that says something about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answering.base import AnswerRequest, Draft
from rag.answering.citations import locate
from rag.answering.refusal import refusal_text
from rag.index.segments import Unit
from rag.llm.budget import Limit
from rag.query.followups import standalone
from rag.reading.mentions import is_topic, things_named
from rag.reading.selection import Block, select
from rag.text.clipping import clip
from rag.text.markup import plain
from rag.types import Chunk, Citation, Delta, Language, Locator, Source, Turn

NAME = "extractive"
_LONGEST = 12_000  # characters after which no further place is shown
_LONGEST_HEAD = 400
_GROUPS = 3  # places shown for a question that asks for one thing about something

_OPENING: Mapping[Language, str] = {
    "en": "This is what the notes say{about}:",
    "ja": "{about}ノートには次のように書かれています。",
}
_UNSURE: Mapping[Language, str] = {
    "en": "The notes may not answer this. The nearest that they say{about}:",
    "ja": "ノートに答えがないかもしれません。{about}近い記述は次のとおりです。",
}
_ABOUT: Mapping[Language, str] = {"en": " about {thing}", "ja": "{thing}について、"}
_CLOSING: Mapping[Language, str] = {
    "en": "Quoted word for word; each number opens the place it stands at.",
    "ja": "引用は原文のままです。番号を押すと、その箇所が開きます。",
}


class ExtractiveAnswerer:
    """The embedded answerer; needs no key, thread-safe."""

    name = NAME

    def standalone(
        self, question: str, history: Sequence[Turn], language: Language, limit: Limit
    ) -> str:
        """A follow-up made to stand alone by rules."""
        return standalone(question, history, language)

    def answer(self, request: AnswerRequest) -> Iterator[Delta | Draft]:
        """Yield the opening, a group at a time, the closing, then the draft."""
        things = things_named(request)
        groups = list(_grouped(select(request, things)))
        if not is_topic(request.question, things):
            del groups[_GROUPS:]
        language = request.language
        about = _ABOUT[language].format(thing=things[0].name) if len(things) == 1 else ""
        parts: list[str] = []
        citations: list[Citation] = []
        for breadcrumb, group in groups:
            if sum(map(len, parts)) > _LONGEST:
                break
            text, cited = _render(breadcrumb, group, request.sources, len(citations) + 1)
            if not cited:
                continue
            if not parts:
                opening = _OPENING if request.sure else _UNSURE
                parts.append(opening[language].format(about=about))
                yield Delta(parts[0])
            citations += cited
            parts.append(text)
            yield Delta(text)
        parts.append(
            f"\n\n{_CLOSING[language]}"
            if citations
            else refusal_text(request.question, language, ())
        )
        yield Delta(parts[-1])
        yield Draft("".join(parts), tuple(citations), NAME, refused=not citations)


def _grouped(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Blocks by breadcrumb, in the order of their best."""
    groups: dict[tuple[str, ...], list[Block]] = {}
    for block in blocks:
        path = block.hit.chunk.path or (block.hit.chunk.title,)
        groups.setdefault(path + block.above, []).append(block)
    yield from groups.items()


def _standing(
    block: Block, sources: Mapping[str, Source]
) -> Iterator[tuple[Chunk, tuple[Unit, ...], Locator]]:
    """The block where it stands word for word in its source; else those of its units that do."""
    chunk = block.hit.chunk
    units = tuple(replace(unit, text=clip(unit.text)) for unit in block.units)
    whole = locate(chunk, "\n".join(unit.text for unit in units), sources)
    if whole is not None:
        yield chunk, units, whole
        return
    for unit in units:
        locator = locate(chunk, unit.text, sources)
        if locator is not None:
            yield chunk, (unit,), locator


def _render(
    breadcrumb: Sequence[str], blocks: Sequence[Block], sources: Mapping[str, Source], number: int
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
    head = clip(" › ".join(breadcrumb).replace("*", ""), _LONGEST_HEAD)
    return f"\n\n**{head}**\n" + "\n".join(lines), citations
