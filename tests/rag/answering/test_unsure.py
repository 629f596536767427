"""A reader is told when what is quoted may not be an answer."""

from __future__ import annotations

import pytest
from llm_fixtures import passage, request

from rag.answering.base import Draft
from rag.answering.extractive import ExtractiveAnswerer
from rag.pipeline import Pipeline
from rag.reading.answerability import UNSURE, threshold
from rag.settings import Settings
from rag.types import Language


@pytest.mark.parametrize(
    ("language", "sure", "unsure"),
    [
        ("en", "This is what the notes say", "The notes may not answer this."),
        ("ja", "ノートには次のように書かれています", "ノートに答えがないかもしれません"),
    ],
)
def test_the_opening_says_how_sure_it_is(language: Language, sure: str, unsure: str) -> None:
    asked = request("CloudFormation", [passage("107-109")], language)
    for is_sure, words in ((True, sure), (False, unsure)):
        one = type(asked)(asked.question, language, asked.hits, asked.sources, sure=is_sure)
        draft = list(ExtractiveAnswerer().answer(one))[-1]
        assert isinstance(draft, Draft)
        assert words in draft.text and draft.citations


def test_only_what_is_barely_answered_is_hedged(shipped_index: Settings) -> None:
    always = Pipeline(shipped_index.model_copy(update={"answerability": "0"}))
    hedged = always.ask("What does S3 Express One Zone cost?")
    assert hedged.confidence < UNSURE
    assert hedged.text.startswith("The notes may not answer this.")
    sure = always.ask("CloudFormationがGitとの同期をサポートするのはどのGitホスト？")
    assert sure.confidence >= UNSURE
    assert sure.text.startswith("ノートには次のように書かれています")
    assert threshold("balanced") < UNSURE
