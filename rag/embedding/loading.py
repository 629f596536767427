"""Finds, loads and names the embedding model that the settings ask for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding.embedder import Embedder
from rag.embedding.weights import WEIGHTS_SHA256, find_weights, read_weights

if TYPE_CHECKING:
    from rag.embedding.cross_encoder import CrossEncoder
    from rag.embedding.encoder import Encoder

HUB_NAME = "intfloat/multilingual-e5-small"
_PROMPTS = {"query": "query: ", "passage": "passage: "}

_loaded: dict[str, Embedder] = {}
_cross_encoders: list[CrossEncoder] = []
_loading = threading.Lock()


class EmbeddedModel:
    """The embedded model as `Embedder` takes it: the mean of the vectors of tokens."""

    def __init__(self, encoder: Encoder, workers: int) -> None:
        self._encoder = encoder
        self.dimension = encoder.hidden
        self.workers = workers

    def prepare(self, texts: Sequence[str], prompt: str) -> tuple[Sequence[Any], Sequence[int]]:
        """Token ids of texts, and how many."""
        rows = [self._encoder.marked(prompt + text) for text in texts]
        return rows, [len(row) for row in rows]

    def forward(self, prepared: Sequence[Any]) -> NDArray[np.float32]:
        """Vectors of texts that `prepare` returned."""
        return self._encoder.means(prepared)


def load_embedder(model: str = "", data_dir: Path | None = None) -> Embedder:
    """The embedder of a model, loaded once a process and safe to share between threads.

    Args:
        model: a hub name or a folder; empty for the embedded model (multilingual-e5-small).
        data_dir: where the embedded model is kept in the form in which it runs; it is put into
            that form every time if not given.

    Raises:
        ShioriError: the model cannot be found or read.
    """
    with _loading:
        if model not in _loaded:
            path = find_weights() if not model else None
            _loaded[model] = _embedded(path, data_dir) if path else _named(model or HUB_NAME)
        return _loaded[model]


def load_cross_encoder(data_dir: Path | None = None) -> CrossEncoder | None:
    """The reader, loaded once a process and safe to share; None where there is no embedded model.

    Args:
        data_dir: see `load_embedder`.

    Raises:
        ShioriError: the embedded model's file, or what was learnt, cannot be read.
    """
    with _loading:
        path = find_weights()
        if not _cross_encoders and path:
            _cross_encoders.append(_cross_encoder(path, data_dir))
        return _cross_encoders[0] if _cross_encoders else None


# read once for both that are made of it; a damaged file is told each time
_weights = cache(read_weights)


def _embedded(path: Path, data_dir: Path | None) -> Embedder:
    weights = _weights(path)
    from rag.embedding.encoder import cores, load_encoder
    from rag.embedding.encoder_graph import GRAPH_VERSION

    model = EmbeddedModel(load_encoder(weights, "embedding", data_dir), cores())
    fingerprint = f"{HUB_NAME}@q4_0-{WEIGHTS_SHA256[:12]}-{GRAPH_VERSION}"
    return Embedder(model, fingerprint, _PROMPTS)


def _cross_encoder(path: Path, data_dir: Path | None) -> CrossEncoder:
    weights = _weights(path)
    from rag.embedding.cross_encoder import load
    from rag.embedding.encoder import cores

    return load(weights, data_dir, cores())


def _named(name: str) -> Embedder:
    from rag.embedding.named_model import load_named

    return load_named(name)
