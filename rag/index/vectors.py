"""From chunks to the matrices of an index, embedding only what was not embedded before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.errors import ShioriError
from rag.index.embedding_cache import EmbeddingCache
from rag.index.model import STORED_VIEW, Vectors
from rag.index.views import VIEWS, view_texts
from rag.types import Chunk

if TYPE_CHECKING:
    from rag.embedding import Embedder

_BATCH = 512  # texts embedded between two writes to the cache: what a killed ingest may lose


class ViewMatrices:
    """The matrices of an index while they fill: each vector goes where its text stands, at once.

    `texts` are those of all views, each once, in the order of chunks.
    """

    def __init__(self, chunks: Sequence[Chunk], dimension: int) -> None:
        self._places: dict[str, list[tuple[str, int]]] = {}
        self._owners: dict[str, list[int]] = {view: [] for view in VIEWS}
        for number, chunk in enumerate(chunks):
            for view in VIEWS:
                for text in view_texts(chunk, view):
                    place = (view, len(self._owners[view]))
                    self._places.setdefault(text, []).append(place)
                    self._owners[view].append(number)
        if len(self._owners[STORED_VIEW]) != len(chunks):
            raise ValueError(
                f"the view {STORED_VIEW!r} must have one text a chunk: Chroma stores it"
            )
        self._rows = {
            view: np.zeros((len(owners), dimension), dtype=np.float32)
            for view, owners in self._owners.items()
        }
        self.texts: tuple[str, ...] = tuple(self._places)

    def put(self, texts: Iterable[str], vectors: Iterable[NDArray[np.float32]]) -> None:
        """Write the vectors of texts to all their places."""
        for text, vector in zip(texts, vectors, strict=True):
            for view, row in self._places[text]:
                self._rows[view][row] = vector

    def vectors(self) -> dict[str, Vectors]:
        """The vectors of each view in the order of chunks."""
        return {
            view: Vectors(rows, np.array(self._owners[view], dtype=np.int32))
            for view, rows in self._rows.items()
        }


def embed_chunks(
    chunks: Sequence[Chunk],
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: Callable[[int, int], None] | None,
) -> tuple[ViewMatrices, set[str]]:
    """The vectors of all texts of all views, and the texts that were not known."""
    matrices = ViewMatrices(chunks, embedder.dimension)
    missing: list[str] = []
    for start in range(0, len(matrices.texts), _BATCH):
        texts = matrices.texts[start : start + _BATCH]
        known = cache.get(texts, embedder.dimension)
        matrices.put(known, known.values())
        missing += [text for text in texts if text not in known]
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, len(missing))

    for start in range(0, len(missing), _BATCH):
        part = missing[start : start + _BATCH]
        vectors = _finite(embedder.encode_passages(part, tell), part, embedder)
        cache.put(part, vectors)
        matrices.put(part, vectors)
    return matrices, set(missing)


def _finite(
    vectors: NDArray[np.float32], texts: Sequence[str], embedder: Embedder
) -> NDArray[np.float32]:
    """The vectors; those that hold no numbers are made once more, alone, and never stored."""
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if not len(bad):
        return vectors
    vectors = vectors.copy()
    for row in map(int, bad):
        again = embedder.encode_passages([texts[row]])
        if not np.isfinite(again).all():
            start = " ".join(texts[row].split())[:60]
            raise ShioriError(
                f"The embedding model {embedder.fingerprint} gives no vector for the passage that "
                f"begins {start!r}. Change that passage, or name another model with "
                "EMBEDDING_MODEL. The index stays as it was."
            )
        vectors[row] = again[0]
    return vectors
