"""What a chat is told that asks for nothing: greetings, thanks, a pronoun without its noun."""

from __future__ import annotations

import pytest

from rag.answering.refusal import main_topics, refusal_text
from rag.pipeline import Pipeline
from rag.query.validation import asks_nothing
from rag.types import Chunk, Locator, Turn

NOTHING = (
    *(
        "hello",
        "Hi there",
        "Thanks!",
        "good morning",
        "ok",
        "what about it?",
        "Tell me more",
        "why?",
    ),
    *(
        "こんにちは",
        "ありがとうございます",
        "お疲れ様です",
        "それは？",
        "これについて教えて",
        "なんで？",
    ),
)
SOMETHING = (
    *("EKS?", "summary", "what's new?", "good practices", "What do the notes say about day 2?"),
    *("EKSは？", "まとめて", "新機能は？", "挨拶は大事？", "お礼の品は何？"),
)


@pytest.mark.parametrize("question", NOTHING)
def test_what_names_no_matter_asks_for_nothing(question: str) -> None:
    assert asks_nothing(question)


@pytest.mark.parametrize("question", SOMETHING)
def test_a_word_of_matter_is_a_question(question: str) -> None:
    assert not asks_nothing(question)


def test_a_greeting_is_met_with_what_to_ask_about(shipped_pipeline: Pipeline) -> None:
    pipeline = shipped_pipeline
    english, japanese = pipeline.ask("Hello"), pipeline.ask("ありがとう")
    for answer in (english, japanese):
        assert answer.refused
        assert len(answer.topics) == 3
        assert answer.topics == main_topics(pipeline.index().chunks)
        assert all(f"- {topic}" in answer.text for topic in answer.topics)
    assert english.text.startswith("Ask about anything in the notes.")
    assert japanese.text.startswith("ノートについて")
    # with something said before, the same words lean on it
    said = Turn("What changed for CloudFormation?", "Git sync [1]")
    assert not pipeline.ask("Tell me more about it", (said,)).refused


@pytest.mark.parametrize(
    "words", ["Thanks!", "ok, great", "ありがとうございました。", "なるほど、了解です"]
)
def test_thanks_go_on_with_nothing_said_before(shipped_pipeline: Pipeline, words: str) -> None:
    said = Turn("What changed for CloudFormation?", "Git sync [1]")
    answer = shipped_pipeline.ask(words, (said,))
    assert answer.refused and answer.standalone == words


def test_a_question_that_is_refused_is_not_told_to_ask() -> None:
    assert refusal_text("What does EKS cost?", "en", ()) == "The notes don't answer this."
    assert refusal_text("それは？", "ja", ()) != refusal_text("EKSの料金は？", "ja", ())


def test_main_topics_are_the_headings_with_the_most_under_them() -> None:
    def chunk(*path: str) -> Chunk:
        return Chunk("i", "n", "note", "n", path, "text", Locator(1, 1), 0)

    paths = [("Notes", "A", "x"), ("Notes", "B"), ("Notes", "B"), ("Notes", "C", "y"), ("Notes",)]
    assert main_topics([chunk(*path) for path in paths]) == ("B", "A", "C")
    assert main_topics([chunk("Only", "one")]) == ("one",)
    assert main_topics([chunk()]) == ()
