"""Texts to unit vectors with any sentence-transformers model, shared by a process's threads."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from rag.embedding.weights import WEIGHTS_SHA256, find_weights, read_weights
from rag.errors import ShioriError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HUB_NAME = "intfloat/multilingual-e5-small"
_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
# What goes through the model at once: bytes of UTF-8 tell a text's tokens well enough in English
# and in Japanese alike, and bound the memory of a batch of long texts.
_BATCH_BYTES = 16_000
_BATCH_TEXTS = 64


class Embedder(Embeddings):
    """A model with its prompts; rows of what it returns are unit vectors.

    `fingerprint` names model and weights: vectors of different fingerprints do not compare.
    """

    def __init__(
        self, model: SentenceTransformer, fingerprint: str, prompts: Mapping[str, str]
    ) -> None:
        self._model = model
        self._prompts = dict(prompts)
        self._lock = threading.Lock()
        self.fingerprint = fingerprint
        self.dimension: int = int(model.get_embedding_dimension() or 0)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Questions as vectors, shape (texts, dimension)."""
        return self._encode(texts, self._prompts.get("query", ""), None)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Passages as vectors, shape (texts, dimension).

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
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch in _batches(texts):
            # One batch at a time: tokenizers must not be shared, and torch uses all cores for one.
            # The lock is free between batches, so a question waits for one batch, not for all.
            with self._lock:
                rows[batch] = self._model.encode(
                    [texts[index] for index in batch],
                    prompt=prompt,
                    batch_size=len(batch),
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
            if progress:
                progress(len(batch))
        return rows


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Indexes of texts of like length, longest first, so that little is padded."""
    sizes = [len(text.encode("utf-8", "replace")) for text in texts]
    batch: list[int] = []
    for index in sorted(range(len(texts)), key=lambda i: -sizes[i]):
        longest = sizes[batch[0]] if batch else sizes[index]
        full = len(batch) >= _BATCH_TEXTS or (len(batch) + 1) * longest > _BATCH_BYTES
        if batch and full:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


_loaded: dict[str, Embedder] = {}
_loading = threading.Lock()


def load_embedder(model: str = "") -> Embedder:
    """The embedder of a model, loaded once a process.

    Args:
        model: a hub name or a folder; empty for the embedded model (multilingual-e5-small).

    Raises:
        ShioriError: the model cannot be found or read.
    """
    with _loading:
        if model not in _loaded:
            _loaded[model] = _load(model)
        return _loaded[model]


def _load(model: str) -> Embedder:
    path = find_weights() if not model else None
    return _load_embedded(path) if path else _load_named(model or HUB_NAME)


def _load_embedded(path: Path) -> Embedder:
    weights = read_weights(path)  # before the slow import: a damaged file is told at once
    from rag.embedding.bert import build_model

    fingerprint = f"{HUB_NAME}@q4_0-{WEIGHTS_SHA256[:12]}"
    return Embedder(build_model(weights), fingerprint, _E5_PROMPTS)


def _load_named(name: str) -> Embedder:
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(name)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ShioriError(
            f"The embedding model {name!r} cannot be loaded ({reason}). EMBEDDING_MODEL takes the "
            "name of a sentence-transformers model on the Hugging Face hub, downloaded at first "
            "use, or a folder that holds one; leave it empty for the embedded model."
        ) from error
    own = {key: prompt for key, prompt in model.prompts.items() if prompt}
    passage = own.get("passage", own.get("document", ""))
    prompts = {"query": own.get("query", ""), "passage": passage}
    if not own and _is_e5(name):
        prompts = _E5_PROMPTS
    return Embedder(model, _fingerprint(name, model, prompts), prompts)


def _is_e5(name: str) -> bool:
    """E5 models want "query: " and "passage: "; their instruct kind wants instructions instead."""
    return bool(re.search(r"(^|[^a-z0-9])e5([^a-z0-9]|$)", name.lower())) and "instruct" not in name


def _fingerprint(name: str, model: SentenceTransformer, prompts: Mapping[str, str]) -> str:
    """Hub name and commit, or the folder's name and a digest of the files that make the model."""
    folder = Path(name)
    if folder.is_dir():
        digest = hashlib.sha256()
        for file in sorted(folder.rglob("*")):
            if file.suffix in {".json", ".safetensors", ".bin", ".model", ".txt"}:
                digest.update(file.relative_to(folder).as_posix().encode())
                with file.open("rb") as stream:
                    digest.update(hashlib.file_digest(stream, "sha256").digest())
        version = digest.hexdigest()[:12]
    else:
        config = getattr(model[0], "config", None)
        version = str(getattr(config, "_commit_hash", None) or "unknown")[:12]
    told = hashlib.sha256(repr(sorted(prompts.items())).encode()).hexdigest()[:6]
    return f"{folder.name if folder.is_dir() else name}@{version}-{told}"
