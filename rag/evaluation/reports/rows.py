"""One question of the HTML report: asked, expected, retrieved, answered, and why it failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any

from rag.evaluation.reports.data import figures_line
from rag.text.visible import visible

Data = Mapping[str, Any]
FINE = "fine"


def question_row(row: Data, passages: Data) -> str:
    """A question as a folded block; its `data-` attributes are what the filter looks at."""
    reason = row["reason"] or FINE
    flaky = len(set(row["outcomes"])) > 1
    words = " ".join(
        [row["id"], row["question"], row["section"], *row["tags"], _answer_text(row), row["note"]]
        + [one["place"] for one in row["expected"]]
        + ["flaky"] * flaky
    )
    attributes = {
        "lang": row["lang"],
        "kind": row["kind"],
        "split": row["split"],
        "section": row["section"],
        "reason": reason,
        "answerable": "yes" if row["answerable"] else "no",
        "words": words.casefold(),
    }
    data = " ".join(f'data-{name}="{_safe(value)}"' for name, value in attributes.items())
    badge = "good" if reason == FINE else "bad"
    mark = '<span class="badge quiet">flaky</span>' if flaky else ""
    return (
        f'<details class="question" id="q-{_safe(row["id"])}" {data}><summary>'
        f'<span class="badge {badge}">{_safe(reason)}</span>{mark}'
        f'<span class="asked" lang="{_safe(row["lang"])}">{_safe(row["question"])}</span>'
        f'<span class="meta">{_safe(row["lang"])} · {_safe(row["kind"])} · {_safe(row["split"])}'
        f"</span></summary>{_body(row, passages)}</details>"
    )


def _body(row: Data, passages: Data) -> str:
    where = f"{row['file']}:{row['line']}" if row["file"] else ""
    parts = [
        _block("Conversation before", "".join(
            f"<p>{_safe(turn['question'])}</p><p class='quiet'>{_safe(turn['answer'])}</p>"
            for turn in row["history"])),
        _block("Why", _list(row["details"])),
        _block("Asked again", _outcomes(row)),
        _block("Expected", _expected(row)),
        _block("Answered", _answered(row, passages)),
        _block("Retrieved", _hits(row, passages)),
        _block("Note", _safe(row["note"])),
        f'<p class="quiet">{_safe(row["id"])} · {_safe(where)} · {_safe(row["section"])}<br>'
        f"{_safe(figures_line(row['figures']))}{_seconds(row)}</p>",
    ]  # fmt: skip
    return f'<div class="body">{"".join(parts)}</div>'


def _outcomes(row: Data) -> str:
    times = Counter(one or FINE for one in row["outcomes"])
    if not times:
        return ""
    told = ", ".join(f"{outcome} {n}" for outcome, n in times.most_common())
    return _safe(f"{times.total()} times: {told}")


def _expected(row: Data) -> str:
    if not row["answerable"]:
        return "<p>A refusal: the corpus does not answer this.</p>"
    places = "".join(
        f'<li class="{"good" if one["rank"] else "bad"}">{_safe(one["place"])} '
        f'<span class="quiet">{_place_state(one)}</span></li>'
        for one in row["expected"]
    )
    facts = _list([" / ".join(fact) for fact in row["facts"]])
    return f"<ul>{places}</ul>" + (f"<p>It should say:</p>{facts}" if facts else "")


def _place_state(one: Data) -> str:
    if one["message"] and one["state"] != "stands":
        return _safe(one["message"])
    rank = f"at rank {one['rank']}" if one["rank"] else "not among the passages"
    return rank + (f" · {_safe(one['message'])}" if one["message"] else "")


def _answered(row: Data, passages: Data) -> str:
    answer = row["answer"]
    if answer is None:
        return "<p>Not asked.</p>" if row["reason"] == "stale" else "<p>No answer.</p>"
    state = "refused" if answer["refused"] else "answered"
    sure = "" if row["confidence"] is None else f", confidence {row['confidence']:.3f}"
    cited = "".join(
        f'<li class="{"good" if one["expected"] else ""}">[{one["number"]}] {_safe(one["quote"])} '
        f'<span class="quiet">{_place(passages[one["chunk_id"]])}</span></li>'
        for one in answer["citations"]
    )
    notice = f"<p>{_safe(answer['notice'])}</p>" if answer["notice"] else ""
    searched = ""
    if answer["standalone"] and answer["standalone"] != row["question"]:
        searched = f'<p class="quiet">searched for: {_safe(answer["standalone"])}</p>'
    return (
        f'<p class="quiet">{state} by {_safe(answer["model"])}{sure}</p>{searched}{notice}'
        f"<pre>{_safe(answer['text'])}</pre>" + (f"<ul>{cited}</ul>" if cited else "")
    )


def _hits(row: Data, passages: Data) -> str:
    """The hits; the script puts the text of each in when the question is opened."""
    items = "".join(
        f'<li class="{"good" if hit["expected"] else ""}" '
        f'data-passage="{_safe(hit["chunk_id"])}"><span class="quiet">{hit["rank"]} · '
        f"{hit['score']:.3f} · {_place(passages[hit['chunk_id']])}</span></li>"
        for hit in row["hits"]
    )
    return f'<ol class="hits">{items}</ol>' if items else ""


def passage_texts(passages: Data) -> str:
    """The text of every passage once, out of sight, for the script to take from."""
    texts = "".join(
        f'<p id="p-{_safe(name)}">{_safe(one["text"])}</p>' for name, one in passages.items()
    )
    return f'<div id="passages" hidden>{texts}</div>'


def _place(one: Data) -> str:
    where = one["locator"]
    lines = f":{where['start_line']}" if "start_line" in where else ""
    return _safe(f"{' > '.join(one['path'])} · {one['source']}{lines}")


def _answer_text(row: Data) -> str:
    return str(row["answer"]["text"]) if row["answer"] else ""


def _seconds(row: Data) -> str:
    return "".join(f" · {_safe(name)} {value:.2f} s" for name, value in row["seconds"].items())


def _list(lines: list[str]) -> str:
    items = "".join(f"<li>{_safe(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _block(title: str, inner: str) -> str:
    return f"<section><h4>{title}</h4>{inner}</section>" if inner else ""


def _safe(value: object) -> str:
    """Text for HTML, also inside a quoted attribute."""
    return escape(visible(str(value)), quote=True)
