"""Hits and answers as the JSON that other programs read."""

from __future__ import annotations

from typing import Any

from rag.locators import citation_url
from rag.types import Answer, Chunk, Citation, Hit, Segment


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit of `python -m rag search --json`."""
    chunk = hit.chunk
    return {
        "rank": hit.rank,
        "score": hit.score,
        "chunk_id": chunk.id,
        "text": chunk.text,
        "path": list(chunk.path),
        "title": chunk.title,
        "kind": chunk.kind,
        "source": chunk.source,
        "locator": chunk.locator.as_dict(),
        "url": chunk.url,
        "linked_from": _linked_from(chunk),
    }


def chunk_json(chunk: Chunk) -> dict[str, Any]:
    """A passage of `python -m rag chunks --json`; what is not set falls out but for the first."""
    more = {
        "url": chunk.url,
        "folder": chunk.folder,
        "date": chunk.date,
        "tags": list(chunk.tags),
        "links": list(chunk.links),
        "navigation": chunk.navigation,
        "linked_from": _linked_from(chunk),
    }
    return {
        "chunk_id": chunk.id,
        "source": chunk.source,
        "kind": chunk.kind,
        "title": chunk.title,
        "path": list(chunk.path),
        "text": chunk.text,
        "locator": chunk.locator.as_dict(),
        "segments": [_segment_json(segment) for segment in chunk.segments],
        **{name: value for name, value in more.items() if value},
    }


def _segment_json(segment: Segment) -> dict[str, Any]:
    """A segment; what is not set falls out but for the first three."""
    more = {
        "parent": segment.parent if segment.parent >= 0 else None,
        "marker": segment.marker or None,
        "leads": segment.leads or None,
        "context": segment.context or None,
    }
    return {
        "kind": segment.kind,
        "text": segment.text,
        "locator": segment.locator.as_dict(),
        **{name: value for name, value in more.items() if value is not None},
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer of `python -m rag ask --json`."""
    return {
        "question": answer.question,
        "standalone": answer.standalone,
        "language": answer.language,
        "answer": answer.text,
        "refused": answer.refused,
        "highlights": list(answer.highlights),
        "citations": [_citation_json(citation) for citation in answer.citations],
        "hits": [hit_json(hit) for hit in answer.hits],
        "model": answer.model,
        "confidence": round(answer.confidence, 4),
        "topics": list(answer.topics),
        "notice": answer.notice,
        "sentences": [
            {
                "text": sentence.text,
                "kept": sentence.kept,
                "numbers": list(sentence.numbers),
                "reason": sentence.reason,
            }
            for sentence in answer.sentences
        ],
        "seconds": {name: round(value, 4) for name, value in answer.seconds.items()},
        "tokens": dict(answer.tokens),
        "calls": answer.calls,
        "cost": answer.cost,
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    chunk = citation.chunk
    return {
        "number": citation.number,
        "chunk_id": chunk.id,
        "quote": citation.quote,
        "verified": citation.verified,
        "path": list(chunk.path),
        "title": chunk.title,
        "kind": chunk.kind,
        "source": chunk.source,
        "locator": citation.locator.as_dict(),
        "url": citation_url(citation),
        "linked_from": _linked_from(chunk),
    }


def _linked_from(chunk: Chunk) -> list[dict[str, Any]]:
    return [
        {"source": place.source, "line": place.line, "path": list(place.path)}
        for place in chunk.linked_from
    ]
