"""How a question asks, read off its vector: for all about a thing, or for what in particular.

Notes nearly always answer `tell me about X` when they know X, and often hold nothing on a property
that somebody asks for. Patterns know some ways to ask; a direction in the space of the embedding
knows what they have in common, in both languages. The directions are learnt from templates by
`bench/training/fit_question_shape.py` and hold for the embedded model alone.
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
_SURE = 0.5  # the chance from which a kind counts
_MOST = 6.0  # beyond it one says no more than the other


@dataclass(frozen=True, slots=True)
class Shape:
    """Log-odds, -6..6, that a question asks broadly, and that it asks how or why.

    `kind` is the kind of answer that it asks for, as `answer_kinds` names it; empty when
    unsure.
    """

    broad: float
    method: float
    kind: str = ""


def shape_of(vector: NDArray[np.float32], embedding: str) -> Shape | None:
    """The shape of a question; None for a model that the directions don't belong to.

    Args:
        vector: the question without its language, shape (dimension,), unit length.
        embedding: the fingerprint of the model it was embedded with.
    """
    if not embedding.startswith(f"{HUB_NAME}@"):
        return None
    names, weights, bias = _directions()
    odds = weights @ vector + bias
    broad, method = np.clip(odds[:2], -_MOST, _MOST).tolist()
    chance = np.exp(odds[2:] - odds[2:].max())
    best = int(chance.argmax())
    sure = chance[best] >= _SURE * chance.sum()
    return Shape(broad, method, names[best] if sure else "")


@cache
def _directions() -> tuple[list[str], NDArray[np.float32], NDArray[np.float32]]:
    """The kinds; weights, shape (2 + kinds, dimension), and biases; `broad` and `method` first."""
    stored = json.loads(files("rag.reading").joinpath(_FILE).read_text("utf-8"))
    rows = [stored["broad"], stored["method"], *stored["kinds"].values()]
    weights = np.array([row["weights"] for row in rows], dtype=np.float32)
    return list(stored["kinds"]), weights, np.array([row["bias"] for row in rows], dtype=np.float32)
