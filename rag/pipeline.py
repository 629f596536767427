"""The way of a question: made to stand alone, searched, judged, answered, checked.

One path serves the page, the command line and the evaluation.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from rag.answering.base import Answerer, AnswerRequest, Draft
from rag.answering.extractive import NAME as EXTRACTIVE
from rag.answering.messages import join, outdated
from rag.answering.outcome import finished, refused
from rag.components import Components, load_components
from rag.errors import IndexMissing, ShioriError, UsageError
from rag.index import Index
from rag.llm.budget import Limit
from rag.llm.providers import parse_models
from rag.logs import log_answer
from rag.query.followups import points, standalone
from rag.query.validation import clean_question, is_small_talk
from rag.reading.answerability import UNSURE, Judgement, judge
from rag.reading.evidence import evidence_of
from rag.retrieval.filters import Filters
from rag.retrieval.heading_expansion import with_sections
from rag.retrieval.retriever import Retrieval
from rag.settings import Settings
from rag.types import Answer, Delta, Event, Finished, Hit, Language, Searched, Turn

State = Literal["cold", "loading", "ready", "failed"]
Rewrite = Callable[[str, Sequence[Turn], Language], str]


class Pipeline:
    """Answers questions from the index of a data folder; one a process, thread-safe.

    `state` and `state_detail` say, for a page that is already usable, what is being loaded.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.state: State = "cold"
        self.state_detail = ""
        self._lock = threading.Lock()
        self._parts: Components | None = None
        self.models = tuple(dict.fromkeys((*parse_models(settings.llm), EXTRACTIVE)))
        """The answerers that can be chosen, the default first."""

    def warm(self) -> None:
        """Load models and index; a second call costs nothing.

        Raises:
            ShioriError: why it cannot answer; `state` is `failed` and `state_detail` says the same.
        """
        try:
            self._ready().load_reader()
            self.index()
        except ShioriError as error:
            self.state, self.state_detail = "failed", str(error)
            raise
        self.state, self.state_detail = "ready", ""

    def index(self) -> Index:
        """The current generation.

        Raises:
            IndexMissing: nothing has been ingested yet.
            IndexMismatch: the index was built by another model or version.
        """
        if not (
            self.settings.data_dir / "CURRENT"
        ).exists():  # said before a model is loaded for it
            raise IndexMissing(
                f"There is no index in {self.settings.data_dir} yet. Make it with: python -m ingest"
            )
        parts = self._ready()
        index = parts.generations.current()
        parts.retriever.prepare(index)
        return index

    @property
    def index_problem(self) -> str:
        """Why an older index answers than the newest, in a sentence; empty while it does not."""
        return self._parts.generations.problem if self._parts else ""

    def search(
        self,
        question: str,
        k: int | None = None,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
    ) -> tuple[Hit, ...]:
        """The passages nearest to a question, best first."""
        return self.retrieve(question, k, filters, history).hits

    def retrieve(
        self,
        question: str,
        k: int | None = None,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        rewrite: Rewrite = standalone,
    ) -> Retrieval:
        """Hits with what answerability is judged from.

        Args:
            question: as it was asked.
            k: how many hits; as the settings say if not given.
            filters: what to search in.
            history: earlier turns, oldest first.
            rewrite: makes a follow-up stand alone.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked = clean_question(question)
        index = self.index()
        retriever = self._ready().retriever
        count = k or self.settings.search_k
        alone = retriever.search(index, asked, count, filters)
        if not history or is_small_talk(asked):
            return alone
        if not (points(asked) or self._unsure(alone)):
            return alone
        joined = rewrite(asked, history, alone.language)
        return alone if joined == asked else retriever.search(index, joined, count, filters)

    def _unsure(self, retrieval: Retrieval) -> bool:
        """Whether the corpus may not answer a question as it stands."""
        judgement = self._judged(retrieval)
        return not judgement.answerable or judgement.confidence < UNSURE

    def _judged(self, retrieval: Retrieval) -> Judgement:
        evidence = evidence_of(retrieval, self._ready().reader)
        return judge(evidence, self.settings.answerability)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters | None = None,
        model: str | None = None,
    ) -> Answer:
        """The answer to a question, whole."""
        for event in self.stream(question, history, filters=filters, model=model):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters | None = None,
        model: str | None = None,
    ) -> Iterator[Event]:
        """Yield what is found, the answer piece by piece as it is checked, and the whole.

        Raises:
            QuestionError: the question is empty or too long.
            UsageError: the model is not one of `models`.
        """
        answerer = self._answerer(model)
        started = time.monotonic()
        limit = Limit(started + self.settings.llm_timeout)

        def rewrite(asked: str, turns: Sequence[Turn], language: Language) -> str:
            return answerer.standalone(asked, turns, language, limit)

        retrieval = with_sections(self.retrieve(question, None, filters, history, rewrite))
        searched = time.monotonic() - started
        yield Searched(retrieval.question, retrieval.hits)
        judgement = self._judged(retrieval)
        judged = time.monotonic() - started - searched
        if not judgement.answerable:
            draft = Draft("", (), answerer.name, calls=limit.used, tokens=limit.tokens)
            answer = refused(question, retrieval, draft)
            yield Delta(answer.text)
        else:
            sure = judgement.confidence >= UNSURE
            request = self._request(retrieval, history, limit, sure)
            answer = yield from self._answered(question, retrieval, answerer, request)
        seconds = {
            **answer.seconds,
            "search": searched,
            "judge": judged,
            "total": time.monotonic() - started,
        }
        answer = replace(answer, seconds=seconds, confidence=judgement.confidence)
        if self.index_problem:
            lines = [outdated(answer.language), answer.notice]
            answer = replace(answer, notice=join(lines, answer.language))
        log_answer(answer, self.settings.log_questions)
        yield Finished(answer)

    def _request(
        self, retrieval: Retrieval, history: Sequence[Turn], limit: Limit, sure: bool
    ) -> AnswerRequest:
        names = {hit.chunk.source for hit in retrieval.hits}
        return AnswerRequest(
            retrieval.question,
            retrieval.language,
            retrieval.hits,
            {name: retrieval.index.sources[name] for name in names},
            history,
            retrieval.index.lexical.term_idf,
            limit,
            sure,
        )

    def _answered(
        self, question: str, retrieval: Retrieval, answerer: Answerer, request: AnswerRequest
    ) -> Generator[Event, None, Answer]:
        for item in answerer.answer(request):
            if isinstance(item, Draft):
                if item.refused and not item.text:  # a model that found no answer says nothing
                    none = refused(question, retrieval, item)
                    yield Delta(none.text)
                    return none
                return finished(question, retrieval, item)
            yield item
        raise AssertionError("an answerer ends with a draft")

    def _answerer(self, model: str | None) -> Answerer:
        if model is not None and model not in self.models:
            raise UsageError(
                f"There is no model {model!r} here. Choose from: {', '.join(self.models)}."
            )
        return self._ready().answerers[model or self.models[0]]

    def _ready(self) -> Components:
        with self._lock:
            if self._parts is None:
                self._parts = load_components(self.settings, self._loading)
            return self._parts

    def _loading(self, what: str) -> None:
        self.state, self.state_detail = "loading", what
