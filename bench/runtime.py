"""The embedded model's encoder in several ways, side by side on the same texts.

torch takes all cores for each operation, as sentence-transformers runs it; ONNX Runtime takes a
core a batch, as `rag.embedding.embedder` does. Batches are the same on all sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.report import Row, Table
from bench.throughput import texts_of
from bench.timing import Times, side_by_side
from rag.embedding.batching import beside, in_batches
from rag.embedding.encoder import Encoder, cores, load_encoder
from rag.embedding.encoder_graph import EncoderGraph, Rounded
from rag.embedding.parameters import parameters
from rag.embedding.weights import WeightsFile, find_weights, read_weights
from rag.settings import Settings

TITLE = "The encoder in several ways"
TEXTS = 200
ROUNDS = 3

Rows = Sequence[Sequence[int]]


class FloatGraph(EncoderGraph):
    """The encoder's graph with nothing rounded."""

    def _rounded(self, rows: str) -> Rounded:
        return Rounded(rows, "", "")

    _rounded_gelu = _rounded

    def _product(self, rows: Rounded, name: str) -> str:
        weights = np.ascontiguousarray(self._parameters[f"{name}.weight"].T)
        return self._graph.add("MatMul", rows.numbers, self._graph.constant(weights))


def measure(settings: Settings) -> Table:
    """Tokens a second of each way, and how near its vectors are to those of torch."""
    path = find_weights()
    if path is None:
        return Table(TITLE, (), skipped="the embedded model is not here")
    weights = read_weights(path)
    rounded = load_encoder(weights, "embedding", None)
    plain = Encoder(weights, FloatGraph(parameters(weights), weights.epsilon).build())
    rows = [rounded.marked(f"passage: {text}") for text in texts_of(settings)[:TEXTS]]
    batches = [[rows[index] for index in batch] for batch in in_batches([*map(len, rows)])]
    ways = {
        "torch float32": _with_torch(weights),
        "ONNX Runtime float32": _with(plain),
        "ONNX Runtime, rows in 8 bits": _with(rounded),
    }
    made = {name: _unit(way(batches)) for name, way in ways.items()}
    sides = {name: (lambda _, way=way: way(batches)) for name, way in ways.items()}
    times = side_by_side(range(ROUNDS), sides)
    tokens = sum(map(len, rows))
    first = next(iter(ways))
    shown = [_row(name, tokens, times, made, first) for name in ways]
    return Table(TITLE, tuple(shown), f"{len(rows)} texts of {tokens:,} tokens, {cores()} cores.")


def _row(
    name: str,
    tokens: int,
    times: dict[str, Times],
    made: dict[str, NDArray[np.float32]],
    first: str,
) -> Row:
    cosines = (made[name] * made[first]).sum(axis=1)
    figures = {
        "tokens/s": tokens / times[name].best,
        "times as fast": times[first].best / times[name].best,
        "least cosine": float(cosines.min()),
        "mean cosine": float(cosines.mean()),
    }
    return Row(name, figures, goal="at least 1.6" if "8 bits" in name else "")


def _with(encoder: Encoder) -> Callable[[Sequence[Rows]], NDArray[np.float32]]:
    return lambda batches: np.concatenate(list(beside(encoder.means, batches, cores())))


def _with_torch(weights: WeightsFile) -> Callable[[Sequence[Rows]], NDArray[np.float32]]:
    import torch

    from bench.torch_e5 import QuantisedE5

    encoder = QuantisedE5(weights)

    def means(rows: Rows) -> NDArray[np.float32]:
        ids = torch.ones((len(rows), max(map(len, rows))), dtype=torch.long)
        for line, row in zip(ids, rows, strict=True):
            line[: len(row)] = torch.tensor(row)
        mask = (ids != 1).long()
        states = encoder({"input_ids": ids, "attention_mask": mask})["token_embeddings"]
        weight = mask[..., None].float()
        return np.asarray(((states * weight).sum(1) / weight.sum(1)).numpy())

    def all_means(batches: Sequence[Rows]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return np.concatenate([means(batch) for batch in batches])

    return all_means


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
