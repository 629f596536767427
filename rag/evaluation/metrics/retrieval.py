"""Every figure of the evaluation by name, and those of retrieval.

A retriever's hits are first put into the order least favourable to it: a hit with a score of zero
(or none) is no hit, and of hits with equal scores the right ones come last. Otherwise one that
gives every passage the same score would look perfect.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.evaluation.dataset.places import holds, in_budget
from rag.evaluation.dataset.question import Place
from rag.types import Hit

DEPTH = 10
CUTOFFS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure: which way is better, and what it says, in one line."""

    name: str
    label: str
    higher_is_better: bool
    meaning: str


def _metrics() -> Mapping[str, Metric]:
    rows = [
        ("hit_1", "hit@1", True, "an expected place is the first passage"),
        ("hit_3", "hit@3", True, "an expected place is among the first 3 passages"),
        ("hit_5", "hit@5", True, "an expected place is among the first 5 passages"),
        ("hit_10", "hit@10", True, "an expected place is among the first 10 passages"),
        ("recall_10", "recall@10", True, "share of the expected places in the first 10 passages"),
        ("mrr_10", "MRR@10", True, "1 / rank of the first expected place"),
        ("ndcg_10", "nDCG@10", True, "gain of the expected places, discounted by their rank"),
        ("hit_1200", "hit in 1,200", True, "an expected place in the first 1,200 characters"),
        ("citation_precision", "citation precision", True, "cited passages that were expected"),
        ("citation_recall", "citation recall", True, "expected places that were cited"),
        ("quote_validity", "quote validity", True, "quotes that stand where they are cited from"),
        ("mark_validity", "mark validity", True, "[n] marks that fit the statement they follow"),
        ("fact_coverage", "fact coverage", True, "expected facts that the answer says"),
        ("unsupported", "unsupported", False, "sentences with terms that no cited passage has"),
        ("language_match", "language match", True, "answers in the question's language"),
        ("false_answer", "false answers", False, "unanswerable questions that were answered"),
        ("false_refusal", "false refusals", False, "answerable questions that were refused"),
        ("auc", "refusal AUC", True, "chance that an answerable question has more confidence"),
        ("faithfulness", "faithfulness", True, "statements that the sources support (judge)"),
        ("relevance", "answer relevance", True, "how much the answer is to the question (judge)"),
    ]
    return {row[0]: Metric(*row) for row in rows}


METRICS: Mapping[str, Metric] = _metrics()


def unfavourable(hits: Sequence[Hit], places: Sequence[Place]) -> tuple[Hit, ...]:
    """The hits in the order least favourable to the retriever, without those of no score."""
    scored = sorted((hit for hit in hits if hit.score > 0), key=lambda hit: hit.rank)
    ordered: list[Hit] = []
    for _, tied in groupby(scored, key=lambda hit: hit.score):
        ordered += sorted(tied, key=lambda hit: any(holds(hit.chunk, one) for one in places))
    return tuple(ordered)


def place_ranks(hits: Sequence[Hit], places: Sequence[Place]) -> tuple[int, ...]:
    """For every expected place the position (from 1) of the first hit that holds it, or 0."""
    return tuple(
        next((at for at, hit in enumerate(hits, 1) if holds(hit.chunk, place)), 0)
        for place in places
    )


def retrieval(hits: Sequence[Hit], places: Sequence[Place]) -> dict[str, float]:
    """The retrieval figures of one answerable question; `hits` as `unfavourable` orders them.

    - hit@k: 1 if at least one expected place is among the first k hits.
    - recall@k: share of the expected places among the first k hits.
    - MRR@10: 1 / rank of the first expected place, 0 beyond 10 (Voorhees, The TREC-8 Question
      Answering Track Report, 1999); its mean over questions is the mean reciprocal rank.
    - nDCG@10: each place gains 1 / log2(1 + rank of its first hit), divided by the gain of places
      at ranks 1..n (Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques,
      ACM TOIS 20(4), 2002); a passage that holds several places at once may reach more than
      the ideal of one place a passage, so the quotient is capped at 1.
    - hit in 1,200: an expected place stands in the first 1,200 characters of the passages,
      breadcrumbs counted.
    """
    top = tuple(hits[:DEPTH])
    ranks = place_ranks(top, places)
    found = [rank for rank in ranks if rank]
    first = min(found, default=0)
    figures = {f"hit_{k}": float(0 < first <= k) for k in CUTOFFS}
    figures["recall_10"] = len(found) / len(ranks)
    figures["mrr_10"] = 1 / first if first else 0.0
    figures["ndcg_10"] = _ndcg(found, len(ranks))
    figures["hit_1200"] = float(any(in_budget(top, place) for place in places))
    return figures


def _ndcg(found: Sequence[int], expected: int) -> float:
    gain = sum(1 / math.log2(1 + rank) for rank in found)
    ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(expected, DEPTH) + 1))
    return min(1.0, gain / ideal)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0..1) of the values do not exceed, by nearest rank; 0 for none.

    Nearest rank: the ceil(share * n)-th smallest (Hyndman and Fan, Sample quantiles in
    statistical packages, 1996, definition 1), so that it is always a time that was measured.
    """
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
