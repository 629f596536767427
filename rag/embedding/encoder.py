"""The embedded model's encoder on ONNX Runtime: token ids to the vectors of tokens."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rag.embedding.encoder_graph import GRAPH_VERSION, EncoderGraph
from rag.embedding.graph_cache import cached_graph
from rag.embedding.onnx_format import MICROSOFT, Graph
from rag.embedding.parameters import Parameters, parameters
from rag.embedding.unigram import END, PAD, START
from rag.embedding.weights import WEIGHTS_SHA256, WeightsFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from onnxruntime import InferenceSession

_ENDS: Final = 2  # tokens that mark where a text starts and ends


class Encoder:
    """Reads texts; thread-safe, and a call takes one core."""

    def __init__(self, weights: WeightsFile, graph: bytes) -> None:
        """Load a graph.

        Args:
            weights: for the tokenizer and the table of words.
            graph: what `EncoderGraph` built from them.
        """
        hidden = weights.shape["hidden_size"]
        self.hidden = hidden
        self.longest = weights.shape["max_position_embeddings"]
        self._weights = weights
        places = weights.matrix("emb.pos", hidden) + weights.matrix("emb.type", hidden)[0]
        self._places: NDArray[np.float32] = places
        self._session = _session(graph)

    def token_ids(self, text: str, most: int) -> list[int]:
        """The first `most` token ids of a text, without the marks of its ends."""
        return self._weights.tokenizer.ids(text, most)

    def marked(self, text: str) -> list[int]:
        """Token ids with the marks of its ends, as many as the model takes."""
        return [START, *self.token_ids(text, self.longest - _ENDS), END]

    def states(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """The vectors of tokens, shape (texts, tokens, hidden); those beyond a text mean nothing.

        `rows` are the token ids of each text.
        """
        lengths = np.array([len(row) for row in rows], dtype=np.int32)
        ids = np.full((len(rows), int(lengths.max())), PAD, dtype=np.int64)
        for line, row in zip(ids, rows, strict=True):
            line[: len(row)] = row
        words = self._weights.words(ids) + self._places[: ids.shape[1]]
        (states,) = self._session.run(["states"], {"words": words, "lengths": lengths})
        return np.asarray(states, dtype=np.float32)

    def means(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """The mean of each text's vectors of tokens, shape (texts, hidden)."""
        states = self.states(rows)
        pairs = zip(states, rows, strict=True)
        return np.stack([state[: len(row)].mean(axis=0) for state, row in pairs])


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load_encoder(
    weights: WeightsFile,
    role: str,
    data_dir: Path | None,
    change: Callable[[Parameters], Parameters] = lambda same: same,
    changed_by: str = "",
) -> Encoder:
    """The encoder, from the graph that was kept or built anew.

    Args:
        weights: the embedded model.
        role: what it is for.
        data_dir: where the graph is kept, if anywhere.
        change: made to the parameters before.
        changed_by: one name for the change.
    """
    signed = multiplies_exactly()
    key = f"{WEIGHTS_SHA256[:8]}-{GRAPH_VERSION}-{'s' if signed else 'u'}8{changed_by}"

    def build() -> bytes:
        return EncoderGraph(change(parameters(weights)), weights.epsilon, signed=signed).build()

    return Encoder(weights, cached_graph(data_dir, role, key, build))


@cache
def multiplies_exactly() -> bool:
    """Whether this processor adds products of unsigned and signed 8-bit numbers without overflow.

    x86-64 without VNNI adds two of them in 16 bits, which is too little for large ones.
    """
    graph, size = Graph(), 64
    one, zero = graph.constant(np.float32(1)), graph.constant(np.uint8(0))
    weights = graph.constant(np.full((size, size), 127, np.int8))
    scales = graph.constant(np.ones(size, np.float32))
    zeros = graph.constant(np.zeros(size, np.int8))
    inputs = ("numbers", weights, one, scales, zero, zeros)
    graph.add("MatMulIntegerToFloat", *inputs, domain=MICROSOFT, to="sums")
    given = [("numbers", "uint8", ("rows", size))]
    session = _session(graph.model(given, [("sums", "float32", ("rows", size))]))
    (sums,) = session.run(["sums"], {"numbers": np.full((size, size), 255, np.uint8)})
    return bool((np.asarray(sums) == size * 127 * 255).all())


def _session(graph: bytes) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # a batch runs on one core, and batches beside each other on all: see `Embedder`
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors, which are raised too
    # What it reads differs in shape every time. With the arena reading eight passages leaves 40 MB
    # behind and no more after hundreds, without it 170 MB at most: threads' heaps fall to pieces.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
