"""One question asked, measured, and, when something is not right, why: the first cause of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.evaluation.dataset.question import Question
from rag.evaluation.dataset.staleness import PlaceCheck
from rag.evaluation.metrics.answers import (
    citations,
    fact_coverage,
    facts_said,
    language_match,
    quote_is_valid,
    unsupported,
    unsupported_sentences,
)
from rag.evaluation.metrics.retrieval import place_ranks, retrieval, unfavourable
from rag.types import Answer, Hit, Source

REASONS = (
    "stale", "error", "not retrieved", "retrieved below budget", "false refusal", "false answer",
    "not cited", "fact missing", "quote not in source", "wrong language",
)  # fmt: skip
"""Why a question failed, in the order of causes: of several that hold, the first one is told."""

NO_SECTION = "(no section)"


@dataclass(frozen=True, slots=True)
class Row:
    """A question with what came of it.

    `ranks` has the position of each expected place among the hits (0: none); `figures` only the
    metrics that apply; `reason` is empty where all is well; `details` say more about it, a line
    each; `seconds` are wall times of the search and of the whole answer; `outcomes` the reasons of
    each time it was asked.
    """

    question: Question
    checks: tuple[PlaceCheck, ...]
    section: str
    hits: tuple[Hit, ...] = ()
    ranks: tuple[int, ...] = ()
    answer: Answer | None = None
    confidence: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    details: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()

    @property
    def flaky(self) -> bool:
        """Whether it came out differently when it was asked again."""
        return len(set(self.outcomes)) > 1

    @property
    def stale(self) -> bool:
        """Whether the question is set aside because a place it expects is gone."""
        return self.reason == "stale"


def stale_row(question: Question, checks: tuple[PlaceCheck, ...]) -> Row:
    """A question that cannot be asked fairly: a place it expects stands nowhere any more."""
    details = tuple(check.message() for check in checks if check.state == "stale")
    return Row(question, checks, _section(checks), reason="stale", details=details)


def failed_row(question: Question, checks: tuple[PlaceCheck, ...], error: str) -> Row:
    """A question that ended in an error: a miss in everything it could have earned."""
    figures: dict[str, float] = {"language_match": 0.0}
    if question.answerable:
        figures |= retrieval((), question.expect)
        figures |= {"citation_recall": 0.0, "false_refusal": 1.0}
        if question.facts:
            figures["fact_coverage"] = 0.0
    return Row(
        question, checks, _section(checks), figures=figures, reason="error", details=(error,)
    )


def measured_row(
    question: Question,
    checks: tuple[PlaceCheck, ...],
    hits: Sequence[Hit],
    answer: Answer,
    sources: Mapping[str, Source],
    seconds: Mapping[str, float],
    judged: Mapping[str, float],
) -> Row:
    """Measure what a question came back with; `judged` are figures from elsewhere."""
    figures: dict[str, float | None] = dict(citations(answer, question.expect, sources))
    figures["language_match"] = language_match(question, answer)
    figures["unsupported"] = unsupported(question, answer)
    ranks: tuple[int, ...] = ()
    if question.answerable:
        ordered = unfavourable(hits, question.expect)
        ranks = place_ranks(ordered, question.expect)
        figures |= retrieval(ordered, question.expect)
        figures["false_refusal"] = float(answer.refused)
        figures["fact_coverage"] = fact_coverage(question, answer)
    else:
        figures["false_answer"] = float(not answer.refused)
    figures |= judged
    applying = {name: value for name, value in figures.items() if value is not None}
    section = _section(checks)
    return Row(
        question,
        checks,
        section,
        tuple(hits),
        ranks,
        answer,
        answer.confidence,
        applying,
        _reason(question, applying),
        _details(question, answer, checks, sources),
        dict(seconds),
    )


def merged_row(rows: Sequence[Row]) -> Row:
    """The rows of one question that was asked several times, as one.

    Its figures are means over the times they apply to; the rest is that of the first time with the
    most frequent reason.
    """
    outcomes = tuple(row.reason for row in rows)
    usual = max(outcomes, key=outcomes.count)  # of several as frequent ones, the first
    shown = rows[outcomes.index(usual)]
    figures = _means([row.figures for row in rows])
    sure = [row.confidence for row in rows if row.confidence is not None]
    return replace(
        shown,
        figures=figures,
        confidence=sum(sure) / len(sure) if sure else None,
        seconds=_means([row.seconds for row in rows]),
        outcomes=outcomes,
    )


def _means(several: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for one in several for name in one)
    values = {name: [one[name] for one in several if name in one] for name in names}
    return {name: sum(each) / len(each) for name, each in values.items()}


def _section(checks: Sequence[PlaceCheck]) -> str:
    return next((check.section for check in checks if check.section), NO_SECTION)


def _reason(question: Question, figures: Mapping[str, float]) -> str:
    """The first cause that holds."""
    holds = {
        "not retrieved": figures.get("hit_10") == 0,
        "retrieved below budget": figures.get("hit_1200") == 0,
        "false refusal": figures.get("false_refusal") == 1,
        "false answer": figures.get("false_answer") == 1,
        "not cited": question.answerable and figures.get("citation_recall") == 0,
        "fact missing": figures.get("fact_coverage", 1) < 1,
        "quote not in source": figures.get("quote_validity", 1) < 1,
        "wrong language": figures["language_match"] == 0,
    }
    return next((reason for reason in REASONS if holds.get(reason)), "")


def _details(
    question: Question,
    answer: Answer,
    checks: Sequence[PlaceCheck],
    sources: Mapping[str, Source],
) -> tuple[str, ...]:
    lines = [check.message() for check in checks if check.state == "unindexed"]
    for fact, said in zip(question.facts, facts_said(question, answer), strict=True):
        if not said:
            lines.append("not said: " + " / ".join(fact))
    for one in answer.citations:
        if not quote_is_valid(one, sources):
            lines.append(f"quote [{one.number}] does not stand where it is cited from")
    if not answer.refused:
        without, _ = unsupported_sentences(question, answer)
        lines += [f"no source for: {sentence}" for sentence in without]
    return tuple(lines)


def first_rank(row: Row) -> int:
    """The position of the first expected place among the hits; 0 for none."""
    return min((rank for rank in row.ranks if rank), default=0)
