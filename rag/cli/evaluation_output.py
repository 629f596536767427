"""What `python -m rag evaluate` prints: the figures and the verdict, or one JSON object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.cli.console import say
from rag.evaluation.evaluation import Evaluation
from rag.evaluation.regression.verdict import Verdict
from rag.evaluation.reports.data import summary_data, verdict_data
from rag.evaluation.reports.text import figures_table


def print_run(evaluation: Evaluation, verdict: Verdict, html: Path) -> None:
    """The figures, what went wrong, the notes, and the verdict as the last line."""
    say("\n".join(figures_table(evaluation.summary, verdict)))
    reasons = ", ".join(f"{name} {n}" for name, n in evaluation.summary.reasons.items())
    say(f"\nWent wrong: {reasons or 'nothing'}")
    for row in evaluation.rows:
        if row.stale:
            for line in row.details:
                say(f"  stale: {row.question.file}:{row.question.line}: {line}")
    for note in verdict.notes:
        say(f"Note: {note}")
    for finding in verdict.findings[1:]:
        say(f"Also: {finding}")
    say(f"Report: {html}\n\n{verdict.line}")


def print_changes(changes: list[str], path: Path) -> None:
    """What an update of the baseline changed."""
    say(f"\n{path} now holds this run. What that changes:")
    for line in changes or ["nothing"]:
        say(f"  {line}")


def run_as_json(
    evaluation: Evaluation, verdict: Verdict, html: Path, changes: list[str]
) -> dict[str, Any]:
    """The run as one JSON object."""
    mark = evaluation.fingerprint
    return {
        "verdict": verdict_data(verdict),
        "summary": summary_data(evaluation.summary),
        "embedding": mark.embedding,
        "answerer": mark.answerer,
        "split": mark.split,
        "corpus": mark.corpus,
        "question_set": mark.questions,
        "drafts": evaluation.drafts,
        "baseline_changes": changes,
        "report": str(html),
    }
