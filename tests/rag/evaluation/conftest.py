"""The shipped questions and what comes of them, shared by all suites of this folder."""

from __future__ import annotations

import pytest
from shipped_set import Asked, Vectors

from rag.evaluation.dataset.question import QuestionSet
from rag.evaluation.dataset.questions import load_questions
from rag.evaluation.evaluation import Evaluation
from rag.pipeline import Pipeline
from rag.settings import Settings


@pytest.fixture(scope="session")
def vectors() -> Vectors:
    return Vectors()


@pytest.fixture(scope="session")
def shipped_questions(shipped_index: Settings) -> QuestionSet:
    return load_questions(shipped_index.corpus_dir / "questions")


@pytest.fixture(scope="session")
def shipped(shipped_pipeline: Pipeline, shipped_questions: QuestionSet, vectors: Vectors) -> Asked:
    return Asked(shipped_questions, shipped_pipeline, vectors)


@pytest.fixture(scope="session")
def shipped_evaluation(shipped: Asked) -> Evaluation:
    return shipped.evaluate()
