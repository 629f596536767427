"""The figures as a table in a terminal."""

from __future__ import annotations

from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.regression.verdict import Verdict
from rag.evaluation.reports.files import MAIN_METRICS
from rag.evaluation.summary import ALL, Summary

_WIDE = 24
_COLUMN = 26


def figures_table(summary: Summary, verdict: Verdict) -> list[str]:
    """Main metrics by language, with intervals and the change against the baseline; and times."""
    names = [name for name in (ALL, "lang:en", "lang:ja") if name in summary.groups]
    changes = {(one.metric, one.group): one for one in verdict.comparisons}
    heads = (f"{name.removeprefix('lang:')} ({summary.groups[name].n})" for name in names)
    lines = [" " * _WIDE + "".join(head.ljust(_COLUMN) for head in heads).rstrip()]
    for metric in MAIN_METRICS:
        cells = []
        for name in names:
            one = summary.groups[name].figures.get(metric)
            text = f"{one.mean:.3f} [{one.low:.2f}, {one.high:.2f}]" if one else ""
            change = changes.get((metric, name))
            if change and abs(change.difference.change) >= 5e-4:
                text += f" {change.difference.change:+.3f}"
            if one and one.few:
                text += " few"
            cells.append(text.ljust(_COLUMN))
        if any(cell.strip() for cell in cells):
            lines.append(f"{METRICS[metric].label.ljust(_WIDE)}{''.join(cells)}".rstrip())
    if "answer_p50" in summary.seconds:
        median, most = summary.seconds["answer_p50"], summary.seconds["answer_p95"]
        lines.append(f"{'seconds an answer'.ljust(_WIDE)}{median:.3f} median, {most:.3f} 95%")
    return lines
