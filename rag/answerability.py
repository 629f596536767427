"""Whether the corpus answers a question, judged before any model is called.

A logistic model over a few signals that mean the same in every corpus: how near the nearest passage
is in meaning; the question's names, words and concepts that the corpus or the passage does not
hold; the kind of answer asked for, where the lines near the question hold nothing of that kind; and
whether it asks for all about a thing or for something particular.
Its weights come from `bench/fit_answerability.py`, fitted on the dev halves of its question sets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from rag.asked import SOFT_KINDS
from rag.errors import SettingsError
from rag.evidence import Evidence
from rag.question_shape import Shape
from rag.questions import asks_nothing

# More is refused of new questions than of those that the signals were thought out on: so the
# default is where cross-validation refuses 5 %, for 10 % at most of new ones.
THRESHOLDS: Final = {"lenient": 0.15, "balanced": 0.28, "strict": 0.5}
INTERCEPT: Final = 4.49
WEIGHTS: Final = {
    "dense": 0.90,
    "far": -17.83,
    "unknown": -2.15,
    "unsaid": -0.57,
    "absent": -1.31,
    "elsewhere": -1.03,
    "scattered": -0.70,
    "focus": -1.10,
    "missing": -0.93,
    "gap": -2.28,
    "apart": -2.23,
    "open": -1.43,
    "broad": 0.70,
    "method": 0.54,
}
_USUAL_SHAPE: Final = Shape(broad=-2.0, method=-2.2)  # the mean of dev, for other models
UNSURE: Final = 0.6
"""The confidence below which a reader is told that the answer may not be one."""
_FAR = 0.35  # a cosine below which passages are about something else


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to answer; `confidence` is the estimated chance that the corpus answers, 0..1.

    `reasons` are what speaks against, each as `word: detail`: `unknown` (names the corpus does not
    hold), `absent` (concepts, likewise), `missing` (kinds of answer), `far` (nothing near in
    meaning), `nothing` (it asks for nothing).
    """

    answerable: bool
    confidence: float
    reasons: tuple[str, ...] = ()


def threshold(setting: str) -> float:
    """The least confidence to answer at, from the setting ANSWERABILITY.

    Raises:
        SettingsError: it is neither a known word nor a number in 0..1.
    """
    word = setting.strip().lower()
    if word in THRESHOLDS:
        return THRESHOLDS[word]
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise SettingsError(
            f"ANSWERABILITY={setting!r} is not usable: take {', '.join(THRESHOLDS)} or a number "
            "from 0 (always answer) to 1 (never)."
        )
    return value


def features(evidence: Evidence) -> dict[str, float]:
    """The model's inputs: signals 0..2, and log-odds of how it is asked."""
    lacking = set(evidence.missing) - SOFT_KINDS
    shape = evidence.shape or _USUAL_SHAPE
    return {
        "dense": evidence.dense,
        "far": max(0.0, _FAR - evidence.dense),
        "unknown": float(min(len(evidence.unknown), 2)),
        "unsaid": evidence.unsaid,
        "absent": float(bool(evidence.absent)),
        "elsewhere": float(bool(evidence.elsewhere)),
        "scattered": float(min(evidence.scattered, 2)),
        "focus": evidence.focus,
        "missing": float(bool(lacking)),
        "gap": evidence.gap,
        "apart": float("comparison" in evidence.missing),
        "open": float(bool(SOFT_KINDS.intersection(evidence.asked) - {"comparison"})),
        "broad": shape.broad,
        "method": shape.method,
    }


def judge(evidence: Evidence, setting: str = "balanced") -> Judgement:
    """Judge a question by the evidence of its search.

    Args:
        evidence: from `rag.evidence.evidence_of`.
        setting: how strict to be: `lenient`, `balanced`, `strict`, or a threshold in 0..1.
    """
    least = threshold(setting)
    if asks_nothing(evidence.question):
        return Judgement(least == 0, 0.0, ("nothing: no word says what it is about",))
    score = INTERCEPT + sum(WEIGHTS[name] * value for name, value in features(evidence).items())
    confidence = 1 / (1 + math.exp(-score))
    reasons = [f"unknown: {', '.join(evidence.unknown)}"] if evidence.unknown else []
    reasons += [f"absent: {', '.join(evidence.absent)}"] if evidence.absent else []
    reasons += [f"missing: {', '.join(evidence.missing)}"] if evidence.missing else []
    reasons += ["far: nothing near in meaning"] if evidence.dense < _FAR else []
    return Judgement(confidence >= least, round(confidence, 4), tuple(reasons))
