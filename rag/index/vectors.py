"""From chunks to the matrices of an index, embedding only what was not embedded before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

Rows = Mapping[str, NDArray[np.float32]]


def embed_chunks(
    chunks: Sequence[Chunk],
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: Callable[[int, int], None] | None,
) -> tuple[Rows, set[str]]:
    """The vectors of all texts of all views, and the texts that were not known."""
    texts = dict.fromkeys(
        text for chunk in chunks for view in VIEWS for text in view_texts(chunk, view)
    )
    rows = cache.get(texts, embedder.dimension)
    missing = [text for text in texts if text not in rows]
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
        rows.update(zip(part, vectors, strict=True))
    return rows, set(missing)


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


def matrices(chunks: Sequence[Chunk], rows: Rows, dimension: int) -> dict[str, Vectors]:
    """The vectors of each view in the order of chunks; `rows` holds them by text."""
    matrices = {}
    for view in VIEWS:
        texts = [
            (row, text) for row, chunk in enumerate(chunks) for text in view_texts(chunk, view)
        ]
        if view == STORED_VIEW and len(texts) != len(chunks):
            raise ValueError(f"the view {view!r} must have one text a chunk: Chroma stores it")
        matrix = np.zeros((len(texts), dimension), dtype=np.float32)
        for row, (_, text) in enumerate(texts):
            matrix[row] = rows[text]
        matrices[view] = Vectors(matrix, np.array([row for row, _ in texts], dtype=np.int32))
    return matrices
