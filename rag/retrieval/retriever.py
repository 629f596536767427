"""From a question to the passages that answer it: scored in every way, best first, none twice."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder
from rag.index import Index
from rag.query.query import Query
from rag.retrieval.filters import Filters
from rag.retrieval.language_centering import Centroids
from rag.retrieval.scoring import Prepared, dense_scores, lexical_scores, prepare
from rag.text.tokenization import bigrams
from rag.types import Hit, Language

# What an article must be nearer by than a note: notes say what their team thinks worth knowing.
# Measured with 500 foreign articles beside the notes (`python -m bench.foreign`).
ARTICLE_BEHIND = 0.03
LEXICAL_WEIGHT = 0.25
_ALIKE = 0.9  # share of common bigrams above which two passages say the same
_POOL = 4  # candidates looked at for each hit wanted, as near-duplicates fall out


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """Hits, and what answerability is judged from.

    `vector` is the question without its language, unit length; `dense` and `lexical` hold the
    scores of all chunks of `index`, shape (chunks,), as `Hit` describes them.
    """

    query: Query
    hits: tuple[Hit, ...]
    index: Index
    vector: NDArray[np.float32]
    dense: NDArray[np.float32]
    lexical: NDArray[np.float32]

    @property
    def question(self) -> str:
        """The question that was searched."""
        return self.query.text

    @property
    def language(self) -> Language:
        """Its language."""
        return self.query.language


class Retriever:
    """Searches generations of an index; thread-safe."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self.centroids = Centroids(embedder)
        self._lock = threading.Lock()
        self._prepared: Prepared | None = None

    def search(
        self, index: Index, query: Query, k: int = 10, filters: Filters | None = None
    ) -> Retrieval:
        """The `k` best passages for a question that stands alone, best first."""
        raw = self.embedder.encode_queries([query.text, *query.sentences])
        vector, *parts = (self.centroids.question(row, query.language) for row in raw)
        prepared = self.prepare(index)
        dense, lines = dense_scores(prepared, vector)
        if parts:
            near = [dense_scores(prepared, part) for part in parts]
            dense = (dense + np.maximum.reduce([one for one, _ in near])) / 2
            lines = (lines + np.maximum.reduce([one for _, one in near])) / 2
        lexical = lexical_scores(index, query.text)
        scores = dense + LEXICAL_WEIGHT * lexical - ARTICLE_BEHIND * ~prepared.notes
        rows = _distinct(index, _ranked(index, scores, filters), k)
        hits = tuple(
            Hit(
                rank,
                _unit_score(scores[row]),
                index.chunks[row],
                float(dense[row]),
                float(lexical[row]),
                _near(prepared, row, lines),
            )
            for rank, row in enumerate(rows, 1)
        )
        return Retrieval(query, hits, index, vector, dense, lexical)

    def prepare(self, index: Index) -> Prepared:
        """What searching an index needs; computed once a generation."""
        with self._lock:
            if self._prepared is None or self._prepared.index is not index:
                self._prepared = prepare(index, self.centroids)
            return self._prepared


def _near(prepared: Prepared, row: int, lines: NDArray[np.float32]) -> tuple[float, ...]:
    """The cosines of a chunk's own segments, at the places of all."""
    own = iter(lines[prepared.starts[row] : prepared.starts[row + 1]].tolist())
    segments = prepared.index.chunks[row].segments
    return tuple(0.0 if segment.context else next(own, 0.0) for segment in segments)


def _ranked(index: Index, scores: NDArray[np.float32], filters: Filters | None) -> list[int]:
    order = np.argsort(-scores, kind="stable")
    if filters is None:
        return [int(row) for row in order]
    return [int(row) for row in order if filters.allows(index.chunks[row])]


def _distinct(index: Index, order: Sequence[int], k: int) -> list[int]:
    """The first `k` rows that do not say the same as one before them."""
    chosen: list[int] = []
    seen: list[frozenset[str]] = []
    for row in order[: k * _POOL]:
        pairs = _pairs(index.chunks[row].text)
        if any(_alike(pairs, other) for other in seen):
            continue
        chosen.append(row)
        seen.append(pairs)
        if len(chosen) == k:
            break
    return chosen


def _pairs(text: str) -> frozenset[str]:
    return frozenset([*bigrams(text), *text.lower().split()])


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    """Jaccard similarity of two sets (Broder 1997), decided by size where that suffices."""
    small, large = sorted((len(first), len(second)))
    if not large or small < _ALIKE * large:
        return False
    common = len(first & second)
    return common >= _ALIKE * (len(first) + len(second) - common)


def _unit_score(score: float) -> float:
    """A score as people read it, in 0..1; 1 is what only a text that repeats the question gets."""
    return round(float(min(max(score, 0.0) / (1 + LEXICAL_WEIGHT), 1.0)), 4)
