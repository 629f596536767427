"""An evaluation as plain data: what report.json holds and the other reports are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.evaluation.dataset.places import holds
from rag.evaluation.evaluation import Evaluation
from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.outcome import Row, first_rank
from rag.evaluation.regression.bootstrap import Estimate
from rag.evaluation.regression.verdict import Verdict
from rag.evaluation.summary import Summary
from rag.types import Answer, Chunk, Hit

FORMAT = 1


def report_data(evaluation: Evaluation, verdict: Verdict) -> dict[str, Any]:
    """The whole report; every value is JSON."""
    mark = evaluation.fingerprint
    return {
        "format": FORMAT,
        "created": evaluation.created,
        "embedding": mark.embedding,
        "answerer": mark.answerer,
        "split": mark.split,
        "question_set": mark.questions,
        "corpus": mark.corpus,
        "sources": len(mark.sources),
        "drafts": evaluation.drafts,
        "verdict": verdict_data(verdict),
        "summary": summary_data(evaluation.summary),
        "definitions": {name: metric.meaning for name, metric in METRICS.items()},
        "questions": [_row(row) for row in evaluation.rows],
        "passages": _passages(evaluation.rows),
    }


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict with its comparisons."""
    return {
        "worse": verdict.worse,
        "line": verdict.line,
        "findings": list(verdict.findings),
        "notes": list(verdict.notes),
        "comparisons": [
            {
                "metric": one.metric,
                "group": one.group,
                "label": one.label,
                "now": _round(one.difference.now),
                "then": _round(one.difference.then),
                "change": _round(one.difference.change),
                "low": _round(one.difference.low),
                "high": _round(one.difference.high),
                "n": one.difference.n,
                "p": _round(one.difference.p_worse),
                "worse": one.worse,
                "better": one.better,
            }
            for one in verdict.comparisons
        ],
    }


def summary_data(summary: Summary) -> dict[str, Any]:
    """Figures by group."""
    return {
        "groups": {
            name: {
                "n": group.n,
                "figures": {metric: _estimate(one) for metric, one in group.figures.items()},
            }
            for name, group in summary.groups.items()
        },
        "reasons": dict(summary.reasons),
        "seconds": {name: _round(value) for name, value in summary.seconds.items()},
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {
        "mean": _round(one.mean),
        "low": _round(one.low),
        "high": _round(one.high),
        "n": one.n,
        "few": one.few,
    }


def _row(row: Row) -> dict[str, Any]:
    one = row.question
    return {
        "id": one.id,
        "question": one.text,
        "lang": one.language,
        "kind": one.kind,
        "split": one.split,
        "tags": list(one.tags),
        "answerable": one.answerable,
        "section": row.section,
        "file": one.file,
        "line": one.line,
        "note": one.note,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in one.history],
        "standalone": one.standalone,
        "reason": row.reason,
        "details": list(row.details),
        "outcomes": list(row.outcomes),
        "rank": first_rank(row),
        "confidence": None if row.confidence is None else _round(row.confidence),
        "figures": {name: _round(value) for name, value in row.figures.items()},
        "seconds": {name: _round(value) for name, value in row.seconds.items()},
        "facts": [list(fact) for fact in one.facts],
        "expected": [
            {
                "place": check.place.label(),
                "state": check.state,
                "message": check.message(),
                "rank": rank,
            }
            for check, rank in zip(row.checks, _ranks(row), strict=True)
        ],
        "hits": [_hit(hit, row) for hit in row.hits],
        "answer": _answer(row.answer, row) if row.answer else None,
    }


def _ranks(row: Row) -> Sequence[int]:
    return row.ranks or (0,) * len(row.checks)


def _passages(rows: Sequence[Row]) -> dict[str, Any]:
    """Every passage that was retrieved or cited, once; rows name them by id."""
    found: dict[str, Chunk] = {}
    for row in rows:
        cited = row.answer.citations if row.answer else ()
        for chunk in (*(hit.chunk for hit in row.hits), *(one.chunk for one in cited)):
            found.setdefault(chunk.id, chunk)
    return {
        name: {
            "path": list(chunk.path),
            "title": chunk.title,
            "text": chunk.text,
            "source": chunk.source,
            "locator": chunk.locator.as_dict(),
        }
        for name, chunk in found.items()
    }


def _hit(hit: Hit, row: Row) -> dict[str, Any]:
    return {"rank": hit.rank, "score": _round(hit.score), **_chunk(hit.chunk, row)}


def _chunk(chunk: Chunk, row: Row) -> dict[str, Any]:
    expected = any(holds(chunk, place) for place in row.question.expect)
    return {"chunk_id": chunk.id, "expected": expected}


def _answer(answer: Answer, row: Row) -> dict[str, Any]:
    return {
        "text": answer.text,
        "refused": answer.refused,
        "language": answer.language,
        "model": answer.model,
        "notice": answer.notice,
        "standalone": answer.standalone,
        "citations": [
            {"number": one.number, "quote": one.quote, **_chunk(one.chunk, row)}
            for one in answer.citations
        ],
    }


def figures_line(figures: Mapping[str, float]) -> str:
    """Figures in one line, for people."""
    return " · ".join(f"{METRICS[name].label} {value:g}" for name, value in figures.items())


def _round(value: float) -> float:
    return round(float(value), 4)
