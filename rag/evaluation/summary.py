"""From rows to figures: means with confidence intervals, by language, kind, section and tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.evaluation.metrics.retrieval import METRICS, percentile
from rag.evaluation.outcome import REASONS, Row
from rag.evaluation.regression.bootstrap import Estimate, estimate, estimate_auc

ALL = "all"
GROUPINGS = ("lang", "kind", "split", "section", "tag")


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of some of the questions, by name of the metric; `n` questions were asked."""

    n: int
    figures: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures by group (`all`, `lang:en`, `section:...`), failures by reason, times in seconds."""

    groups: Mapping[str, Group]
    reasons: Mapping[str, int]
    seconds: Mapping[str, float]

    def mean(self, metric: str, group: str = ALL) -> float | None:
        """A mean, or None where the group has no question that the metric applies to."""
        found = self.groups.get(group)
        value = found.figures.get(metric) if found else None
        return value.mean if value else None


def groups_of(row: Row) -> tuple[str, ...]:
    """The groups that a question counts in."""
    one = row.question
    named = [f"lang:{one.language}", f"kind:{one.kind}", f"split:{one.split}"]
    if one.answerable:
        named.append(f"section:{row.section}")
    return (ALL, *named, *(f"tag:{tag}" for tag in dict.fromkeys(one.tags)))


def confidences(rows: Iterable[Row]) -> tuple[list[float], list[float]]:
    """The confidences of answerable and of unanswerable questions, those set aside left out."""
    right: list[float] = []
    wrong: list[float] = []
    for row in rows:
        if row.confidence is not None:
            (right if row.question.answerable else wrong).append(row.confidence)
    return right, wrong


def summarise(rows: Sequence[Row]) -> Summary:
    """Summarise rows; stale ones count only among the reasons."""
    asked = [row for row in rows if not row.stale]
    members: dict[str, list[Row]] = {ALL: asked}
    for row in asked:
        for name in groups_of(row)[1:]:
            members.setdefault(name, []).append(row)
    order = {kind: at for at, kind in enumerate((ALL, *GROUPINGS))}
    names = sorted(members, key=lambda name: (order[name.partition(":")[0]], name))
    counted = Counter(row.reason for row in rows if row.reason)
    return Summary(
        {name: _group(members[name]) for name in names},
        {reason: counted[reason] for reason in REASONS if counted[reason]},
        _seconds(asked),
    )


def _group(rows: Sequence[Row]) -> Group:
    figures: dict[str, Estimate] = {}
    for name in METRICS:
        values = [row.figures[name] for row in rows if name in row.figures]
        if values:
            figures[name] = estimate(values)
    right, wrong = confidences(rows)
    if right and wrong:
        figures["auc"] = estimate_auc(right, wrong)
    return Group(len(rows), figures)


def _seconds(rows: Sequence[Row]) -> dict[str, float]:
    found: dict[str, float] = {}
    for step in ("search", "answer"):
        taken = [row.seconds[step] for row in rows if step in row.seconds]
        if taken:
            found[f"{step}_p50"] = percentile(taken, 0.5)
            found[f"{step}_p95"] = percentile(taken, 0.95)
    return found
