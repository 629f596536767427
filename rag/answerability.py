"""Whether the corpus answers a question, judged before any model is called.

A logistic model over a few signals that mean the same in every corpus: how near the nearest passage
and line are in meaning, the question's words it holds, names that the corpus does not know, and the
kind of answer asked for where the nearest lines hold nothing of that kind. Its weights come from
`bench/fit_answerability.py`, fitted on the dev half of the question set alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from rag.errors import SettingsError
from rag.evidence import Evidence

THRESHOLDS: Final = {"lenient": 0.25, "balanced": 0.4, "strict": 0.6}
SOFT_KINDS: Final = frozenset(("reason", "comparison", "definition", "howto", "list"))
"""Kinds that no pattern finds in a passage: asking for them only makes an answer less likely."""

INTERCEPT: Final = -1.81
WEIGHTS: Final = {
    "dense": 3.52,
    "line": 3.18,
    "lexical": 0.46,
    "lexical_across": 0.74,
    "unknown": -1.63,
    "missing": -3.35,
    "given": -1.74,
    "soft": -1.14,
    "across": 0.22,
}
_FAR = 0.4


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to answer; `confidence` is the estimated chance that the corpus answers, 0..1.

    `reasons` are what speaks against, each as `word: detail`: `unknown` (names the corpus does not
    hold), `missing` (kinds of answer), `far` (nothing near in meaning).
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
    """The model's inputs, each 0..2."""
    same = evidence.same_language
    lexical = min(evidence.lexical, 1.5)
    hard = [kind for kind in evidence.asked if kind not in SOFT_KINDS]
    return {
        "dense": evidence.dense,
        "line": evidence.line,
        "lexical": lexical if same else 0.0,
        "lexical_across": 0.0 if same else lexical,
        "unknown": float(min(len(evidence.unknown), 2)),
        "missing": float(bool(evidence.missing)),
        "given": float(any(kind not in evidence.missing for kind in hard)),
        "soft": float(len(hard) < len(evidence.asked)),
        "across": float(not same),
    }


def judge(evidence: Evidence, setting: str = "balanced") -> Judgement:
    """Judge a question by the evidence of its search.

    Args:
        evidence: from `rag.evidence.evidence_of`.
        setting: how strict to be: `lenient`, `balanced`, `strict`, or a threshold in 0..1.
    """
    least = threshold(setting)
    score = INTERCEPT + sum(WEIGHTS[name] * value for name, value in features(evidence).items())
    confidence = 1 / (1 + math.exp(-score))
    reasons = [f"unknown: {', '.join(evidence.unknown)}"] if evidence.unknown else []
    reasons += [f"missing: {', '.join(evidence.missing)}"] if evidence.missing else []
    reasons += ["far: nothing near in meaning"] if evidence.dense < _FAR else []
    return Judgement(confidence >= least, round(confidence, 4), tuple(reasons))
