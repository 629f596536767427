"""Cuts an extracted article into passages that follow its headings and sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.extract.types import Extracted
from rag.types import Chunk, Provenance, Source


def article_source(
    extracted: Extracted, *, url: str, fetched: str, linked_from: Sequence[Provenance]
) -> Source:
    """The source of an article: its `text` is the extracted text.

    Args:
        extracted: the article.
        url: its canonical address, which becomes the source's id.
        fetched: when it was fetched (ISO date and time).
        linked_from: the bullets that link to it.
    """
    raise NotImplementedError


def chunk_article(extracted: Extracted, source: Source) -> list[Chunk]:
    """The passages of an article, in order; each text stands word for word in `source.text`.

    Args:
        extracted: the article.
        source: what `article_source` made of it.
    """
    raise NotImplementedError
