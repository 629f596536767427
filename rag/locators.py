"""The second of a video at which a quote is said, and the address that starts there."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from rag.text.numbers import seconds_of
from rag.text.quotes import folded
from rag.types import Chunk, Citation, Locator, Source


def second_of(chunk: Chunk, quote: str, source: Source) -> float | None:
    """When the line of subtitles begins in which a quote of a chunk starts; None if not known."""
    base = source.text.find(chunk.text)
    within, wanted = folded(chunk.text), folded(quote).text
    place = within.text.find(wanted)
    if base < 0 or place < 0 or not wanted:
        return None
    at = base + within.offsets[place]
    return max((second for offset, second in source.times if offset <= at), default=None)


def moment(chunk: Chunk, quote: str, source: Source) -> Locator:
    """The chunk's place, of a video narrowed to the quote's second where that is known."""
    if chunk.locator.seconds is None or not source.times:
        return chunk.locator
    second = second_of(chunk, quote, source)
    return chunk.locator if second is None else replace(chunk.locator, seconds=second)


def at_second(url: str, seconds: float) -> str:
    """The address of a video, to start at a second."""
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key not in ("t", "start")]
    return parts._replace(query=urlencode([*query, ("t", f"{seconds_of(seconds)}s")])).geturl()


def citation_url(citation: Citation) -> str:
    """The address that opens a citation at its quote; empty for notes."""
    url, seconds = citation.chunk.url, citation.locator.seconds
    if not url or seconds is None or seconds == citation.chunk.locator.seconds:
        return url
    return at_second(url, seconds)
