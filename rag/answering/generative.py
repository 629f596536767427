"""Answers written by a chat model, of which a reader sees only what has been checked.

While the model streams, each finished sentence is cleaned, checked against the chunks it cites and
only then passed on; its citation marks are set anew from the check. Where a model fails, or nothing
it wrote can be verified, the next one answers, and at last the extractive answerer.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import structlog

from rag.answering import messages as notices
from rag.answering.base import Answerer, AnswerRequest, Draft
from rag.answering.sentence_stream import Outcome, Writer
from rag.errors import ModelError
from rag.llm.budget import Limit
from rag.llm.chat_model import StreamingModel
from rag.llm.prompts import answer_prompt
from rag.query.condensing import standalone_by_model
from rag.query.followups import standalone
from rag.types import Delta, Language, Sentence, Turn
from rag.verification.verifier import Verifier

log = structlog.get_logger(__name__)

Loader = Callable[[], StreamingModel]


class GenerativeAnswerer:
    """Tries models in order, then the extractive answerer; safe to share between threads."""

    def __init__(
        self,
        models: Mapping[str, Loader],
        verifier: Verifier,
        extractive: Answerer,
        unsupported: Literal["drop", "mark"] = "drop",
        price: tuple[float, float] | None = None,
        timeout: float = 60.0,
    ) -> None:
        """Set up.

        Args:
            models: how to load each model, by name, in the order to try them.
            verifier: checks the sentences.
            extractive: answers when no model does.
            unsupported: what becomes of sentences that no source supports.
            price: US dollars for a million tokens read and written, to log the cost.
            timeout: seconds for an answer, whichever models take part in it.
        """
        self._models = dict(models)
        self._verifier, self._extractive = verifier, extractive
        self._unsupported, self._price, self._timeout = unsupported, price, timeout

    @property
    def name(self) -> str:
        """The first model's name."""
        return next(iter(self._models))

    def answer(self, request: AnswerRequest) -> Iterator[Delta | Draft]:
        """Yield checked pieces of text, then the draft that holds them all."""
        chunks = [hit.chunk for hit in request.hits]
        ahead = threading.Thread(target=self._verifier.prepare, args=(chunks,), daemon=True)
        ahead.start()
        try:
            yield from self._answer(request)
        finally:
            ahead.join()  # a program that ends while a thread is inside torch is aborted

    def standalone(
        self, question: str, history: Sequence[Turn], language: Language, limit: Limit
    ) -> str:
        """A follow-up as the first model would ask it alone; by the rules where that fails.

        Args:
            question: the last one asked.
            history: earlier turns, oldest first.
            language: of the question.
            limit: of the whole answer; one call of it may be spent.
        """
        try:
            model = next(iter(self._models.values()))()
        except ModelError:  # said when it is to answer
            return standalone(question, history, language)
        return standalone_by_model(question, history, language, model, limit)

    def _answer(self, request: AnswerRequest) -> Iterator[Delta | Draft]:
        failures: list[tuple[str, str]] = []
        tried: list[Sentence] = []
        checking = 0.0
        limit = request.limit or Limit(time.monotonic() + self._timeout)
        for name, load in self._models.items():
            started, before = time.monotonic(), limit.used
            try:
                model = load()
            except ModelError as error:
                log.warning("model not set up", model=name, error=str(error))
                failures.append((name, "setup"))
                continue
            prompt = answer_prompt(request.question, request.language, request.hits, model.context)
            writer = Writer(request, prompt, self._verifier, self._unsupported)
            outcome = yield from writer.run(model, limit)
            limit.add(outcome.finish.tokens)
            seconds = time.monotonic() - started
            self._log(name, request, outcome, seconds, limit.used - before)
            if outcome.text or outcome.failure == "unanswered":
                draft = self._draft(name, request, writer, outcome, failures)
                yield replace(draft, calls=limit.used, cost=self._cost(limit.tokens))
                return
            failures.append((name, outcome.failure))
            tried += outcome.sentences
            checking += outcome.seconds_checking
        for item in self._fall_back(request, failures, tried):
            if isinstance(item, Draft):
                item = replace(
                    item,
                    calls=limit.used,
                    cost=self._cost(limit.tokens),
                    seconds={**item.seconds, "verification": round(checking, 3)},
                )
            yield item

    def _draft(
        self,
        name: str,
        request: AnswerRequest,
        writer: Writer,
        outcome: Outcome,
        failures: list[tuple[str, str]],
    ) -> Draft:
        language = request.language
        lines = [notices.other_model(failures, language)] if failures else []
        left_out = sum(not sentence.kept for sentence in outcome.sentences)
        if outcome.text:
            if outcome.failure or outcome.finish.reason != "stop":
                kind = outcome.failure or outcome.finish.reason or "finish"
                lines.append(notices.partial(kind, language))
            if left_out and self._unsupported == "drop":
                lines.append(notices.dropped(left_out, language))
        return Draft(
            text=outcome.text,
            citations=writer.citations(),
            model=name,
            refused=not outcome.text,
            notice=notices.join(lines, language),
            sentences=tuple(outcome.sentences),
            tokens=outcome.finish.tokens,
            seconds={
                "first_token": outcome.finish.first_token,
                "verification": round(outcome.seconds_checking, 3),
            },
        )

    def _fall_back(
        self, request: AnswerRequest, failures: list[tuple[str, str]], tried: list[Sentence]
    ) -> Iterator[Delta | Draft]:
        for item in self._extractive.answer(request):
            if isinstance(item, Draft):
                notice = notices.instead(failures, request.language)
                lines = [notice, item.notice]
                item = replace(
                    item,
                    notice=notices.join(lines, request.language),
                    sentences=(*tried, *item.sentences),
                )
            yield item

    def _cost(self, tokens: Mapping[str, int]) -> float | None:
        """US dollars, where the price and the tokens are known."""
        if not self._price or not tokens:
            return None
        read, written = self._price
        return round((tokens.get("input", 0) * read + tokens.get("output", 0) * written) / 1e6, 6)

    def _log(
        self, name: str, request: AnswerRequest, outcome: Outcome, seconds: float, calls: int
    ) -> None:
        kept = sum(sentence.kept for sentence in outcome.sentences)
        tokens = outcome.finish.tokens
        log.info(
            "model tried",
            model=name,
            language=request.language,
            retrieved=len(request.hits),
            kept=kept,
            dropped=len(outcome.sentences) - kept,
            reasons=dict(Counter(s.reason for s in outcome.sentences if not s.kept)),
            failure=outcome.failure,
            finish=outcome.finish.reason,
            tokens=dict(tokens),
            cost=self._cost(tokens),
            calls=calls,
            seconds=round(seconds, 3),
            first_token=outcome.finish.first_token,
            verification=round(outcome.seconds_checking, 3),
        )
