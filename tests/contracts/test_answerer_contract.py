"""What whatever answers from hits must do; `IMPLEMENTATIONS` are all there are."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from llm_fixtures import SOURCES, Extractive, WordVectors, passage, request

from rag.answering.base import Answerer, Draft
from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.generative import GenerativeAnswerer
from rag.errors import ModelError
from rag.llm.budget import Limit
from rag.llm.chat_model import Finish
from rag.text.quotes import locate_quote
from rag.types import Delta, Language
from rag.verification.verifier import Verifier

CHUNKS = [passage("107-109"), passage("160-160")]
ASKED: dict[Language, str] = {
    "en": "What changed for CloudFormation?",
    "ja": "CloudFormationは何が変わりましたか？",
}


class Says:
    """A model that says what it was given, in pieces."""

    name, context = "stand-in:says", 8192

    def __init__(self, text: str) -> None:
        self.text = text

    def stream(self, system: str, user: str, limit: Limit | None = None) -> Iterator[str | Finish]:
        if limit:
            limit.used += 1
        for place in range(0, len(self.text), 5):
            yield self.text[place : place + 5]
        yield Finish("stop", {"input": 10, "output": 5})


def generative(text: str | None) -> GenerativeAnswerer:
    """An answerer whose model says a text, or cannot be set up."""

    def load() -> Says:
        if text is None:
            raise ModelError("there is no such model")
        return Says(text)

    return GenerativeAnswerer({"stand-in:says": load}, Verifier(WordVectors()), Extractive())


GOOD = "CloudFormationがGitとの同期をサポート[1]。"
IMPLEMENTATIONS: dict[str, Callable[[], Answerer]] = {
    "extractive": ExtractiveAnswerer,
    "a model that cites": lambda: generative(GOOD),
    "a model that invents": lambda: generative("月面に基地が完成しました[1]。"),
    "a model that says nothing": lambda: generative(""),
    "a model that cannot be set up": lambda: generative(None),
    "the stand-in of the tests": Extractive,
}


@pytest.fixture(params=IMPLEMENTATIONS)
def answerer(request: pytest.FixtureRequest) -> Answerer:
    return IMPLEMENTATIONS[request.param]()


def answered(answerer: Answerer, language: Language) -> tuple[str, Draft]:
    *deltas, draft = answerer.answer(request(ASKED[language], CHUNKS, language))
    assert isinstance(draft, Draft)
    assert all(isinstance(one, Delta) and one.text for one in deltas)
    return "".join(one.text for one in deltas if isinstance(one, Delta)), draft


@pytest.mark.parametrize("language", ASKED)
def test_what_is_shown_bit_by_bit_is_the_draft_that_ends_it(
    answerer: Answerer, language: Language
) -> None:
    shown, draft = answered(answerer, language)
    assert shown == draft.text
    assert draft.model


@pytest.mark.parametrize("language", ASKED)
def test_citations_are_numbered_and_stand_in_their_sources(
    answerer: Answerer, language: Language
) -> None:
    _, draft = answered(answerer, language)
    assert [one.number for one in draft.citations] == list(range(1, len(draft.citations) + 1))
    marks = {int(number) for number in re.findall(r"\[(\d+)\]", draft.text)}
    assert marks <= {one.number for one in draft.citations}
    for citation in draft.citations:
        assert citation.chunk in CHUNKS
        if citation.verified:
            assert locate_quote(citation.quote, SOURCES[citation.chunk.source].text)
    assert not (draft.refused and draft.citations)


def test_a_question_that_leans_on_nothing_stays_as_it_is(answerer: Answerer) -> None:
    for language, question in ASKED.items():
        limit = Limit(time.monotonic() + 60)
        assert answerer.standalone(question, (), language, limit) == question
        assert limit.used <= 1


def test_threads_may_share_it(answerer: Answerer) -> None:
    alone = answered(answerer, "ja")[1].text
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: answered(answerer, "ja")[1].text, range(8)))
    assert found == [alone] * 8


def test_it_may_be_stopped_at_any_piece(answerer: Answerer) -> None:
    pieces = answerer.answer(request(ASKED["ja"], CHUNKS, "ja"))
    next(iter(pieces))
    pieces.close()  # type: ignore[attr-defined]
    assert answered(answerer, "ja")[1].text
