"""The report for machines and for a job's summary: JSON, JUnit XML, Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.wording import counted
from rag.text.visible import visible, visible_line

MAIN_METRICS = (
    "hit_1200", "mrr_10", "recall_10", "citation_precision", "citation_recall", "quote_validity",
    "fact_coverage", "unsupported", "language_match", "false_answer", "false_refusal", "auc",
    "faithfulness", "relevance",
)  # fmt: skip
_SHOWN_FAILURES = 40
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Data = Mapping[str, Any]


def json_report(data: Data) -> str:
    """The whole report as JSON."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def junit_report(data: Data) -> str:
    """JUnit XML as Jenkins, GitLab and GitHub's actions read it.

    A case for the verdict, failing when it is worse, and one for each question. A question that
    went wrong is a skipped case with its reason: single questions do not turn a build red, the
    verdict over all of them does.
    """
    verdict = data["verdict"]
    cases = [
        _case("verdict", "evaluation", "\n".join(verdict["findings"]), "failure", verdict["line"])
    ]
    for row in data["questions"]:
        name = f"{row['id']}: {row['question']}"
        body = "\n".join(row["details"])
        group, seconds = f"evaluation.{row['lang']}", row["seconds"].get("answer", 0.0)
        cases.append(_case(name, group, body, "skipped", row["reason"], seconds))
    skipped = sum(bool(row["reason"]) for row in data["questions"])
    taken = sum(row["seconds"].get("answer", 0.0) for row in data["questions"])
    counts = f'tests="{len(cases)}" failures="{int(verdict["worse"])}" errors="0"'
    head = (
        f'<testsuite name="evaluation" {counts} skipped="{skipped}" time="{taken:.3f}" '
        f"timestamp={quoteattr(data['created'].partition('+')[0])}>"
    )
    if not verdict["worse"]:
        cases[0] = _case("verdict", "evaluation", "", "", "")
    start = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {counts}>", head]
    return "\n".join([*start, *cases, "</testsuite>", "</testsuites>", ""])


def _case(
    name: str, group: str, body: str, outcome: str, message: str, seconds: float = 0.0
) -> str:
    attributes = f'classname={_attribute(group)} name={_attribute(name)} time="{seconds:.3f}"'
    if not message:
        return f"  <testcase {attributes}/>"
    inner = f"<{outcome} message={_attribute(message)}>{escape(_printable(body))}</{outcome}>"
    return f"  <testcase {attributes}>{inner}</testcase>"


def markdown_report(data: Data) -> str:
    """A job summary: the verdict, the figures beside the baseline's, and what went wrong."""
    verdict, summary = data["verdict"], data["summary"]
    lines = [f"## {'❌' if verdict['worse'] else '✅'} {_markdown(verdict['line'])}", ""]
    lines += [f"- {_markdown(finding)}" for finding in verdict["findings"][1:]]
    lines += [f"- _{_markdown(note)}_" for note in verdict["notes"]]
    asked = summary["groups"]["all"]["n"]
    lines += [
        "",
        f"{counted(asked, 'question')} asked ({_markdown(data['split'])}), embedding "
        f"{_markdown(data['embedding'])}, answers by {_markdown(data['answerer'])}"
        + _seconds(summary["seconds"]),
        "",
        *_table(data),
        "",
    ]
    failed = [row for row in data["questions"] if row["reason"]]
    if failed:
        reasons = ", ".join(f"{reason} {n}" for reason, n in summary["reasons"].items())
        lines += [f"<details><summary>{counted(len(failed), 'question')}: {reasons}</summary>", ""]
        lines += ["| question | | why |", "| --- | --- | --- |"]
        lines += [
            f"| {_markdown(row['question'])} | {row['lang']} | {row['reason']} |"
            for row in failed[:_SHOWN_FAILURES]
        ]
        if len(failed) > _SHOWN_FAILURES:
            lines += [f"| and {len(failed) - _SHOWN_FAILURES} more, in the report | | |"]
        lines += ["", "</details>", ""]
    return "\n".join(lines)


def _table(data: Data) -> list[str]:
    groups = data["summary"]["groups"]
    names = [name for name in ("all", "lang:en", "lang:ja") if name in groups]
    changes = {(one["metric"], one["group"]): one for one in data["verdict"]["comparisons"]}
    head = " | ".join("all" if name == "all" else name.partition(":")[2] for name in names)
    rows = [f"| | {head} |", "| --- |" + " ---: |" * len(names)]
    for metric in MAIN_METRICS:
        cells = [_cell(groups[name], metric, changes.get((metric, name))) for name in names]
        if any(cells):
            rows.append(f"| {METRICS[metric].label} | {' | '.join(cells)} |")
    return rows


def _cell(group: Data, metric: str, change: Data | None) -> str:
    one = group["figures"].get(metric)
    if one is None:
        return ""
    text: str = f"{one['mean']:.3f} [{one['low']:.2f}, {one['high']:.2f}]" + (" few" * one["few"])
    if change and change["change"]:
        shown = f"{change['change']:+.3f}"
        text += f" (**{shown}**)" if change["worse"] or change["better"] else f" ({shown})"
    return text


def _seconds(seconds: Data) -> str:
    if "answer_p50" not in seconds:
        return ""
    return f"; {seconds['answer_p50']:.2f} s an answer (95% within {seconds['answer_p95']:.2f} s)"


def _printable(text: str) -> str:
    """Text without the characters that XML does not allow."""
    return _UNPRINTABLE.sub("\ufffd", visible(text))


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _markdown(text: str) -> str:
    """Text that Markdown shows as it is, on one line, and that calls nobody by an @."""
    flat = visible_line(str(text)).replace("@", "@\u200b")
    return re.sub(r"([\\`*_{}\[\]<>|#~])", r"\\\1", flat)
