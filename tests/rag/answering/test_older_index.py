"""An answer from the index before, as the newest is damaged, says so in the question's language."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag.answering.messages import outdated
from rag.pipeline import Pipeline
from rag.settings import Settings


@pytest.fixture(scope="module")
def behind(shipped_index: Settings, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """A pipeline over a copy of the shipped index whose newest generation is gone."""
    data: Path = tmp_path_factory.mktemp("behind") / "data"
    shutil.copytree(shipped_index.data_dir, data)
    (data / "CURRENT").write_text("29991231T000000-abcdef\n")
    return Pipeline(shipped_index.model_copy(update={"data_dir": data}))


@pytest.mark.parametrize(
    ("question", "language"),
    [("What is semantic search?", "en"), ("ベクトル検索とは何ですか？", "ja")],
)
def test_answers_say_so(behind: Pipeline, question: str, language: str) -> None:
    answer = behind.ask(question)
    assert outdated(answer.language) in answer.notice
    assert answer.language == language
    assert "29991231T000000-abcdef" in behind.index_problem
