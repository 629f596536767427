"""Whether the right questions are refused: the area under the curve, and the curve itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What would happen if only answers of at least `threshold` confidence were given.

    `false_refusals` and `false_answers` are shares, 0..1.
    """

    threshold: float
    false_refusals: float
    false_answers: float


def auc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """Chance that an answerable question has the higher confidence of a random pair; ties 1/2.

    The area under the ROC curve as the Mann-Whitney statistic (Hanley and McNeil, Radiology 143,
    1982). None where one of the kinds is missing.
    """
    if not answerable or not unanswerable:
        return None
    return fast_auc(np.asarray(answerable), np.asarray(unanswerable))


def fast_auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """`auc` on arrays of which neither is empty: by ranks, in O(n log n)."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    not_above = np.searchsorted(ordered, positive, side="right")
    return float((below + not_above).sum() / (2 * len(positive) * len(negative)))


def curve(answerable: Sequence[float], unanswerable: Sequence[float]) -> tuple[CurvePoint, ...]:
    """False refusals and false answers at every threshold that changes them, lenient first."""
    if not answerable or not unanswerable:
        return ()
    right, wrong = np.asarray(answerable), np.asarray(unanswerable)
    thresholds = [0.0, *sorted({*answerable, *unanswerable}), np.inf]
    return tuple(
        CurvePoint(float(at), float((right < at).mean()), float((wrong >= at).mean()))
        for at in thresholds
    )
