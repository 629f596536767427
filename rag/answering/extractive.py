"""Answers without a language model: the passages' own segments, word for word.

What is shown is chosen, never written: whole segments of the passages that answer, with what they
must not be shown without, each passage under its breadcrumb, best first. What answers is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.answering.base import AnswerRequest, Draft
from rag.answering.citations import citation_of
from rag.answering.refusal import refusal_text
from rag.llm.budget import Limit
from rag.query.followups import standalone
from rag.reading.selection import Quote, select
from rag.text.clipping import clip
from rag.text.segments import Layout, laid_out
from rag.types import Citation, Delta, Language, Source, Turn

NAME = "extractive"
_LONGEST_HEAD = 400  # characters of a breadcrumb

_OPENING: Mapping[Language, str] = {
    "en": "This is what the notes say:",
    "ja": "ノートには次のように書かれています。",
}
_UNSURE: Mapping[Language, str] = {
    "en": "The notes may not answer this. The nearest that they say:",
    "ja": "ノートに答えがないかもしれません。近い記述は次のとおりです。",
}
_CLOSING: Mapping[Language, str] = {
    "en": "Quoted word for word; each number opens the place it stands at.",
    "ja": "引用は原文のままです。番号を押すと、その箇所が開きます。",
}
_LEFT: Mapping[Language, str] = {"en": "{count} more there", "ja": "ほかに{count}件"}


class ExtractiveAnswerer:
    """The embedded answerer; needs no key, thread-safe."""

    name = NAME

    def standalone(
        self, question: str, history: Sequence[Turn], language: Language, limit: Limit
    ) -> str:
        """A follow-up made to stand alone by rules."""
        return standalone(question, history, language)

    def answer(self, request: AnswerRequest) -> Iterator[Delta | Draft]:
        """Yield the opening, a passage at a time, the closing, then the draft."""
        language = request.language
        selection = select(request.hits)
        parts: list[str] = []
        citations: list[Citation] = []
        for quote in selection.quotes:
            citation = _cited(quote, request.sources, len(citations) + 1)
            if citation is None:
                continue
            if not parts:
                parts.append((_OPENING if request.sure else _UNSURE)[language])
                yield Delta(parts[0])
            citations.append(citation)
            parts.append(_rendered(quote, citation.number, language, _namesakes(quote, request)))
            yield Delta(parts[-1])
        parts.append(
            f"\n\n{_CLOSING[language]}"
            if citations
            else refusal_text(request.question, language, ())
        )
        yield Delta(parts[-1])
        yield Draft(
            "".join(parts),
            tuple(citations),
            NAME,
            refused=not citations,
            highlights=selection.highlights if citations else (),
        )


def _cited(quote: Quote, sources: Mapping[str, Source], number: int) -> Citation | None:
    """The passage's shown segments as a citation; None where they don't stand in their source."""
    layout = laid_out(quote.hit.chunk.segments, quote.shown)
    segments = [quote.hit.chunk.segments[index] for index in quote.shown]
    citation = citation_of(number, quote.hit.chunk, layout.text, segments, sources)
    return citation if citation.verified else None


def _namesakes(quote: Quote, request: AnswerRequest) -> bool:
    """Whether another note among the hits has the same title."""
    own = quote.hit.chunk
    return any(
        hit.chunk.title == own.title and hit.chunk.source != own.source for hit in request.hits
    )


def _rendered(quote: Quote, number: int, language: Language, namesakes: bool) -> str:
    """A passage as Markdown under its breadcrumb, its number behind the segments that answer.

    Where another note has the same title (`namesakes`), the folder tells them apart.
    """
    chunk = quote.hit.chunk
    steps = chunk.path or (chunk.title,)
    if namesakes and chunk.folder:
        steps = (chunk.folder, *steps)
    head = clip(" › ".join(steps).replace("*", ""), _LONGEST_HEAD)
    if chunk.date and chunk.date not in head:
        head = f"{head} ({chunk.date})"
    text = _numbered(quote, laid_out(chunk.segments, quote.shown), number)
    if quote.left:
        text += f"\n\n({_LEFT[language].format(count=quote.left)}) [{number}]"
    return f"\n\n**{head}**\n\n{text}"


def _numbered(quote: Quote, layout: Layout, number: int) -> str:
    """The text with the number behind what answers, else at its end; never inside of code."""
    places = []
    for index, (_, end) in zip(quote.shown, layout.spans, strict=True):
        segment = quote.hit.chunk.segments[index]
        if index in quote.answers and segment.kind not in ("code", "header"):
            places.append(end)
    text = layout.text
    mark = f" [{number}]"
    if not places:
        return text + (f"\n\n[{number}]" if text.endswith("```") else mark)
    for end in sorted(places, reverse=True):
        text = text[:end] + mark + text[end:]
    return text
