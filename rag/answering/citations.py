"""From the sentences that a chunk supports to the quote that a reader is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.locators import moment
from rag.text.clipping import clip
from rag.text.quotes import locate_quote, normalise, quote_stands
from rag.text.tokenization import bigrams, tokenize
from rag.types import Chunk, Citation, Locator, Source


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


def locate(chunk: Chunk, quote: str, sources: Mapping[str, Source]) -> Locator | None:
    """Where a quote stands; None when it does not stand in its source, word for word.

    In a note these are the exact lines, looked for where the chunk is, since the same words may
    stand elsewhere in the note as well.
    """
    source = sources.get(chunk.source)
    if source is None:
        return None
    where = chunk.locator
    if where.start_line is None or where.end_line is None:
        return moment(chunk, quote, source) if locate_quote(quote, source.text) else None
    lines = source.text.split("\n")[where.start_line - 1 : where.end_line]
    found = locate_quote(quote, "\n".join(lines))
    if found is None:
        return None
    offset = where.start_line - 1
    return Locator(start_line=found[0] + offset, end_line=found[1] + offset)
