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
from rag.text.quotes import quote_stands
from rag.text.segments import Layout, laid_out
from rag.types import Chunk, Citation, Delta, Language, Source, Turn

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
            cited = _cited(quote, request.sources, len(citations) + 1)
            if not cited:
                continue
            if not parts:
                parts.append((_OPENING if request.sure else _UNSURE)[language])
                yield Delta(parts[0])
            citations += [citation for _, citation in cited]
            parts.append(_rendered(quote, cited, language, _namesakes(quote, request)))
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


Cited = list[tuple[tuple[int, ...], Citation]]
"""Runs of segments that stand one after the other in their source, each with its citation."""


def _cited(quote: Quote, sources: Mapping[str, Source], number: int) -> Cited:
    """The shown segments as citations, a number a run; without those that don't stand there."""
    cited: Cited = []
    for run in _runs(quote.shown):
        for part in _standing(quote.hit.chunk, run, sources):
            citation = _citation(quote.hit.chunk, part, sources, number + len(cited))
            if citation.verified:
                cited.append((part, citation))
    return cited


def _runs(shown: Sequence[int]) -> list[tuple[int, ...]]:
    """Indices that follow each other, together."""
    runs: list[list[int]] = []
    for index in shown:
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [tuple(run) for run in runs]


def _standing(
    chunk: Chunk, run: tuple[int, ...], sources: Mapping[str, Source]
) -> list[tuple[int, ...]]:
    """The run in as few parts as stand word for word in the source, each as a whole."""
    source = sources.get(chunk.source)
    if source is None:
        return [run]
    parts: list[tuple[int, ...]] = []
    for index in run:
        longer = (*parts[-1], index) if parts else ()
        if longer and quote_stands(
            laid_out(chunk.segments, longer, fenced=False).text, source.text
        ):
            parts[-1] = longer
        else:
            parts.append((index,))
    return parts


def _citation(
    chunk: Chunk, part: tuple[int, ...], sources: Mapping[str, Source], number: int
) -> Citation:
    segments = [chunk.segments[index] for index in part]
    text = segments[0].text if len(part) == 1 else laid_out(chunk.segments, part, fenced=False).text
    return citation_of(number, chunk, text, segments, sources)


def _namesakes(quote: Quote, request: AnswerRequest) -> bool:
    """Whether another note among the hits has the same title."""
    own = quote.hit.chunk
    return any(
        hit.chunk.title == own.title and hit.chunk.source != own.source for hit in request.hits
    )


def _rendered(quote: Quote, cited: Cited, language: Language, namesakes: bool) -> str:
    """A passage as Markdown under its breadcrumb, numbers behind the segments that answer.

    Where another note has the same title (`namesakes`), the folder tells them apart.
    """
    chunk = quote.hit.chunk
    steps = chunk.path or (chunk.title,)
    if namesakes and chunk.folder:
        steps = (chunk.folder, *steps)
    head = clip(" › ".join(steps).replace("*", ""), _LONGEST_HEAD)
    if chunk.date and chunk.date not in head:
        head = f"{head} ({chunk.date})"
    shown = [index for run, _ in cited for index in run]
    text = _numbered(quote, laid_out(chunk.segments, shown, markdown=True), shown, cited)
    if quote.left:
        text += f"\n\n({_LEFT[language].format(count=quote.left)})"
    return f"\n\n**{head}**\n\n{text}"


def _numbered(quote: Quote, layout: Layout, shown: Sequence[int], cited: Cited) -> str:
    """The text with each run's number behind what answers in it, else at its end."""
    segments = quote.hit.chunk.segments
    marks: list[tuple[int, str]] = []
    ends = dict(zip(shown, (end for _, end in layout.spans), strict=True))
    for run, citation in cited:
        telling = [index for index in run if index in quote.answers]
        for index in telling or run[-1:]:
            kind, mark = segments[index].kind, f" [{citation.number}]"
            if kind == "code":  # nothing may stand inside of a fence
                marks.append((ends[index] + len("\n```"), f"\n[{citation.number}]"))
            else:
                marks.append((ends[index], mark))
    text = layout.text
    for place, mark in sorted(marks, reverse=True):
        text = text[:place] + mark + text[place:]
    return text
