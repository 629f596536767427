"""How a question asks, read off its vector: for all about a thing, or for something particular.

Notes nearly always answer `tell me about X` when they know X, and often hold nothing on a property
that somebody asks for. Patterns know some ways to ask; a direction in the space of the embedding
knows what they have in common, in both languages. The directions are learnt from templates by
`bench/fit_question_shape.py` and hold for the embedded model alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rag.embedding import HUB_NAME

_FILE = "question_shape.json"
_MOST = 6.0  # beyond it one says no more than the other


@dataclass(frozen=True, slots=True)
class Shape:
    """Log-odds, -6..6, that a question asks broadly, and that it asks how or why."""

    broad: float
    method: float


def shape_of(vector: NDArray[np.float32], embedding: str) -> Shape | None:
    """The shape of a question; None for a model that the directions don't belong to.

    Args:
        vector: the question without its language, shape (dimension,), unit length.
        embedding: the fingerprint of the model it was embedded with.
    """
    if not embedding.startswith(f"{HUB_NAME}@"):
        return None
    weights, bias = _directions()
    broad, method = np.clip(weights @ vector + bias, -_MOST, _MOST).tolist()
    return Shape(broad, method)


@cache
def _directions() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights, shape (2, dimension), and biases, shape (2,), of `broad` and `method`."""
    stored = json.loads(files("rag").joinpath(_FILE).read_text("utf-8"))
    rows = [stored["broad"], stored["method"]]
    weights = np.array([row["weights"] for row in rows], dtype=np.float32)
    return weights, np.array([row["bias"] for row in rows], dtype=np.float32)
