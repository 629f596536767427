"""Retrieval figures that any pipeline can have: passages in order, and quotes that answer.

Rivals know no breadcrumb, line or source, so only the quotes of an expectation count; any one of
them will do. Definitions are those of `rag.evaluation`, which scores Shiori's own answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.evaluation.dataset.places import BUDGET, plain
from rag.evaluation.dataset.question import Question

Retrieve = Callable[[str], Sequence[str]]
"""A question to at most ten passages, best first."""


def score(questions: Sequence[Question], retrieve: Retrieve) -> dict[str, dict[str, float]]:
    """Figures by language: hit within the character budget, MRR@10, recall at 1 and 5."""
    figures: dict[str, list[dict[str, float]]] = {}
    for question in questions:
        quotes = [plain(place.quote) for place in question.expect if place.quote]
        if not question.answerable or not quotes:
            continue
        passages = retrieve(question.standalone or question.text)[:10]
        figures.setdefault(question.language, []).append(_figures(passages, quotes))
    return {
        language: {name: sum(one[name] for one in rows) / len(rows) for name in rows[0]}
        | {"questions": float(len(rows))}
        for language, rows in sorted(figures.items())
    }


def _figures(passages: Sequence[str], quotes: Sequence[str]) -> dict[str, float]:
    context, rank = "", 0
    for number, passage in enumerate(passages, start=1):
        if not rank and any(quote in plain(passage) for quote in quotes):
            rank = number
        if len(context) < BUDGET:
            context += passage[: BUDGET - len(context)] + "\n"
    return {
        "hit1200": float(any(quote in plain(context) for quote in quotes)),
        "MRR@10": 1 / rank if rank else 0.0,
        "R@1": float(rank == 1),
        "R@5": float(0 < rank <= 5),
    }
