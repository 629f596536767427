"""The first passages of a search, read together with the question: ranked, and each part judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.embedding.cross_encoder import Passage
from rag.query.query import Query
from rag.text.segments import context_of, laid_out
from rag.types import Chunk, Hit

if TYPE_CHECKING:
    from rag.embedding.cross_encoder import CrossEncoder

PASSAGES = 8
WEIGHT = 0.02  # of the cross-encoder's log-odds beside the score of the search


def read(query: Query, hits: Sequence[Hit], cross_encoder: CrossEncoder | None) -> tuple[Hit, ...]:
    """The hits, the first of them read and ordered by what search and reading say together.

    Args:
        query: the question.
        hits: best first.
        cross_encoder: of the embedded model; without one the hits come back as they are.
    """
    if cross_encoder is None or not hits:
        return tuple(hits)
    first, rest = hits[:PASSAGES], hits[PASSAGES:]
    readings = cross_encoder.read(query.text, [passage_of(hit.chunk) for hit in first])
    judged = [
        replace(hit, odds=reading.odds, answers=reading.parts)
        for hit, reading in zip(first, readings, strict=True)
    ]
    judged.sort(key=lambda hit: -_score(hit))
    ordered: list[Hit] = []
    least = 1.0
    for rank, hit in enumerate((*judged, *rest), 1):
        # what was not read stands behind what was, whatever its search score
        least = min(least, round(min(max(_score(hit), 0.0), 1.0), 4))
        ordered.append(replace(hit, rank=rank, score=least))
    return tuple(ordered)


def _score(hit: Hit) -> float:
    """What search and reading say together."""
    return hit.score + WEIGHT * (hit.odds or 0.0)


def passage_of(chunk: Chunk) -> Passage:
    """What is read of a chunk: all that it stands under and its segments."""
    head = " > ".join(context_of(chunk))
    start = f"{head}\n" if head else ""
    if not chunk.segments:
        return Passage(start + chunk.text)
    layout = laid_out(chunk.segments)
    moved = tuple((a + len(start), b + len(start)) for a, b in layout.spans)
    return Passage(start + layout.text, moved)
