"""From a pipeline and its questions to an evaluation with its reports."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import BaselineError, QuestionFileError
from rag.evaluation.dataset.question import QuestionSet
from rag.evaluation.evaluation import Evaluation, fingerprint
from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.regression.baseline import Baseline, baseline_of, means_of
from rag.evaluation.regression.verdict import Verdict
from rag.evaluation.reports.data import report_data
from rag.evaluation.reports.files import json_report, junit_report, markdown_report
from rag.evaluation.reports.history import append_history, history_line, read_history
from rag.evaluation.reports.html import html_report
from rag.evaluation.runner import Asked, run
from rag.evaluation.summary import ALL, summarise
from rag.evaluation.wording import counted
from rag.storage.atomic import write_text

if TYPE_CHECKING:
    from rag.evaluation.metrics.llm_judge import Judge

REPORTS = "reports"
LATEST = "latest"
HTML_FILE, JSON_FILE, JUNIT_FILE, MARKDOWN_FILE = (
    "report.html", "report.json", "junit.xml", "summary.md",
)  # fmt: skip
_LISTED = 10


@dataclass(frozen=True, slots=True)
class Reports:
    """Where the reports of a run are."""

    html: Path
    json: Path
    junit: Path
    markdown: Path


def evaluate_pipeline(
    pipeline: Asked,
    questions: QuestionSet,
    *,
    embedding: str,
    answerer: str,
    split: str = ALL,
    model: str | None = None,
    judge: Judge | None = None,
    repeat: int = 1,
    progress: bool = False,
) -> Evaluation:
    """Ask the questions of a split, each `repeat` times, and summarise what came of them.

    Raises:
        QuestionFileError: the split holds no answerable question.
        ShioriError: the index is empty, missing or broken.
    """
    chosen = questions.only(split)
    if not any(one.answerable for one in chosen.questions):
        raise QuestionFileError(f"the split '{split}' holds no answerable question")
    mark = fingerprint(pipeline.index(), embedding, answerer, chosen, split)
    rows = run(pipeline, chosen.questions, model=model, judge=judge, repeat=repeat,
               progress=progress)  # fmt: skip
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return Evaluation(mark, now, rows, len(questions.drafts), summarise(rows))


def write_reports(
    evaluation: Evaluation, verdict: Verdict, data_dir: Path, folder: Path | None = None
) -> Reports:
    """Write all reports and add the run to the history of the data folder.

    Raises:
        DiskFull: a folder has no room or cannot be written.
    """
    target = folder or data_dir / REPORTS / LATEST
    data = report_data(evaluation, verdict)
    history: list[dict[str, Any]] = [*read_history(data_dir / REPORTS), history_line(data)]
    reports = Reports(
        *(target / name for name in (HTML_FILE, JSON_FILE, JUNIT_FILE, MARKDOWN_FILE))
    )
    write_text(reports.html, html_report(data, history))
    write_text(reports.json, json_report(data))
    write_text(reports.junit, junit_report(data))
    write_text(reports.markdown, markdown_report(data))
    append_history(data_dir / REPORTS, data)
    return reports


def baseline_changes(evaluation: Evaluation, before: Baseline | None) -> list[str]:
    """What making this run the baseline changes: a line a figure, and the questions.

    Raises:
        BaselineError: a question ended in an error; such a run is no baseline.
    """
    failed = [row.question.id for row in evaluation.rows if row.reason == "error"]
    if failed:
        raise BaselineError(
            f"{counted(len(failed), 'question')} ended in an error ({failed[0]}): "
            "not made the baseline"
        )
    then = before.means if before else {}
    lines: list[str] = []
    for group, means in means_of(evaluation.summary).items():
        if before is None and group != ALL:
            continue  # all is new: the run's own table has the rest
        for metric, value in means.items():
            was = then.get(group, {}).get(metric)
            if was is None or abs(value - was) >= 5e-4:
                about = "" if group == ALL else f" ({group.partition(':')[2]})"
                change = f"{value:.3f} (new)" if was is None else f"{was:.3f} -> {value:.3f}"
                lines.append(f"{METRICS[metric].label}{about}: {change}")
    return lines + _question_changes(evaluation, before)


def _question_changes(evaluation: Evaluation, before: Baseline | None) -> list[str]:
    if before is None:
        return [f"questions: {len(evaluation.rows)} (new)"]
    now = baseline_of(evaluation).questions
    then = before.questions
    both = [name for name in now if name in then]
    return [
        *_named("questions added", [name for name in now if name not in then]),
        *_named("questions gone", [name for name in then if name not in now]),
        *_named("right now", [n for n in both if then[n].reason and not now[n].reason]),
        *_named("wrong now", [n for n in both if now[n].reason and not then[n].reason]),
    ]


def _named(what: str, ids: Sequence[str]) -> list[str]:
    more = ", ..." if len(ids) > _LISTED else ""
    return [f"{what}: {len(ids)} ({', '.join(ids[:_LISTED])}{more})"] if ids else []
