"""The run that later ones are compared with, as a file that is committed.

One line a question, sorted, so that a change of the baseline can be reviewed as a diff.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import BaselineError
from rag.evaluation.evaluation import Evaluation, Fingerprint
from rag.evaluation.files import write_text
from rag.evaluation.summary import ALL, Summary

BASELINE_FILE = "baseline.json"
_FORMAT = 1
_DIGITS = 6
_UPDATE = "`python -m rag evaluate --update-baseline` makes a new one"


@dataclass(frozen=True, slots=True)
class Before:
    """What a question came to in the baseline."""

    digest: str
    reason: str
    answerable: bool
    unindexed: bool
    confidence: float | None
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A former evaluation: what was evaluated, its means by group, and every question."""

    fingerprint: Fingerprint
    created: str
    questions: Mapping[str, Before]
    means: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    path: str = ""


def baseline_of(evaluation: Evaluation) -> Baseline:
    """An evaluation as a baseline for later ones."""
    questions = {
        row.question.id: Before(
            row.question.digest(),
            row.reason,
            row.question.answerable,
            any(check.state == "unindexed" for check in row.checks),
            None if row.confidence is None else round(row.confidence, _DIGITS),
            {name: round(value, _DIGITS) for name, value in sorted(row.figures.items())},
        )
        for row in sorted(evaluation.rows, key=lambda row: row.question.id)
    }
    return Baseline(
        evaluation.fingerprint, evaluation.created, questions, means_of(evaluation.summary)
    )


def means_of(summary: Summary) -> dict[str, dict[str, float]]:
    """The means of all questions and of each language, rounded."""
    return {
        name: {metric: round(one.mean, _DIGITS) for metric, one in group.figures.items()}
        for name, group in summary.groups.items()
        if name == ALL or name.startswith("lang:")
    }


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline, whole or not at all."""
    mark = baseline.fingerprint
    head = {
        "format": _FORMAT,
        "created": baseline.created,
        "embedding": mark.embedding,
        "answerer": mark.answerer,
        "split": mark.split,
        "question_set": mark.questions,
        "means": baseline.means,
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
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"{path}: the baseline cannot be read: {error}") from None
    except json.JSONDecodeError as error:
        raise BaselineError(f"{path}:{error.lineno}: not JSON: {error.msg}; {_UPDATE}") from None
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
        return Baseline(mark, data["created"], questions, dict(data["means"]), str(path))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BaselineError(f"{path}: not a whole baseline ({error!r}); {_UPDATE}") from None


def _before(data: Mapping[str, Any]) -> Before:
    sure = data["confidence"]
    return Before(
        str(data["digest"]),
        str(data["reason"]),
        bool(data["answerable"]),
        bool(data["unindexed"]),
        None if sure is None else float(sure),
        {str(name): float(value) for name, value in data["figures"].items()},
    )


def _as_json(one: Before) -> dict[str, Any]:
    return {
        "digest": one.digest,
        "reason": one.reason,
        "answerable": one.answerable,
        "unindexed": one.unindexed,
        "confidence": one.confidence,
        "figures": one.figures,
    }


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
