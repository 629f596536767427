"""The encoder's matrices and vectors, by the names that transformers gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rag.embedding.weights import WeightsFile

Parameters = dict[str, NDArray[np.float32]]

_LAYER_NAMES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def parameters(weights: WeightsFile) -> Parameters:
    """All but the table of words; matrices have a row for each number they give."""
    hidden = weights.shape["hidden_size"]
    named = {
        "embeddings.position_embeddings.weight": weights.matrix("emb.pos", hidden),
        "embeddings.token_type_embeddings.weight": weights.matrix("emb.type", hidden),
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b"),
    }
    for layer in range(weights.shape["num_hidden_layers"]):
        for short, name in _LAYER_NAMES.items():
            target, source = f"encoder.layer.{layer}.{name}", f"l{layer}.{short}"
            columns = weights.shape["intermediate_size"] if short == "fo" else hidden
            is_norm = short.endswith("ln")
            named[f"{target}.weight"] = (
                weights.vector(f"{source}.w") if is_norm else weights.matrix(f"{source}.w", columns)
            )
            named[f"{target}.bias"] = weights.vector(f"{source}.b")
    return named


def changed(before: Parameters, learnt: Mapping[str, NDArray[Any]]) -> Parameters:
    """The parameters with what was learnt added to them.

    Args:
        before: the embedded model's.
        learnt: for a matrix `name` of shape (m, n) its change as a product: `name:left` int8
            (m, rank) and `name:right` int8 (rank, n), with `name:scale` float32 (rank,) for both;
            for a vector `name` its change, float16.
    """
    after = dict(before)
    for name, value in before.items():
        if f"{name}:left" in learnt:
            left = np.asarray(learnt[f"{name}:left"], dtype=np.float32)
            right = np.asarray(learnt[f"{name}:right"], dtype=np.float32)
            scale = np.asarray(learnt[f"{name}:scale"], dtype=np.float32)
            after[name] = np.add(value, (left * scale) @ right, dtype=np.float32)
        elif name in learnt:
            after[name] = np.add(value, learnt[name], dtype=np.float32)
    return after
