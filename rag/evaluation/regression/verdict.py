"""Fine or worse: limits that were missed, and drops that are more than noise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluation.evaluation import Evaluation
from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.outcome import Row
from rag.evaluation.regression.baseline import Baseline
from rag.evaluation.regression.bootstrap import FEW
from rag.evaluation.regression.comparison import (
    Comparison,
    about,
    compare,
    shared_rows,
    what_differs,
)
from rag.evaluation.regression.thresholds import SHARES, Thresholds
from rag.evaluation.summary import ALL, groups_of
from rag.evaluation.wording import counted

NO_BASELINE = "no baseline to compare with; `python -m rag evaluate --update-baseline` makes one"
_MOST = 0.6
_NAMES = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """`findings` make it worse, the first one first; `notes` are to be known, and no more."""

    findings: tuple[str, ...]
    notes: tuple[str, ...]
    comparisons: tuple[Comparison, ...] = ()

    @property
    def worse(self) -> bool:
        """Whether CI should be red."""
        return bool(self.findings)

    @property
    def line(self) -> str:
        """The verdict in one line."""
        if self.findings:
            others = len(self.findings) - 1
            more = f" (and {others} more)" if others else ""
            return f"Worse: {self.findings[0]}{more}"
        better = [one for one in self.comparisons if one.better and one.group == ALL]
        if better:
            named = ", ".join(
                f"{one.label} {one.difference.change:+.3f}" for one in better[:_NAMES]
            )
            return f"Fine, and better in {named}"
        return "Fine: nothing got worse" if self.comparisons else "Fine: every limit is kept"


def judge(
    evaluation: Evaluation, thresholds: Thresholds, baseline: Baseline | None = None
) -> Verdict:
    """Judge an evaluation by its limits and, where there is one, its baseline.

    A metric is worse only if the paired bootstrap is sure of a drop (one-sided; all metrics, over
    all questions and those of each language, are judged together at `thresholds.confidence`). A
    place that the index held and does not hold any more is no noise and always counts.

    Raises:
        BaselineError: the baseline is of another corpus or of other questions.
    """
    missed, notes = _limits(evaluation, thresholds)
    notes += _stood_in(evaluation)
    notes += _flaky(evaluation)
    if baseline is None:
        notes.append(NO_BASELINE)
        return Verdict(tuple(missed), tuple(notes))
    shared = shared_rows(evaluation, baseline)
    notes += what_differs(evaluation, baseline, shared)
    compared = compare(shared, baseline, thresholds)
    if not compared:
        notes.append(f"{baseline.path}: no figure that is watched is in it: nothing was compared")
    gone = _lost_places(shared, baseline)
    # the surest and largest drop first; all questions before one language
    worse = sorted(
        (one for one in compared if one.worse),
        key=lambda one: (one.group != ALL, -abs(one.difference.change)),
    )
    dropped = [_finding(one, shared, baseline) for one in worse]
    lost = [_lost_line(gone)] if gone else []
    # what explains the drop is told before it
    first = not worse or _explains(gone, worse[0], shared, baseline)
    told = [*lost, *dropped] if first else [*dropped, *lost]
    return Verdict((*told, *missed), tuple(notes), compared)


def _limits(evaluation: Evaluation, thresholds: Thresholds) -> tuple[list[str], list[str]]:
    findings: list[str] = []
    notes: list[str] = []
    for least, limits in ((True, thresholds.at_least), (False, thresholds.at_most)):
        for (metric, group), limit in limits.items():
            value, n, label = _value(evaluation, metric, group)
            if value is None:
                notes.append(f"{label} has a limit, but no question counts for it")
            elif (value < limit - 1e-9) if least else (value > limit + 1e-9):
                few = f", {'few: ' * (n < FEW)}{counted(n, 'question')}"
                wanted = "at least" if least else "at most"
                findings.append(f"{label} is {value:.3f}, wanted {wanted} {limit:g}{few}")
    return findings, notes


def _value(evaluation: Evaluation, metric: str, group: str) -> tuple[float | None, int, str]:
    if metric in SHARES:
        rows = [row for row in evaluation.rows if group in groups_of(row)]
        counts = {
            "stale": sum(row.stale for row in rows),
            "errors": sum(row.reason == "error" for row in rows),
            "unindexed": sum(_unindexed(row) for row in rows),
        }
        label = f"the share of {SHARES[metric]}{about(group)}"
        return (counts[metric] / len(rows) if rows else None), len(rows), label
    found = evaluation.summary.groups.get(group)
    estimate = found.figures.get(metric) if found else None
    label = METRICS[metric].label + about(group)
    return (estimate.mean, estimate.n, label) if estimate else (None, 0, label)


def _stood_in(evaluation: Evaluation) -> list[str]:
    """Answers by another model than the one that was to be evaluated."""
    wanted = evaluation.fingerprint.answerer.partition(",")[0].strip()
    models = Counter(row.answer.model for row in evaluation.rows if row.answer)
    return [
        f"{n} answers came from {name}, not from {wanted}"
        for name, n in models.most_common()
        if name != wanted
    ]


def _flaky(evaluation: Evaluation) -> list[str]:
    """Questions that came out differently when they were asked again."""
    flaky = [row.question.id for row in evaluation.rows if row.flaky]
    times = max((len(row.outcomes) for row in evaluation.rows), default=1)
    if flaky:
        names = ", ".join(flaky[:_NAMES]) + (", ..." if len(flaky) > _NAMES else "")
        return [
            f"flaky: {len(flaky)} of {len(evaluation.rows)} questions came out differently when "
            f"asked {times} times: {names}"
        ]
    if times < 2 and not evaluation.fingerprint.answerer.startswith("extractive"):
        return ["asked once: `--repeat 3` tells which answers of a model vary"]
    return []


def _lost_places(shared: Sequence[Row], baseline: Baseline) -> list[Row]:
    """Rows with a place that the index held and does not hold any more."""
    return [
        row
        for row in shared
        if _unindexed(row) and not baseline.questions[row.question.id].unindexed
    ]


def _lost_line(lost: Sequence[Row]) -> str:
    sections = Counter(
        check.section for row in lost for check in row.checks if check.state == "unindexed"
    )
    where = "; ".join(f"{name}: {count}" for name, count in sections.most_common(3))
    return (
        f"{counted(len(lost), 'question', 'expect')} a place that stands in its source "
        f"but in no passage of the index any more ({where})"
    )


def _explains(
    lost: Sequence[Row], drop: Comparison, shared: Sequence[Row], baseline: Baseline
) -> bool:
    """Whether at least half of what a metric lost, it lost with places that left the index."""
    losses = _losses(drop, shared, baseline)
    ids = {row.question.id for row in lost}
    return sum(losses[name] for name in losses if name in ids) >= sum(losses.values()) / 2


def _losses(one: Comparison, shared: Sequence[Row], baseline: Baseline) -> dict[str, float]:
    """What each question lost in a metric, by its id."""
    sign = 1 if METRICS[one.metric].higher_is_better else -1
    losses: dict[str, float] = {}
    for row in shared:
        before = baseline.questions[row.question.id].figures.get(one.metric)
        now = row.figures.get(one.metric)
        if before is not None and now is not None and one.group in groups_of(row):
            losses[row.question.id] = max(0.0, sign * (before - now))
    return losses


def _finding(one: Comparison, shared: Sequence[Row], baseline: Baseline) -> str:
    change = one.difference
    verb = "fell" if change.change < 0 else "rose"
    few = ", few" if change.n < FEW else ""
    return (
        f"{one.label} {verb} from {change.then:.3f} to {change.now:.3f} ({change.change:+.3f}, "
        f"95% interval {change.low:+.3f} to {change.high:+.3f}, "
        f"{counted(change.n, 'question')}{few})"
        f"{_where(one, shared, baseline)}"
    )


def _where(one: Comparison, shared: Sequence[Row], baseline: Baseline) -> str:
    """The section that most of a loss is in, when it is not all over the corpus."""
    losses = _losses(one, shared, baseline)
    sections: dict[str, float] = {}
    for row in shared:
        if row.question.id in losses:
            lost = losses[row.question.id]
            sections[row.section] = sections.get(row.section, 0.0) + lost
    total = sum(sections.values())
    most = max(sections, key=lambda name: sections[name], default="")
    if len(sections) > 1 and total and sections[most] >= _MOST * total:
        return f", most of it in {most}"
    return ""


def _unindexed(row: Row) -> bool:
    return any(check.state == "unindexed" for check in row.checks)
