"""Whether the corpus answers a question, judged before any model is called.

The cross-encoder has read the first passages with the question; the best of what it says is turned
into a probability by two numbers, fitted on questions of several corpora (`calibration.json`, from
`python -m bench.fit_answerability`). A name or year that stands nowhere in the corpus speaks
against an answer by itself: nothing that was read can make up for it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from rag.errors import SettingsError
from rag.query.query import Query
from rag.query.validation import asks_nothing
from rag.types import Hit

# `balanced` refuses one answerable question in twenty of dev; of what it answers below `UNSURE` a
# reader is told so.
THRESHOLDS: Final = {"lenient": 0.1, "balanced": 0.2, "strict": 0.5}
UNSURE: Final = 0.6
"""The confidence below which a reader is told that the answer may not be one."""
_NAMES = 2  # unknown names beyond which more say no more
_FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to answer; `confidence` is the estimated chance that the corpus answers, 0..1.

    `reasons` are what speaks against, each as `word: detail`: `unknown` (names the corpus does not
    hold), `read` (no passage seems to answer), `nothing` (it asks for nothing).
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


def features(hits: Sequence[Hit], unknown: Sequence[str]) -> dict[str, float]:
    """The inputs of the calibration: what reading says, or search where nothing has read."""
    odds = [hit.odds for hit in hits if hit.odds is not None]
    near = max((hit.dense for hit in hits), default=0.0)
    said = {"odds": max(odds)} if odds else {"dense": near}
    return said | {"unknown": float(min(len(unknown), _NAMES))}


def confidence_of(inputs: Mapping[str, float]) -> float:
    """The calibrated chance, 0..1, that a question with these `features` is answered."""
    weights = _calibration()["read" if "odds" in inputs else "unread"]
    score = weights["intercept"] + sum(weights[name] * value for name, value in inputs.items())
    return 1 / (1 + math.exp(-score))


def judge(
    query: Query, hits: Sequence[Hit], unknown: Sequence[str], setting: str = "balanced"
) -> Judgement:
    """Judge a question by what was found for it.

    Args:
        query: the question.
        hits: as `rag.reading.passages.read` leaves them.
        unknown: its names that the corpus does not hold.
        setting: how strict to be: `lenient`, `balanced`, `strict`, or a threshold in 0..1.
    """
    least = threshold(setting)
    if asks_nothing(query.text):
        return Judgement(least == 0, 0.0, ("nothing: no word says what it is about",))
    if not hits:
        return Judgement(least == 0, 0.0, ("read: there is nothing to read",))
    confidence = confidence_of(features(hits, unknown))
    reasons = [f"unknown: {', '.join(unknown)}"] if unknown else []
    if confidence < UNSURE:
        reasons.append("read: no passage seems to answer it")
    return Judgement(confidence >= least, round(confidence, 4), tuple(reasons))


@cache
def _calibration() -> dict[str, dict[str, float]]:
    """The fitted numbers, by whether passages were read."""
    stored = json.loads(files("rag.reading").joinpath(_FILE).read_text("utf-8"))
    return {name: stored[name] for name in ("read", "unread")}
