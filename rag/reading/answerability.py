"""Whether the corpus answers a question, judged before any model is called.

A logistic model over a few signals that mean the same in every corpus: how near the nearest passage
is in meaning; the question's names, words and concepts that the corpus or the passage does not
hold; the kind of answer asked for, where the lines near the question hold nothing of that kind;
whether it asks for all about a thing or for something particular; and what a reader makes of the
passages.
Its weights come from `bench/training/fit_answerability.py`, fitted on the dev halves of its
question sets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from rag.errors import SettingsError
from rag.query.answer_kinds import SOFT_KINDS
from rag.query.validation import asks_nothing
from rag.reading.evidence import Evidence
from rag.reading.question_shape import Shape

# More is refused of new questions than of those that the signals were thought out on: so the
# default is where cross-validation refuses 5 %, for 10 % at most of new ones.
THRESHOLDS: Final = {"lenient": 0.15, "balanced": 0.28, "strict": 0.5}
INTERCEPT: Final = 4.70
WEIGHTS: Final = {
    "read": 0.31,
    "far": -12.15,
    "unknown": -1.40,
    "unsaid": -0.92,
    "absent": -1.05,
    "elsewhere": -0.79,
    "scattered": -0.28,
    "focus": -0.79,
    "missing": -0.71,
    "gap": -2.06,
    "apart": -2.28,
    "open": -1.44,
    "broad": 0.63,
    "method": 0.21,
}
# Where there is no reader, on platforms without the embedded model.
UNREAD_INTERCEPT: Final = 4.52
UNREAD_WEIGHTS: Final = {
    "dense": 0.34,
    "far": -17.45,
    "unknown": -1.85,
    "unsaid": -1.08,
    "absent": -1.13,
    "elsewhere": -0.94,
    "scattered": -0.78,
    "focus": -0.99,
    "missing": -0.76,
    "gap": -2.40,
    "apart": -2.13,
    "open": -1.53,
    "broad": 0.77,
    "method": 0.37,
}
_USUAL_SHAPE: Final = Shape(broad=-2.0, method=-2.2)  # the mean of dev, for other models
UNSURE: Final = 0.6
"""The confidence below which a reader is told that the answer may not be one."""
_MOST = 8.0  # log-odds beyond which the reader says no more
_UNANSWERED = -2.0  # log-odds below which a passage is said not to answer
_FAR = 0.35  # a cosine below which passages are about something else


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to answer; `confidence` is the estimated chance that the corpus answers, 0..1.

    `reasons` are what speaks against, each as `word: detail`: `unknown` (names the corpus does not
    hold), `absent` (concepts, likewise), `missing` (kinds of answer), `read` (no passage seems to
    answer), `far` (nothing near in meaning), `nothing` (it asks for nothing).
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
    near = {"dense": evidence.dense}
    if evidence.read is not None:  # which says all that the cosine says, unless it is far off
        near = {"read": max(-_MOST, min(_MOST, evidence.read))}
    return near | {
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
        evidence: from `rag.reading.evidence.evidence_of`.
        setting: how strict to be: `lenient`, `balanced`, `strict`, or a threshold in 0..1.
    """
    least = threshold(setting)
    if asks_nothing(evidence.question):
        return Judgement(least == 0, 0.0, ("nothing: no word says what it is about",))
    weights, intercept = (
        (UNREAD_WEIGHTS, UNREAD_INTERCEPT) if evidence.read is None else (WEIGHTS, INTERCEPT)
    )
    score = intercept + sum(weights[name] * value for name, value in features(evidence).items())
    confidence = 1 / (1 + math.exp(-score))
    reasons = [f"unknown: {', '.join(evidence.unknown)}"] if evidence.unknown else []
    reasons += [f"absent: {', '.join(evidence.absent)}"] if evidence.absent else []
    reasons += [f"missing: {', '.join(evidence.missing)}"] if evidence.missing else []
    if evidence.read is not None and evidence.read < _UNANSWERED:
        reasons.append("read: no passage seems to answer it")
    reasons += ["far: nothing near in meaning"] if evidence.dense < _FAR else []
    return Judgement(confidence >= least, round(confidence, 4), tuple(reasons))
