"""From the sentences that a chunk supports to the quote that a reader is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.locators import moment
from rag.text.clipping import clip
from rag.text.quotes import locate_quote, normalise, quote_stands, words_stand
from rag.text.tokenization import bigrams, tokenize
from rag.types import Chunk, Citation, Locator, Segment, Source


def cite(
    number: int, chunk: Chunk, sentences: Sequence[str], sources: Mapping[str, Source]
) -> Citation:
    """The lines of a chunk that sentences rest on, as a citation.

    The quote is the run of lines from the first to the last that shares words with the sentences,
    the whole chunk where no line does (a sentence in another language shares none).
    """
    quote = _quote(chunk.text, sentences)
    source = sources.get(chunk.source)
    verified = quote_stands(quote, source.text) if source else False
    if not verified and source and quote != chunk.text:
        quote, verified = chunk.text, quote_stands(chunk.text, source.text)
    locator = _locator(chunk, quote, source)
    return Citation(number, chunk, clip(quote), verified, locator)  # a part of it stands as it does


def _quote(text: str, sentences: Sequence[str]) -> str:
    lines = text.split("\n")
    words = [_words(line) for line in lines]
    chosen: list[int] = []
    for sentence in sentences:
        asked = _words(sentence)
        shares = [len(asked & there) for there in words]
        best = max(shares)
        if best == 0:
            return text
        chosen += [place for place, share in enumerate(shares) if share == best][:1]
    quote = "\n".join(lines[min(chosen) : max(chosen) + 1]).strip() if chosen else text
    return quote if normalise(quote) else text


def _words(text: str) -> frozenset[str]:
    return frozenset((*tokenize(text), *bigrams(text)))


def _locator(chunk: Chunk, quote: str, source: Source | None) -> Locator:
    """The chunk's place, narrowed to the quote's lines where the chunk's lines are known."""
    first, last = chunk.locator.start_line, chunk.locator.end_line
    if source is None:
        return chunk.locator
    if first is None or last is None:
        return moment(chunk, quote, source)
    found = locate_quote(quote, "\n".join(source.text.split("\n")[first - 1 : last]))
    if found is None:
        return chunk.locator
    return replace(chunk.locator, start_line=first + found[0] - 1, end_line=first + found[1] - 1)


def citation_of(
    number: int,
    chunk: Chunk,
    quote: str,
    segments: Sequence[Segment],
    sources: Mapping[str, Source],
) -> Citation:
    """A quote made of whole segments, at their own lines.

    It is verified when every segment stands, word for word and in its order, in the lines that it
    was made of: marks that only format may stand between its words there.
    """
    source = sources.get(chunk.source)
    if source is None:
        return Citation(number, chunk, quote, False, chunk.locator)
    lines = source.text.split("\n")
    verified = all(_stands(segment, lines, source.text) for segment in segments)
    if chunk.locator.start_line is None:
        return Citation(number, chunk, quote, verified, moment(chunk, segments[0].text, source))
    own = [segment for segment in segments if not segment.context] or list(segments)
    first = min(segment.locator.start_line or chunk.locator.start_line for segment in own)
    last = max(segment.locator.end_line or first for segment in own)
    place = replace(chunk.locator, start_line=first, end_line=last)
    return Citation(number, chunk, quote, verified, place)


def _stands(segment: Segment, lines: Sequence[str], text: str) -> bool:
    first, last = segment.locator.start_line, segment.locator.end_line
    within = text if first is None or last is None else "\n".join(lines[first - 1 : last])
    return quote_stands(segment.text, within) or words_stand(segment.text, within)
