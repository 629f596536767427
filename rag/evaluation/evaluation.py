"""A whole evaluation: what was asked of what, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from rag.evaluation.dataset.question import QuestionSet
from rag.evaluation.outcome import Row
from rag.evaluation.runner import IndexView
from rag.evaluation.summary import Summary
from rag.types import Source


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What was evaluated: two runs with equal ones must have equal figures.

    `sources` maps every source to a hash of its text; `embedding` and `answerer` name the models.
    """

    embedding: str
    answerer: str
    questions: str
    split: str
    sources: Mapping[str, str]

    @property
    def corpus(self) -> str:
        """A hash of the whole corpus."""
        lines = "\n".join(f"{name} {digest}" for name, digest in sorted(self.sources.items()))
        return hashlib.sha256(lines.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything a report is made from; `created` is an ISO time, `commit` may be empty."""

    fingerprint: Fingerprint
    created: str
    rows: tuple[Row, ...]
    drafts: int
    summary: Summary


def fingerprint(
    index: IndexView, embedding: str, answerer: str, questions: QuestionSet, split: str
) -> Fingerprint:
    """Describe what is about to be evaluated."""
    digests = {name: _digest(source) for name, source in sorted(index.sources.items())}
    return Fingerprint(embedding, answerer, questions.digest(), split, digests)


def _digest(source: Source) -> str:
    return hashlib.sha256(source.text.encode()).hexdigest()[:12]
