"""The way of a question: made to stand alone, searched, judged, answered, checked.

One path serves the page, the command line and the evaluation.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from rag.query.query import query_of
from rag.query.validation import clean_question, is_small_talk
from rag.reading.answerability import UNSURE, Judgement, judge
from rag.reading.passages import PASSAGES, read
from rag.reading.unknown_names import unknown_names
from rag.retrieval.filters import Filters
from rag.retrieval.retriever import Retrieval
from rag.settings import Settings
from rag.types import Answer, Delta, Event, Finished, Hit, Language, Searched, Turn

State = Literal["cold", "loading", "ready", "failed"]
Rewrite = Callable[[str, Sequence[Turn], Language], str]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search came to: its hits in order, whether they answer, and the seconds of each."""

    retrieval: Retrieval
    judgement: Judgement
    seconds: Mapping[str, float]

    @property
    def sure(self) -> bool:
        """Whether the hits very likely answer."""
        return self.judgement.answerable and self.judgement.confidence >= UNSURE


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
            self._ready()
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
        """The passages that answer a question, best first."""
        return self.find(question, k, filters, history).retrieval.hits

    def find(
        self,
        question: str,
        k: int | None = None,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        rewrite: Rewrite = standalone,
    ) -> Found:
        """Hits, read and in order, and whether they answer.

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
        count = k or self.settings.search_k
        alone = self._found(asked, count, filters)
        if not history or is_small_talk(asked):
            return alone
        if not (points(asked) or not alone.sure):
            return alone
        joined = rewrite(asked, history, alone.retrieval.language)
        return alone if joined == asked else self._found(joined, count, filters)

    def _found(self, question: str, count: int, filters: Filters | None) -> Found:
        """Search, read and judge a question that stands alone."""
        components, index = self._ready(), self.index()
        started = time.monotonic()
        query = query_of(question)
        retrieval = components.retriever.search(index, query, max(count, PASSAGES), filters)
        searched = time.monotonic()
        hits = read(query, retrieval.hits, components.cross_encoder)
        judgement = judge(query, hits, unknown_names(query, index), self.settings.answerability)
        seconds = {"search": searched - started, "read": time.monotonic() - searched}
        return Found(replace(retrieval, hits=hits[:count]), judgement, seconds)

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

        found = self.find(question, None, filters, history, rewrite)
        retrieval, judgement = found.retrieval, found.judgement
        yield Searched(retrieval.question, retrieval.hits)
        if not judgement.answerable:
            draft = Draft("", (), answerer.name, calls=limit.used, tokens=limit.tokens)
            answer = refused(question, retrieval, draft)
            yield Delta(answer.text)
        else:
            request = self._request(retrieval, history, limit, found.sure)
            answer = yield from self._answered(question, retrieval, answerer, request)
        total = time.monotonic() - started
        answer = replace(
            answer,
            seconds={**answer.seconds, **found.seconds, "total": total},
            confidence=judgement.confidence,
        )
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
