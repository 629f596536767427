"""This run against the baseline, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.errors import BaselineError
from rag.evaluation.dataset.question import LANGUAGES
from rag.evaluation.evaluation import Evaluation
from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.outcome import Row
from rag.evaluation.regression.baseline import Baseline, rounded, rounded_confidence
from rag.evaluation.regression.bootstrap import (
    FEW,
    SMALLEST_P,
    Difference,
    difference,
    difference_auc,
)
from rag.evaluation.regression.thresholds import Thresholds
from rag.evaluation.summary import ALL, groups_of
from rag.evaluation.wording import counted

_NAMES = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """A watched metric now and in the baseline, over the questions both have."""

    metric: str
    group: str
    difference: Difference
    worse: bool
    better: bool

    @property
    def label(self) -> str:
        """The metric's name for people, with the group it is about."""
        return METRICS[self.metric].label + about(self.group)


def about(group: str) -> str:
    """A group as it stands behind a figure's name."""
    return "" if group == ALL else f" ({group.partition(':')[2]})"


def shared_rows(evaluation: Evaluation, baseline: Baseline) -> list[Row]:
    """The rows whose question the baseline has as well, unchanged and with its places there.

    Raises:
        BaselineError: the baseline is of another corpus or of other questions.
    """
    then = baseline.fingerprint.sources
    if not set(then) & set(evaluation.fingerprint.sources):
        raise BaselineError(
            f"{baseline.path}: a baseline of another corpus: none of its {len(then)} sources "
            f"(such as {next(iter(then), 'none')}) is in this index; name another one with "
            "--baseline, or make it anew with --update-baseline"
        )
    shared = []
    for row in evaluation.rows:
        before = baseline.questions.get(row.question.id)
        if before and before.digest == row.question.digest() and before.reason != "stale":
            shared.append(row)
    if not shared:
        raise BaselineError(
            f"{baseline.path}: a baseline of other questions: none of these "
            f"{len(evaluation.rows)} is in it unchanged; make it anew with --update-baseline"
        )
    return [row for row in shared if not row.stale]


def what_differs(evaluation: Evaluation, baseline: Baseline, shared: Sequence[Row]) -> list[str]:
    """What makes the comparison one of unequal things."""
    now, then = evaluation.fingerprint, baseline.fingerprint
    notes: list[str] = []
    for what in ("embedding", "answerer", "split"):
        mine, other = getattr(now, what), getattr(then, what)
        if mine != other:
            notes.append(f"the baseline has {what} '{other}', this run '{mine}'")
    if now.corpus != then.corpus:
        both = now.sources.keys() & then.sources.keys()
        changed = sum(now.sources[name] != then.sources[name] for name in both)
        new, gone = len(now.sources) - len(both), len(then.sources) - len(both)
        told = f"{counted(changed, 'source')} changed, {new} new, {gone} gone"
        notes.append(f"the corpus is not the baseline's: {told}")
    for what, ids in _not_compared(evaluation, baseline):
        if ids:
            names = ", ".join(ids[:_NAMES]) + (", ..." if len(ids) > _NAMES else "")
            notes.append(f"{counted(len(ids), 'question')} {what}, not compared: {names}")
    if 0 < len(shared) < FEW:
        notes.append(f"few: only {counted(len(shared), 'question')} to compare")
    return notes


def _not_compared(evaluation: Evaluation, baseline: Baseline) -> Iterator[tuple[str, list[str]]]:
    then = baseline.questions
    known = [row for row in evaluation.rows if row.question.id in then]
    changed = [row for row in known if then[row.question.id].digest != row.question.digest()]
    stale = [row for row in known if row.stale and then[row.question.id].reason != "stale"]
    asked = {row.question.id for row in evaluation.rows}
    yield "new", [row.question.id for row in evaluation.rows if row.question.id not in then]
    yield "changed", [row.question.id for row in changed]
    yield "stale since the baseline", [row.question.id for row in stale]
    if evaluation.fingerprint.split == baseline.fingerprint.split:  # else that is said already
        yield "not asked now", [name for name in then if name not in asked]


def compare(
    shared: Sequence[Row], baseline: Baseline, thresholds: Thresholds
) -> tuple[Comparison, ...]:
    """Every watched metric over all shared questions and over those of each language.

    Which are worse is decided over all of them at once (`sure_of_a_drop`): with 45 comparisons,
    each by itself 99% sure, one run in six without any effect would be red.
    """
    found: list[tuple[str, str, Difference]] = []
    for group in (ALL, *(f"lang:{one}" for one in LANGUAGES)):
        rows = [row for row in shared if group in groups_of(row)]
        if group != ALL and len(rows) == len(shared):
            continue  # only one language: that is all of them once more
        for metric in thresholds.watch:
            one = _auc(rows, baseline) if metric == "auc" else _paired(rows, baseline, metric)
            if one is not None:
                found.append((metric, group, one))
    sure = sure_of_a_drop([one.p_worse for _, _, one in found], 1 - thresholds.confidence)
    return tuple(
        _compared(metric, group, one, at in sure, thresholds.smallest_drop)
        for at, (metric, group, one) in enumerate(found)
    )


def sure_of_a_drop(p_values: Sequence[float], risk: float) -> set[int]:
    """Which drops are more than noise, when all together may be wrong with the given risk.

    Holm's step-down procedure (A simple sequentially rejective multiple test procedure,
    Scandinavian Journal of Statistics 6, 1979). No p-value is asked for that the resamples could
    not show.
    """
    sure: set[int] = set()
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    for done, at in enumerate(order):
        if p_values[at] > max(risk / (len(order) - done), SMALLEST_P):
            break
        sure.add(at)
    return sure


def _compared(
    metric: str, group: str, found: Difference, sure: bool, smallest: float
) -> Comparison:
    gain = found.change if METRICS[metric].higher_is_better else -found.change
    better = gain >= smallest and (found.low > 0 or found.high < 0)
    return Comparison(metric, group, found, sure and -gain >= smallest and gain < 0, better)


def _paired(rows: Sequence[Row], baseline: Baseline, metric: str) -> Difference | None:
    now: list[float] = []
    then: list[float] = []
    for row in rows:
        before = baseline.questions[row.question.id].figures
        if metric in row.figures and metric in before:
            now.append(rounded(row.figures[metric]))
            then.append(rounded(before[metric]))
    return difference(now, then, METRICS[metric].higher_is_better) if now else None


def _auc(rows: Sequence[Row], baseline: Baseline) -> Difference | None:
    now: tuple[list[float], list[float]] = ([], [])
    then: tuple[list[float], list[float]] = ([], [])
    for row in rows:
        before = baseline.questions[row.question.id].confidence
        if row.confidence is not None and before is not None:
            side = 0 if row.question.answerable else 1
            now[side].append(rounded_confidence(row.confidence))
            then[side].append(before)
    return difference_auc(now, then) if now[0] and now[1] else None
