"""The report to look at: one HTML file that holds all it needs and asks nothing of the network.

Every text comes from outside (notes, questions, models) and is escaped; a Content-Security-Policy
forbids what slipped through to load or send anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.reports.figures import figures
from rag.evaluation.reports.files import MAIN_METRICS
from rag.evaluation.reports.plots import interval
from rag.evaluation.reports.rows import FINE, passage_texts, question_row
from rag.evaluation.wording import counted
from rag.text.visible import visible

_BY_GROUP = (
    "hit_1200", "mrr_10", "citation_recall", "fact_coverage", "false_refusal", "false_answer",
)  # fmt: skip
_FILTERS = ("lang", "kind", "split", "section", "reason")
Data = Mapping[str, Any]


def html_report(data: Data, history: Sequence[Data]) -> str:
    """The whole page.

    Args:
        data: what `report_data` gives.
        history: former runs and this one, oldest first, as `read_history` gives them.
    """
    style, script = _asset("report.css"), _asset("report.js")
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Shiori: how good the answers are</title><style>{style}</style></head><body><main>"
        f"{_head(data)}{_figures(data)}{figures(data, history)}{_groups(data)}{_questions(data)}"
        f"</main><script>{script}</script></body></html>\n"
    )


def _asset(name: str) -> str:
    return files("rag.evaluation").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _head(data: Data) -> str:
    verdict = data["verdict"]
    kind = "bad" if verdict["worse"] else "good"
    asked = data["summary"]["groups"]["all"]["n"]
    seconds = data["summary"]["seconds"]
    speed = ""
    if "answer_p50" in seconds:
        speed = (
            f" · {seconds['answer_p50']:.2f} s an answer, {seconds['answer_p95']:.2f} s at the 95th"
            " percentile"
        )
    about = (
        f"{_time(data['created'])} · {counted(asked, 'question')} ({data['split']}) · embedding "
        f"{data['embedding']} · answers by {data['answerer']} · "
        f"{counted(data['sources'], 'source')} · "
        f"{counted(data['drafts'], 'draft')} not counted{speed}"
    )
    rest = [f"<li>{_safe(line)}</li>" for line in verdict["findings"][1:]]
    rest += [f'<li class="quiet">{_safe(line)}</li>' for line in verdict["notes"]]
    return (
        f'<header><h1>How good the answers are</h1><p class="verdict {kind}">'
        f'{_safe(verdict["line"])}</p><ul>{"".join(rest)}</ul><p class="quiet">{_safe(about)}</p>'
        "</header>"
    )


def _time(created: str) -> str:
    """An ISO time in UTC as people write it, to the minute."""
    return f"{created[:16].replace('T', ' ')} UTC"


def _figures(data: Data) -> str:
    """The main figures by language, with their intervals and the change against the baseline."""
    groups = data["summary"]["groups"]
    names = [name for name in ("all", "lang:en", "lang:ja") if name in groups]
    changes = {(one["metric"], one["group"]): one for one in data["verdict"]["comparisons"]}
    head = "".join(f"<th>{_safe(name.removeprefix('lang:'))}</th>" for name in names)
    rows = []
    for metric in MAIN_METRICS:
        cells = [
            _cell(groups[name]["figures"].get(metric), changes.get((metric, name)))
            for name in names
        ]
        if any(cells):
            one = METRICS[metric]
            way = "" if one.higher_is_better else " ↓"
            rows.append(
                f'<tr><th title="{_safe(one.meaning)}">{_safe(one.label)}{way}</th>'
                + "".join(f"<td>{cell}</td>" for cell in cells)
                + "</tr>"
            )
    return (
        '<section><h2>Figures</h2><p class="quiet">Means with 95% bootstrap intervals; a hollow '
        "dot marks few questions (under 20), ↓ that less is better; the change is against the "
        f'baseline.</p><div class="wide"><table class="figures"><thead><tr><th></th>{head}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></div></section>"
    )


def _cell(one: Data | None, change: Data | None) -> str:
    if one is None:
        return ""
    title = f"{one['low']:.3f} to {one['high']:.3f}, {one['n']} questions"
    text = f'<span class="number" title="{title}">{one["mean"]:.3f}</span>{interval(one)}'
    if change and change["change"]:
        kind = "bad" if change["worse"] else "good" if change["better"] else "quiet"
        text += f'<span class="change {kind}">{change["change"]:+.3f}</span>'
    return text


def _groups(data: Data) -> str:
    """Quality by section, kind and tag, each with its interval."""
    groups = data["summary"]["groups"]
    head = "".join(
        f"<th>{_safe(METRICS[name].label)}{'' if METRICS[name].higher_is_better else ' ↓'}</th>"
        for name in _BY_GROUP
    )
    parts = []
    for grouping, title in (("section", "By section"), ("kind", "By kind"), ("tag", "By tag")):
        rows = [
            f"<tr><th>{_safe(name.partition(':')[2])} <span class='quiet'>{group['n']}</span></th>"
            + "".join(f"<td>{_cell(group['figures'].get(one), None)}</td>" for one in _BY_GROUP)
            + "</tr>"
            for name, group in groups.items()
            if name.partition(":")[0] == grouping
            and any(metric in group["figures"] for metric in _BY_GROUP)
        ]
        if rows:
            parts.append(
                f'<details open><summary><h3>{title}</h3></summary><div class="wide">'
                f"<table><thead><tr><th></th>{head}</tr></thead>"
                f"<tbody>{''.join(rows)}</tbody></table></div></details>"
            )
    return f"<section><h2>Quality by section, kind and tag</h2>{''.join(parts)}</section>"


def _questions(data: Data) -> str:
    rows = data["questions"]
    selects = "".join(_select(name, rows) for name in _FILTERS)
    blocks = "".join(question_row(row, data["passages"]) for row in rows)
    return (
        f'<section><h2>Questions</h2><form class="filter" id="filter" role="search">'
        '<input type="search" name="words" placeholder="Search in questions and answers" '
        f'aria-label="Search in questions and answers">{selects}'
        '<label><input type="checkbox" name="failed"> only what went wrong</label>'
        '<button type="reset">Show all</button>'
        f'<output id="count">{len(rows)} of {len(rows)}</output></form>'
        f'<div id="questions">{blocks}</div>{passage_texts(data["passages"])}</section>'
    )


def _select(name: str, rows: Sequence[Data]) -> str:
    values = Counter(str(row[name] or FINE) for row in rows)
    options = "".join(
        f'<option value="{_safe(value)}">{_safe(value)} ({n})</option>'
        for value, n in sorted(values.items())
    )
    return (
        f'<select name="{name}" aria-label="{name}"><option value="">any {name}</option>'
        f"{options}</select>"
    )


def _safe(value: object) -> str:
    return escape(visible(str(value)), quote=True)
