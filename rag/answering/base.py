"""What every answerer takes and gives, embedded or generative."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.llm.budget import Limit
from rag.types import Citation, Delta, Hit, Language, Sentence, Source, Turn


def _alike(term: str) -> float:
    """All terms tell the same."""
    return 1.0


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """A question that was judged answerable, with what was retrieved for it.

    `question` stands alone (follow-ups are resolved before); `sources` holds the whole text of
    every source that a hit comes from, by source id; `weigh` says how much a term tells (its IDF
    in the index); `limit` is what models may still spend on it; `sure` says that the passages
    very likely answer.
    """

    question: str
    language: Language
    hits: tuple[Hit, ...]
    sources: Mapping[str, Source]
    history: Sequence[Turn] = ()
    weigh: Callable[[str], float] = _alike
    limit: Limit | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer arrived at; the last item it yields."""

    text: str
    citations: tuple[Citation, ...]
    model: str
    refused: bool = False
    notice: str = ""
    sentences: tuple[Sentence, ...] = ()
    tokens: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    calls: int = 0
    cost: float | None = None
    highlights: tuple[str, ...] = ()


class Answerer(Protocol):
    """Answers from hits: yields checked pieces of text, then one `Draft` that holds them all."""

    @property
    def name(self) -> str:
        """The model as settings name it, for example `extractive` or `openai:gpt-x`."""

    def standalone(
        self, question: str, history: Sequence[Turn], language: Language, limit: Limit
    ) -> str:
        """A follow-up as it would be asked without the conversation; others as they are.

        Args:
            question: the last one asked.
            history: earlier turns, oldest first.
            language: of the question.
            limit: of the whole answer; a call of it may be spent.
        """

    def answer(self, request: AnswerRequest) -> Iterator[Delta | Draft]:
        """Yield `Delta`s whose texts joined are the draft's text, then the `Draft`."""
