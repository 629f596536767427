"""Answers without a model: what is named, what is quoted, in which order, what is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from rag.answering.base import AnswerRequest, Draft
from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.refusal import nearest_topics
from rag.pipeline import Pipeline
from rag.reading.mentions import is_topic, things_named
from rag.text.markup import label, plain
from rag.text.quotes import quote_stands
from rag.types import Answer, Chunk, Hit, Locator, Source
from ui.i18n.en import ENGLISH
from ui.i18n.ja import JAPANESE

BAKERY = """- オーブンの強化
  - Rotor: 回転する天板
  - Rotorが予熱を自動化
- パンの新商品
  - 食パンを発売
  - 菓子パンを発売
  - 米粉パンを発売
  - 塩パンを発売
  - https://bakery.example/new-bread-for-you
  - ![Untitled](https://bakery.example/bread.png)
"""
SHOWN = BAKERY.replace("![Untitled](https://bakery.example/bread.png)", "Untitled")


def asked(
    question: str, near: Sequence[float] = (), text: str = SHOWN, source: str = BAKERY
) -> AnswerRequest:
    lines = text.rstrip().count("\n") + 1
    chunk = Chunk("c", "bakery.md", "note", "bakery", ("店",), text.rstrip(), Locator(1, lines), 0)
    hit = Hit(1, 0.5, chunk, 0.5, 0.5, tuple(near))
    return AnswerRequest(question, "ja", (hit,), {"bakery.md": Source("n", "note", "n", source)})


def answered(request: AnswerRequest) -> Draft:
    *_, draft = ExtractiveAnswerer().answer(request)
    assert isinstance(draft, Draft)
    return draft


def quoted(text: str) -> list[str]:
    return [re.sub(r"^\s*- | \[\d+\]$", "", line) for line in text.split("\n") if "- " in line[:8]]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("what is new in Rotor?", ["Rotor"]),
        ("what is new in rotor?", ["rotor"]),
        ("Compare Rotor with the new bread", ["Rotor"]),
        ("ローターRotorとは？", []),  # the end of a longer word
        ("what is new?", []),
        ("which bread should I watch", []),  # in an address only, or nowhere
    ],
)
def test_only_what_the_passages_write_as_a_name_is_one(question: str, named: list[str]) -> None:
    assert [thing.name for thing in things_named(asked(question))] == named


def test_a_word_that_stands_everywhere_names_nothing() -> None:
    request = asked("what is new in Rotor?")
    common = AnswerRequest(
        request.question, "ja", request.hits, request.sources, (), lambda t: float(t == "\0")
    )
    assert things_named(common) == []


def test_a_topic_is_a_name_and_nothing_else() -> None:
    forms = ENGLISH.example_questions + JAPANESE.example_questions
    examples = [form.format(topic="Rotor") for form in forms]
    for question in ("what changed for Rotor?", "Rotor", *examples):
        assert is_topic(question, things_named(asked(question))), question
    assert not is_topic("is Rotor round?", things_named(asked("is Rotor round?")))


def test_a_list_is_quoted_whole_without_addresses_and_pictures() -> None:
    near = [0.1, 0.1, 0.1, 0.2, 0.8, 0.8, 0.8, 0.1, 0.1, 0.9]
    draft = answered(asked("どんなパンが出た？", near))
    assert quoted(draft.text) == [f"{kind}パンを発売" for kind in ("食", "菓子", "米粉", "塩")]
    assert all(quote_stands(citation.quote, BAKERY) for citation in draft.citations)


def test_news_of_a_thing_stands_before_what_it_is_and_after_it_where_that_is_asked() -> None:
    lines = {
        "Rotor: 回転する天板": 0.6,
        "オーブンのRotorを赤く塗った": 0.9,
        "Rotorが予熱を自動化": 0.5,
    }
    chunks = [
        Chunk(text, "n", "note", "n", ("店", text), text, Locator(at, at), at)
        for at, text in enumerate(lines, 1)
    ]
    hits = tuple(
        Hit(rank, 0.5, chunk, 0.5, 0.5, (lines[chunk.text],)) for rank, chunk in enumerate(chunks)
    )
    sources = {"n": Source("n", "note", "n", "\n".join(lines))}

    def order(question: str) -> list[str]:
        request = AnswerRequest(question, "ja", hits, sources)
        return [citation.quote[:7] for citation in answered(request).citations]

    assert order("What changed for Rotor?") == ["Rotorが予", "オーブンのRo", "Rotor: "]
    assert order("What is Rotor?")[0] == "Rotor: "


def test_an_address_is_quoted_where_something_to_read_is_asked_for() -> None:
    near = [0.1, 0.1, 0.1, 0.9]
    assert "https://bakery.example" in answered(asked("新商品の記事はある？", near)).text
    assert "https://bakery.example" not in answered(asked("新商品は何？", near)).text


def test_what_leads_others_is_named_without_half_a_bracket() -> None:
    assert label("Ovenの強化　（Oven: パンを焼く機械）") == "Ovenの強化"
    assert label("**Rotor（新）**：　回る") == "Rotor（新）"
    assert label("（Rotor: 回る") == "（Rotor: 回る"
    assert len(label("長" * 80)) == 60


def test_a_refusal_names_the_bullet_that_is_nearest_and_leads_others() -> None:
    near = [0.2, 0.3, 0.1, 0.5, 0.9, 0.1, 0.1, 0.1, 0.9, 0.9]
    assert nearest_topics(asked("x", near).hits) == ("パンの新商品",)
    flat = asked("x", [0.1], text="- ただの一行", source="- ただの一行")
    assert nearest_topics(flat.hits) == ("店",)


@pytest.fixture(scope="module")
def pipeline(shipped_pipeline: Pipeline) -> Pipeline:
    return shipped_pipeline


def first_quotes(answer: Answer) -> list[str]:
    return [plain(citation.quote.split("\n")[0]) for citation in answer.citations]


@pytest.mark.parametrize(
    "question", ["what changed for CloudFormation?", "CloudFormationは何が変わった？"]
)
def test_every_change_of_a_thing_is_told_with_its_own_news_first(
    pipeline: Pipeline, question: str
) -> None:
    answer = pipeline.ask(question)
    assert first_quotes(answer)[0].startswith("CloudFormationがGitとの同期をサポート")
    assert {"IaCのサポート強化", "Console-to-Code登場", "Application Composer"} <= {
        re.split("[：:]", quote)[0] for quote in first_quotes(answer)
    }
    assert "CodeCommit" in answer.citations[0].quote
    assert "CloudFormation" in answer.text.split("\n")[0]


def test_what_a_thing_is_comes_first_where_that_is_asked(pipeline: Pipeline) -> None:
    answer = pipeline.ask("what is CloudFormation?")
    assert "AWSのIaCサービス" in answer.citations[0].quote


def test_a_comparison_quotes_each_side(pipeline: Pipeline) -> None:
    answer = pipeline.ask(
        "What is the difference between Console-to-Code and Application Composer?"
    )
    quotes = "\n".join(citation.quote for citation in answer.citations)
    assert "Console-to-Code登場" in quotes
    assert "Application Composer:" in quotes
