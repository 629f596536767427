"""The encoder as a graph for ONNX Runtime, its matrix products in 8-bit numbers.

What a layer multiplies is rounded to 8 bits, each token's row by its own scale: one scale for all
rows, as ONNX Runtime's own dynamic quantisation has it, is set by the few tokens with numbers a
hundred times those of the others, and makes a text's vector depend on what is beside it in a batch.
Measured on 1,145 Japanese paragraphs against float32: cosine .999 at least, see ARCHITECTURE.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.embedding.onnx_format import MICROSOFT, Graph
from rag.embedding.parameters import Parameters

GRAPH_VERSION: Final = "rows-1"
_HEADS: Final = 12
_LARGEST: Final = 127  # 8-bit numbers are -127..127
# After GELU nothing is below -.17: a quarter of the numbers suffices for what is negative.
_GELU_LARGEST, _GELU_ZERO, _GELU_LEAST = 204, 51, 0.7


@dataclass(frozen=True, slots=True)
class Rounded:
    """Rows in 8-bit numbers: `numbers` less `zero`, times the row's own `scale`."""

    numbers: str
    scale: str
    zero: str


class EncoderGraph:
    """Builds the graph: word vectors and lengths to token vectors."""

    def __init__(self, parameters: Parameters, epsilon: float, *, signed: bool = True) -> None:
        """Prepare.

        Args:
            parameters: see `rag.embedding.parameters`.
            epsilon: what normalisation adds to the variance.
            signed: whether weights are stored as -127..127 or, for processors whose instruction
                for that overflows, as 1..255; the results are the same.
        """
        self._graph = Graph()
        self._parameters = parameters
        self._epsilon = epsilon
        self._offset = 0 if signed else 128
        self._kind = np.int8 if signed else np.uint8
        self._hidden = len(parameters["embeddings.LayerNorm.weight"])

    def build(self) -> bytes:
        """The model file.

        Inputs: `words` float32 (texts, tokens, hidden), word vectors with those of their places,
        and `lengths` int32 (texts,), the tokens of each text that count. Output: `states`, like
        `words`.
        """
        graph, hidden = self._graph, self._hidden
        self._last = graph.constant(np.array([-1]))
        self._one = graph.constant(np.float32(1))
        flat = graph.constant(np.array([-1, hidden]))
        shape = graph.add("Shape", "words")
        rows = graph.add("Reshape", "words", flat)
        count = graph.add("Shape", rows, start=0, end=1)
        # what normalises sees each row as a channel
        parts = graph.constant(np.array([1])), count, graph.constant(np.array([hidden]))
        self._flat, self._channels = flat, graph.add("Concat", *parts, axis=0)
        self._ones = graph.add("Expand", self._one, count)
        self._zeros = graph.add("Expand", graph.constant(np.float32(0)), count)
        zeros = [graph.constant(np.uint8(zero)) for zero in (_LARGEST + 1, _GELU_ZERO)]
        self._middle, self._gelu = ((zero, graph.add("Expand", zero, count)) for zero in zeros)
        states = self._normalised(rows, "embeddings.LayerNorm")
        layers = sum(name.endswith("intermediate.dense.bias") for name in self._parameters)
        for layer in range(layers):
            states = self._layer(states, f"encoder.layer.{layer}", shape)
        graph.add("Reshape", states, shape, to="states")
        sizes = ("texts", "tokens", hidden)
        lengths = ("lengths", "int32", ("texts",))
        return graph.model([("words", "float32", sizes), lengths], [("states", "float32", sizes)])

    def _layer(self, states: str, name: str, shape: str) -> str:
        graph, attention = self._graph, f"{name}.attention"
        rounded = self._rounded(states)
        parts = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
        looks = [graph.add("Reshape", self._product(rounded, part), shape) for part in parts]
        bias = np.concatenate([self._parameters[f"{part}.bias"] for part in parts])
        looks += [graph.constant(bias), "lengths"]
        seen = graph.add("MultiHeadAttention", *looks, domain=MICROSOFT, num_heads=_HEADS)
        rows = self._rounded(graph.add("Reshape", seen, self._flat))
        states = self._added(states, rows, f"{attention}.output")
        inner = self._product(self._rounded(states), f"{name}.intermediate.dense")
        inner = graph.add(
            "BiasGelu", inner, self._vector(f"{name}.intermediate.dense.bias"), domain=MICROSOFT
        )
        return self._added(states, self._rounded_gelu(inner), f"{name}.output")

    def _added(self, states: str, rows: Rounded, name: str) -> str:
        """The normalised sum of `states` and what a dense layer makes of `rows`."""
        graph = self._graph
        more = self._product(rows, f"{name}.dense")
        more = graph.add("Add", more, self._vector(f"{name}.dense.bias"))
        return self._normalised(graph.add("Add", more, states), f"{name}.LayerNorm")

    def _normalised(self, rows: str, name: str) -> str:
        """Layer normalisation, by an operator that is three times as fast as that of the name."""
        graph = self._graph
        rows = graph.add("Reshape", rows, self._channels)
        ends = (self._ones, self._zeros)
        rows = graph.add("InstanceNormalization", rows, *ends, epsilon=self._epsilon)
        rows = graph.add("Reshape", rows, self._flat)
        rows = graph.add("Mul", rows, self._vector(f"{name}.weight"))
        return graph.add("Add", rows, self._vector(f"{name}.bias"))

    def _rounded(self, rows: str) -> Rounded:
        graph = self._graph
        most = graph.add("ReduceMax", graph.add("Abs", rows), self._last, keepdims=1)
        return self._scaled(rows, most, _LARGEST, *self._middle)

    def _rounded_gelu(self, rows: str) -> Rounded:
        graph = self._graph
        most = graph.add("ReduceMax", rows, self._last, keepdims=1)
        most = graph.add("Max", most, graph.constant(np.float32(_GELU_LEAST)))
        return self._scaled(rows, most, _GELU_LARGEST, *self._gelu)

    def _scaled(self, rows: str, most: str, largest: int, zero: str, zeros: str) -> Rounded:
        graph = self._graph
        scale = graph.add("Mul", most, graph.constant(np.float32(1 / largest)))
        by_row = graph.add("Reshape", scale, self._last)
        return Rounded(graph.add("QuantizeLinear", rows, by_row, zeros, axis=0), scale, zero)

    def _product(self, rows: Rounded, name: str) -> str:
        """A dense layer without its bias."""
        graph = self._graph
        weights, scales = rounded_weights(self._parameters[f"{name}.weight"])
        stored = (weights.T + self._offset).astype(self._kind)
        zeros = np.full(len(scales), self._offset, self._kind)
        product = graph.add(
            "MatMulIntegerToFloat",
            *(rows.numbers, graph.constant(stored), self._one, graph.constant(scales)),
            *(rows.zero, graph.constant(zeros)),
            domain=MICROSOFT,
        )
        return graph.add("Mul", product, rows.scale)

    def _vector(self, name: str) -> str:
        return self._graph.constant(self._parameters[name])


def rounded_weights(
    matrix: NDArray[np.float32],
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Numbers -127..127, and the scale of each row."""
    most = np.abs(matrix).max(axis=1)
    scales = np.where(most > 0, most / _LARGEST, 1).astype(np.float32)
    return np.round(matrix / scales[:, None]).astype(np.int16), scales
