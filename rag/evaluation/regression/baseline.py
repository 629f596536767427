"""The run that later ones are compared with, as a file that is committed.

One line a question, sorted, so that a change of the baseline can be reviewed as a diff. It holds no
time, path or name of a machine: the same run makes the same file. Figures are rounded to four
digits, confidences to three, on both sides of a comparison: the last bits of a float, which
another processor adds up in another order, are no difference.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import BaselineError
from rag.evaluation.evaluation import Evaluation, Fingerprint
from rag.evaluation.metrics.retrieval import CUTOFFS
from rag.evaluation.summary import ALL, Summary
from rag.storage.atomic import write_text

BASELINE_FILE = "baseline.json"
_FORMAT = 1
_DIGITS = 4
_CONFIDENCE_DIGITS = 3
_UPDATE = "`python -m rag evaluate --update-baseline` makes a new one"


@dataclass(frozen=True, slots=True)
class Before:
    """What a question came to in the baseline."""

    digest: str
    reason: str
    unindexed: bool
    confidence: float | None
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A former evaluation: what was evaluated, its means by group, and every question."""

    fingerprint: Fingerprint
    questions: Mapping[str, Before]
    means: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    path: str = ""


def baseline_of(evaluation: Evaluation) -> Baseline:
    """An evaluation as a baseline for later ones."""
    questions = {
        row.question.id: Before(
            row.question.digest(),
            row.reason,
            any(check.state == "unindexed" for check in row.checks),
            None if row.confidence is None else rounded_confidence(row.confidence),
            {name: rounded(value) for name, value in sorted(row.figures.items())},
        )
        for row in sorted(evaluation.rows, key=lambda row: row.question.id)
    }
    return Baseline(evaluation.fingerprint, questions, means_of(evaluation.summary))


def rounded(figure: float) -> float:
    """A figure as it is kept and compared."""
    return round(float(figure), _DIGITS)


def rounded_confidence(confidence: float) -> float:
    """A confidence as it is kept and compared."""
    return round(float(confidence), _CONFIDENCE_DIGITS)


def means_of(summary: Summary) -> dict[str, dict[str, float]]:
    """The means of all questions and of each language, rounded."""
    return {
        name: {metric: rounded(one.mean) for metric, one in group.figures.items()}
        for name, group in summary.groups.items()
        if name == ALL or name.startswith("lang:")
    }


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline, whole or not at all."""
    mark = baseline.fingerprint
    head = {
        "format": _FORMAT,
        "embedding": mark.embedding,
        "answerer": mark.answerer,
        "split": mark.split,
        "question_set": mark.questions,
        "means": {
            group: {metric: _short(mean) for metric, mean in sorted(means.items())}
            for group, means in sorted(baseline.means.items())
        },
        "sources": dict(sorted(mark.sources.items())),
    }
    lines = [f"    {_dumps(name)}: {_dumps(_as_json(one))}" for name, one in
             sorted(baseline.questions.items())]  # fmt: skip
    body = json.dumps(head, ensure_ascii=False, indent=2)[:-2]
    write_text(path, body + ',\n  "questions": {\n' + ",\n".join(lines) + "\n  }\n}\n")


def load_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        BaselineError: there is none, or it is not one of this version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise BaselineError(f"{path}: the baseline cannot be read: {error}; {_UPDATE}") from None
    except json.JSONDecodeError as error:
        raise BaselineError(f"{path}:{error.lineno}: not JSON: {error.msg}; {_UPDATE}") from None
    except ValueError as error:  # a number too long
        raise BaselineError(f"{path}: not JSON: {error}; {_UPDATE}") from None
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise BaselineError(f"{path}: not a baseline of format {_FORMAT}; {_UPDATE}")
    try:
        mark = Fingerprint(
            data["embedding"],
            data["answerer"],
            data["question_set"],
            data["split"],
            dict(data["sources"]),
        )
        questions = {name: _before(one) for name, one in data["questions"].items()}
        return Baseline(mark, questions, dict(data["means"]), str(path))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BaselineError(f"{path}: not a whole baseline ({error!r}); {_UPDATE}") from None


def _before(data: Mapping[str, Any]) -> Before:
    figures = {str(name): _number(value) for name, value in data["figures"].items()}
    sure = data.get("confidence")
    return Before(
        str(data["digest"]),
        str(data.get("reason", "")),
        bool(data.get("unindexed", False)),
        None if sure is None else _number(sure),
        _told_by_mrr(figures) | figures,
    )


def _told_by_mrr(figures: Mapping[str, float]) -> dict[str, float]:
    """Whether the first expected place is among the first k passages, from 1 / its rank."""
    if "mrr_10" not in figures:
        return {}
    rank = round(1 / figures["mrr_10"]) if figures["mrr_10"] else 0
    return {f"hit_{k}": float(0 < rank <= k) for k in CUTOFFS}


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no figure")
    return number


def _as_json(one: Before) -> dict[str, Any]:
    """A question as it is written, without what the reader knows anyway."""
    told = _told_by_mrr(one.figures)
    figures = {
        name: _short(value) for name, value in one.figures.items() if told.get(name) != value
    }
    found: dict[str, Any] = {"digest": one.digest}
    if one.reason:
        found["reason"] = one.reason
    if one.unindexed:
        found["unindexed"] = True
    if one.confidence is not None:
        found["confidence"] = one.confidence
    return found | {"figures": figures}


def _short(value: float) -> float:
    return int(value) if value == int(value) else value


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
