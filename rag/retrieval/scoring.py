"""How near every chunk of an index is to a question.

Four dense views and a lexical leg. A question about a detail is near one line of a passage and near
the whole of it; one worded like a heading is near the breadcrumb, or near the bullet that leads the
passage; the best of them counts, and which it is shows in the similarity itself. A breadcrumb that
many notes share tells little about any of them, so it counts for less, and most for the passage
that opens its section: that is what a heading promises. Of a question of several sentences the
nearest counts as much as the whole. What the question's words add is their share of the question's
weight (BM25 over the sum of IDF), so that the lexical leg speaks up where question and text share
informative words and is silent where an English question meets a Japanese text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.index import Index, Vectors
from rag.retrieval.language_centering import Centroids
from rag.text.language import passage_language
from rag.types import Chunk

SHARED_PATH = 0.04  # what a breadcrumb loses each time the notes that share it double
OPENING, FOLLOWING = 0.03, -0.07  # its gain in the passage that opens its section, and later
LEAD_BEHIND = 0.05  # how much nearer a question must be to a leading bullet than to the text


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """An index with its vectors made comparable across languages.

    `standing` is what a chunk's breadcrumb gains or loses by its place in the corpus, shape
    (chunks,); `starts` holds where each chunk's rows begin in `line`, and the end, shape
    (chunks + 1,); `notes` says which chunks are of notes.
    """

    index: Index
    views: dict[str, NDArray[np.float32]]
    standing: NDArray[np.float32]
    starts: NDArray[np.int64]
    notes: NDArray[np.bool_]


def prepare(index: Index, centroids: Centroids) -> Prepared:
    """What searching an index needs; computed once a generation."""
    languages = np.array([passage_language(chunk.text) for chunk in index.chunks])
    notes = np.array([chunk.kind == "note" for chunk in index.chunks], dtype=bool)
    views = {
        view: _centred(vectors, languages, notes, centroids)
        for view, vectors in index.vectors.items()
    }
    owners = index.vectors["line"].owners
    starts = np.searchsorted(owners, np.arange(len(index.chunks) + 1))
    return Prepared(index, views, _standing(index.chunks), starts, notes)


def _centred(
    vectors: Vectors, languages: NDArray[np.str_], notes: NDArray[np.bool_], centroids: Centroids
) -> NDArray[np.float32]:
    """Vectors without their language; what articles are about must not move the notes' centre."""
    centred = np.empty_like(vectors.rows)
    for part in (notes[vectors.owners], ~notes[vectors.owners]):
        centred[part] = centroids.passages(vectors.rows[part], languages[vectors.owners[part]])
    return centred


def _standing(chunks: Sequence[Chunk]) -> NDArray[np.float32]:
    """What each chunk's breadcrumb gains for opening its section, and loses for being common."""
    sharing = Counter(path for _, path in {(chunk.source, chunk.path) for chunk in chunks})
    seen: set[tuple[str, tuple[str, ...]]] = set()
    values: list[float] = []
    for chunk in chunks:
        section = (chunk.source, chunk.path)
        place = FOLLOWING if section in seen else OPENING
        seen.add(section)
        values.append(place - SHARED_PATH * math.log2(sharing[chunk.path]))
    return np.array(values, dtype=np.float32)


def dense_scores(
    prepared: Prepared, vector: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosines of all chunks, shape (chunks,), and of all their lines, shape (lines,)."""
    lines = prepared.views["line"] @ vector
    if not len(lines):
        return np.zeros(0, dtype=np.float32), lines
    best_line = np.maximum.reduceat(lines, prepared.starts[:-1])
    text = (prepared.views["full"] @ vector + best_line) / 2
    path = prepared.views["path"] @ vector + prepared.standing
    dense: NDArray[np.float32] = np.maximum(text, path)
    leads = prepared.index.vectors["lead"].owners  # at most one a chunk
    dense[leads] = np.maximum(dense[leads], prepared.views["lead"] @ vector - LEAD_BEHIND)
    return dense, lines


def lexical_scores(index: Index, question: str) -> NDArray[np.float32]:
    """BM25 of all chunks as a share of what the question's words weigh."""
    scores, weight = index.lexical.search(question)
    return scores / np.float32(max(weight, 1e-6))
