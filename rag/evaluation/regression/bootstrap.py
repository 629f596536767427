"""How sure a mean is: confidence intervals, and the paired test of one run against another.

The percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13) over
questions; the paired one as Sakai uses it for retrieval (Evaluating Evaluation Metrics based on the
Bootstrap, SIGIR 2006) and Koehn for translation (EMNLP 2004). Resamples are drawn from a fixed
seed: the same figures in, the same interval out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.metrics.roc import fast_auc

FEW = 20
"""Below so many questions a mean says little, and is marked so."""
RESAMPLES = 4_000
_SEED = 20_231_127
_AUC_RESAMPLES = 1_000
SMALLEST_P = 1 / (RESAMPLES + 1)
"""No resample without a loss: surer than this, a comparison cannot be."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` questions with its confidence interval."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def few(self) -> bool:
        """Whether there are too few questions to trust it."""
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Difference:
    """Now minus then over the same `n` questions, with its confidence interval.

    `p_worse` is the share of resamples without a loss, in the direction that counts as worse: the
    smaller, the less is it noise.
    """

    now: float
    then: float
    low: float
    high: float
    n: int
    p_worse: float

    @property
    def change(self) -> float:
        """Now minus then."""
        return self.now - self.then


def estimate(values: Sequence[float], level: float = 0.95) -> Estimate:
    """The mean of at least one value with its percentile interval at `level`."""
    sample = np.asarray(values, dtype=float)
    low, high = _interval(_means(sample), level)
    return Estimate(float(sample.mean()), low, high, len(sample))


def difference(
    now: Sequence[float], then: Sequence[float], higher_is_better: bool, level: float = 0.95
) -> Difference:
    """The paired difference of means; `now[i]` and `then[i]` belong to the same question."""
    first, second = np.asarray(now, dtype=float), np.asarray(then, dtype=float)
    means = _means(first - second)
    low, high = _interval(means, level)
    p_worse = _p_worse(means if higher_is_better else -means)
    if len(first) < FEW:
        # resampling a handful of questions is too sure of itself; no sign test could say more
        p_worse = max(p_worse, 0.5 ** int((first != second).sum()))
    return Difference(float(first.mean()), float(second.mean()), low, high, len(first), p_worse)


def estimate_auc(right: Sequence[float], wrong: Sequence[float], level: float = 0.95) -> Estimate:
    """The area under the curve with its interval; both kinds are resampled, each within itself."""
    positive, negative = np.asarray(right, dtype=float), np.asarray(wrong, dtype=float)
    areas = np.array(
        [
            fast_auc(positive[i], negative[j])
            for i, j in _draws(len(positive), len(negative), _AUC_RESAMPLES)
        ]
    )
    low, high = _interval(areas, level)
    return Estimate(fast_auc(positive, negative), low, high, len(positive) + len(negative))


def difference_auc(
    now: tuple[Sequence[float], Sequence[float]],
    then: tuple[Sequence[float], Sequence[float]],
    level: float = 0.95,
) -> Difference:
    """The paired difference of two areas; each side is (answerable, unanswerable) confidences."""
    (right, wrong), (right_then, wrong_then) = (
        (np.asarray(side[0], dtype=float), np.asarray(side[1], dtype=float)) for side in (now, then)
    )
    gaps = np.array(
        [
            fast_auc(right[i], wrong[j]) - fast_auc(right_then[i], wrong_then[j])
            for i, j in _draws(len(right), len(wrong), RESAMPLES)
        ]
    )
    low, high = _interval(gaps, level)
    area, before = fast_auc(right, wrong), fast_auc(right_then, wrong_then)
    return Difference(area, before, low, high, len(right) + len(wrong), _p_worse(gaps))


def _p_worse(gains: Floats) -> float:
    # rounding must not turn "all the same" into a tiny loss
    return float((1 + (gains > -1e-12).sum()) / (1 + len(gains)))


def _interval(means: Floats, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def _means(sample: Floats) -> Floats:
    result: Floats = _weights(len(sample)) @ sample
    return result


@lru_cache(maxsize=32)
def _weights(n: int) -> Floats:
    """How often each of n questions is drawn in each resample, as shares: (RESAMPLES, n)."""
    generator = np.random.default_rng([_SEED, n])
    counts = generator.multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    weights: Floats = counts / n
    weights.flags.writeable = False
    return weights


def _draws(n: int, m: int, count: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    generator = np.random.default_rng([_SEED, n, m])
    return [(generator.integers(n, size=n), generator.integers(m, size=m)) for _ in range(count)]
