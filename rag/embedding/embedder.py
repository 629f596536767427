"""Texts to unit vectors with whatever model, shared by the threads of a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embedding.batching import beside, in_batches


class TextModel(Protocol):
    """What turns texts into vectors; called from several threads at once.

    `workers` is how many batches it takes beside each other.
    """

    dimension: int
    workers: int

    def prepare(self, texts: Sequence[str], prompt: str) -> tuple[Sequence[Any], Sequence[int]]:
        """Texts with the prompt before them as `forward` takes them, and about their tokens."""

    def forward(self, prepared: Sequence[Any]) -> NDArray[np.float32]:
        """Vectors of texts of like length, shape (texts, dimension), of any length."""


class Embedder:
    """A model with its prompts; rows of what it returns are unit vectors.

    `fingerprint` names model and weights: vectors of different fingerprints do not compare.

    A batch runs on one core, and batches of one call run beside each other on all of them. With
    torch that is faster than its own way (all cores on one operation, waiting for each other after
    each): 48 against 22 texts a second of processor time beside other programs.
    """

    def __init__(self, model: TextModel, fingerprint: str, prompts: Mapping[str, str]) -> None:
        """Wrap a loaded model; `prompts` are put before a `query` and a `passage`."""
        self.model = model
        self.fingerprint = fingerprint
        self._prompts = dict(prompts)

    @property
    def dimension(self) -> int:
        """Values a vector."""
        return self.model.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Questions as vectors, shape (texts, dimension)."""
        return self._encode(texts, self._prompts.get("query", ""), None)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Passages as vectors, shape (texts, dimension).

        What is longer than the model takes (512 tokens for the embedded one) is cut there.
        `progress` is called after every batch with the number of texts in it.
        """
        return self._encode(texts, self._prompts.get("passage", ""), progress)

    def _encode(
        self, texts: Sequence[str], prompt: str, progress: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        # a lone surrogate, as a broken input may hold, is no text to a tokenizer
        texts = [text.encode("utf-8", "replace").decode() for text in texts]
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        prepared, sizes = self.model.prepare(texts, prompt)

        def forward(batch: Sequence[int]) -> NDArray[np.float32]:
            return _unit(self.model.forward([prepared[index] for index in batch]))

        batches = in_batches(sizes)
        made = beside(forward, batches, self.model.workers)
        for batch, vectors in zip(batches, made, strict=True):
            rows[batch] = vectors
            if progress:
                progress(len(batch))
        return rows


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(norms, 1e-12)
    return unit
