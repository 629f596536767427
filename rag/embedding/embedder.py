"""Texts to unit vectors with a sentence-transformers model, shared by the threads of a process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Tokens that go through the model at once. Measured with texts of 8 to 320 tokens, in texts a
# second of two cores' time: 256 gave 45, 512 gave 48, 1024 gave 45, 2048 gave 41.
BATCH_TOKENS = 512


class Embedder(Embeddings):
    """A model with its prompts; rows of what it returns are unit vectors.

    `fingerprint` names model and weights: vectors of different fingerprints do not compare.

    A batch runs on one core, and batches of one call run beside each other on all of them. That is
    faster than torch's own way (all cores on one operation, waiting for each other after each): 48
    against 22 texts a second of processor time beside other programs, and a question's 0.08 s
    against 0.6 s.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        fingerprint: str,
        prompts: Mapping[str, str],
        count_tokens: Callable[[Sequence[str]], Sequence[int]] | None = None,
        workers: int = 1,
    ) -> None:
        """Wrap a loaded model.

        Args:
            model: the model, which this object uses from several threads at once.
            fingerprint: see above.
            prompts: what to put before a `query` and a `passage`.
            count_tokens: the tokens of each text; by default estimated from its bytes.
            workers: how many batches run beside each other.
        """
        self._model = model.eval()
        self._prompts = dict(prompts)
        self._count_tokens = count_tokens or _estimate_tokens
        self._preprocessing = threading.Lock()  # transformers' tokenizers must not be shared
        self._workers = workers if model.device.type == "cpu" else 1
        self.fingerprint = fingerprint
        self.dimension: int = int(model.get_embedding_dimension() or 0)

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

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for one question."""
        return list(map(float, self.encode_queries([text])[0]))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's name for passages."""
        return [list(map(float, row)) for row in self.encode_passages(texts)]

    def _encode(
        self, texts: Sequence[str], prompt: str, progress: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        # a lone surrogate, as a broken input may hold, is no text to a tokenizer
        texts = [text.encode("utf-8", "replace").decode() for text in texts]
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        sizes = self._count_tokens(texts) if len(texts) > 1 else [1] * len(texts)
        batches = _batches(sizes)

        def forward(batch: Sequence[int]) -> NDArray[np.float32]:
            return self._forward([texts[index] for index in batch], prompt)

        if len(batches) <= 1:
            for batch in batches:
                rows[batch] = forward(batch)
                if progress:
                    progress(len(batch))
            return rows
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="embed")
        try:
            for batch, vectors in zip(batches, pool.map(forward, batches), strict=True):
                rows[batch] = vectors
                if progress:
                    progress(len(batch))
        finally:  # an interrupt waits for the batches that run, not for all that are queued
            pool.shutdown(wait=True, cancel_futures=True)
        return rows

    def _forward(self, texts: list[str], prompt: str) -> NDArray[np.float32]:
        import torch

        with torch.inference_mode():
            with self._preprocessing:
                features = self._model.preprocess(texts, prompt=prompt)
            device = self._model.device
            for name, value in features.items():
                if isinstance(value, torch.Tensor):
                    features[name] = value.to(device)
            vectors = self._model(features)["sentence_embedding"]
            unit = torch.nn.functional.normalize(vectors.float(), dim=1)
            return np.asarray(unit.cpu().numpy(), dtype=np.float32)


def _estimate_tokens(texts: Sequence[str]) -> list[int]:
    """A token is about four bytes of UTF-8, in English and in Japanese."""
    return [len(text.encode("utf-8", "replace")) // 4 + 4 for text in texts]


def _batches(sizes: Sequence[int]) -> list[list[int]]:
    """Indexes of texts of like length, longest first, so that little is padded."""
    batches: list[list[int]] = []
    room = 0
    for index in sorted(range(len(sizes)), key=lambda i: -sizes[i]):
        if room < 1:
            batches.append([])
            room = max(1, BATCH_TOKENS // max(1, sizes[index]))
        batches[-1].append(index)
        room -= 1
    return batches
