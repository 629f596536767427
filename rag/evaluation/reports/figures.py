"""The plots of the report with their titles and legends: from its data to what is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.metrics.roc import curve
from rag.evaluation.regression.bootstrap import estimate
from rag.evaluation.reports.plots import history_lines, rank_bars, refusal_curve, section_dots
from rag.text.visible import visible

_IN_HISTORY = ("hit_1200", "fact_coverage", "false_answer", "false_refusal")
_BY_SECTION = "hit_1200"
_MOST_SECTIONS = 12
Data = Mapping[str, Any]


def figures(data: Data, history: Sequence[Data]) -> str:
    """Quality by section and language, ranks, the refusal curve, and the runs before this one."""
    rows = data["questions"]
    sure = {
        kind: [row["confidence"] for row in rows
               if row["confidence"] is not None and row["answerable"] is kind]
        for kind in (True, False)
    }  # fmt: skip
    means = data["summary"]["groups"]["all"]["figures"]
    now = None
    if "false_refusal" in means and "false_answer" in means:
        now = (means["false_refusal"]["mean"], means["false_answer"]["mean"])
    points = curve(sure[True], sure[False])
    sections, ranks = _by_section(rows), _ranks(rows)
    parts = []
    if sections:
        languages = sorted({row["lang"] for row in rows})
        title = f"{METRICS[_BY_SECTION].label} by section and language"
        parts.append(_figure(title, section_dots(sections, languages), languages))
    parts += [_figure("Where the first expected place is", rank_bars(ranks), list(ranks))]
    if points:
        legend = ["at every strictness", "now"]
        parts.append(_figure("Refusing", refusal_curve(points, now), legend, ("a", "now")))
    if history:
        labels = {name: METRICS[name].label for name in _IN_HISTORY}
        plot = history_lines(history, labels)
        parts.append(_figure("This run and those before", plot, list(labels.values())))
    return f'<section class="plots">{"".join(parts)}</section>'


def _by_section(rows: Sequence[Data]) -> dict[str, dict[str, Data]]:
    """The main figure of each section and language, those with the most questions first."""
    values: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        if _BY_SECTION in row["figures"]:
            languages = values.setdefault(row["section"], {})
            languages.setdefault(row["lang"], []).append(row["figures"][_BY_SECTION])
    asked = {name: sum(map(len, languages.values())) for name, languages in values.items()}
    most = sorted(values, key=lambda name: (-asked[name], name))[:_MOST_SECTIONS]
    return {
        name: {language: _estimated(found) for language, found in sorted(values[name].items())}
        for name in most
    }


def _estimated(values: Sequence[float]) -> Data:
    one = estimate(values)
    return {"mean": one.mean, "low": one.low, "high": one.high, "n": one.n, "few": one.few}


def _ranks(rows: Sequence[Data]) -> dict[str, Counter[int]]:
    """How many questions of each language have their first expected place at each rank."""
    ranks: dict[str, Counter[int]] = {}
    for row in rows:
        if row["answerable"] and row["reason"] not in ("stale", "error"):
            shown = row["rank"] if row["rank"] <= 10 else 0
            ranks.setdefault(row["lang"], Counter())[shown] += 1
    return dict(sorted(ranks.items()))


def _figure(
    title: str, svg: str, legend: Sequence[str], kinds: Sequence[str] = ("a", "b", "c", "d")
) -> str:
    keys = "".join(
        f'<span class="key {kind}">{_safe(name)}</span>'
        for name, kind in zip(legend, kinds, strict=False)
    )
    return f"<figure><figcaption>{_safe(title)}{keys}</figcaption>{svg}</figure>"


def _safe(value: object) -> str:
    return escape(visible(str(value)), quote=True)
