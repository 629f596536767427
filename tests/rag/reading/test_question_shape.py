"""How a question asks, read off its vector."""

from __future__ import annotations

import numpy as np
import pytest

from rag.embedding import load_embedder
from rag.reading.answerability import features, judge
from rag.reading.evidence import Evidence
from rag.reading.question_shape import Shape, shape_of
from rag.retrieval.language_centering import Centroids
from rag.text.language import question_language

BROAD = (
    *("What's new in pottery?", "Tell me about the ferry", "Describe the scheduler's overhaul"),
    *("陶芸について教えて", "フェリーの変更点は？", "スケジューラの刷新の概要"),
)
PARTICULAR = (
    *(
        "What does pottery class cost?",
        "Who steers the ferry?",
        "Which font does the scheduler use?",
    ),
    *("陶芸教室の月謝は？", "フェリーの船長は誰？", "スケジューラは何語で書かれている？"),
)
METHOD = (
    "How do I fire a kiln?",
    "Why is the ferry late?",
    "窯の使い方は？",
    "なぜフェリーが遅れた？",
)


@pytest.fixture(scope="module")
def shaped() -> dict[str, Shape]:
    embedder = load_embedder()
    centroids = Centroids(embedder)
    shapes = {}
    for question in (*BROAD, *PARTICULAR, *METHOD):
        raw = embedder.encode_queries([question])[0]
        vector = centroids.question(raw, question_language(question))
        shape = shape_of(vector, embedder.fingerprint)
        assert shape is not None
        shapes[question] = shape
    return shapes


def test_asking_for_all_about_a_thing_is_told_from_asking_for_something(
    shaped: dict[str, Shape],
) -> None:
    least = min(shaped[question].broad for question in BROAD)
    assert least > max(shaped[question].broad for question in (*PARTICULAR, *METHOD))


def test_how_and_why_are_told_from_what(shaped: dict[str, Shape]) -> None:
    pairs = [
        shaped[one].method > shaped[other].method
        for one in METHOD
        for other in (*BROAD, *PARTICULAR)
    ]
    assert sum(pairs) / len(pairs) >= 0.9


def test_a_broad_question_is_answered_sooner() -> None:
    sure = [
        judge(Evidence("x y", "en", dense=0.5, unsaid=0.5, shape=Shape(broad, -2.0))).confidence
        for broad in (-6.0, 0.0, 6.0)
    ]
    assert sure == sorted(sure) and sure[0] < sure[2]


def test_another_model_has_no_such_directions_and_is_judged_without() -> None:
    vector = np.ones(768, dtype=np.float32) / np.sqrt(768)
    assert shape_of(vector, "somebody/else@0123-abc") is None
    inputs = features(Evidence("x", "en", dense=0.5))
    assert -6 < inputs["broad"] < 0 and -6 < inputs["method"] < 0


def test_the_kind_of_answer_is_told_in_words_that_no_pattern_knows(
    shaped: dict[str, Shape],
) -> None:
    assert shaped["陶芸教室の月謝は？"].kind == "price"
    assert shaped["Who steers the ferry?"].kind == "person"
    assert shaped["Which font does the scheduler use?"].kind == "which"
