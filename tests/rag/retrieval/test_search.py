"""Searching the shipped notes and a small index: across languages, filtered, none twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever
from typer.testing import CliRunner

from ingest.pipeline import ingest
from rag.cli.main import app
from rag.integrations.langchain import ShioriRetriever
from rag.pipeline import Pipeline
from rag.retrieval.filters import Filters
from rag.settings import load_settings


@pytest.fixture(scope="module")
def shipped(shipped_pipeline: Pipeline) -> Pipeline:
    return shipped_pipeline


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which Git hosts can CloudFormation sync with?", "GitLab, BitBucket"),
        ("CloudFormationが同期できるGitリポジトリは？", "GitLab, BitBucket"),
        ("How much faster does Lambda scale out?", "12 倍"),
        ("Lambdaのスケールアウトはどれだけ速くなった？", "12 倍"),
    ],
)
def test_english_and_japanese_find_the_same_japanese_lines(
    shipped: Pipeline, question: str, text: str
) -> None:
    assert any(text in hit.chunk.text for hit in shipped.search(question, 3))


def test_a_langchain_retriever_gives_what_search_gives(shipped: Pipeline) -> None:
    question = "What changed for CloudFormation?"
    retriever = ShioriRetriever(pipeline=shipped, k=4)
    assert isinstance(retriever, BaseRetriever)
    hits, documents = shipped.search(question, 4), retriever.invoke(question)
    assert [document.page_content for document in documents] == [hit.chunk.text for hit in hits]
    assert [document.metadata["chunk_id"] for document in documents] == [
        hit.chunk.id for hit in hits
    ]
    assert "text" not in documents[0].metadata


LONG = "The robin lays four or five pale blue eggs in a nest of moss that it builds low in a hedge"
NOTES = {
    "garden.md": f"# Garden\n\n## Birds\n\n- {LONG}.\n\n## Trees\n\n- The ginkgo is yellow.\n",
    "copy.md": f"# Copy\n\n## Birds\n\n- {LONG}!\n",
    "sea.md": "# Sea\n\n## Birds\n\n- Gulls follow the ships.\n\n## Eggs\n\n- Caviar is salted.\n",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder: Path = tmp_path_factory.mktemp("small")
    (folder / "corpus").mkdir()
    for name, text in NOTES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    settings = load_settings(corpus_dir=folder / "corpus", data_dir=folder / "data")
    ingest(settings, offline=True)
    yield Pipeline(settings)


def sources(pipeline: Pipeline, filters: Filters | None = None) -> list[str]:
    return [hit.chunk.source for hit in pipeline.search("Which bird lays blue eggs?", 10, filters)]


def test_near_duplicates_are_one_hit(small: Pipeline) -> None:
    texts = [chunk.text for chunk in small.index().chunks if LONG in chunk.text]
    assert len(texts) == 2
    assert texts[0] != texts[1]
    found = small.search("Which bird lays blue eggs?", 10)
    assert sum(LONG in hit.chunk.text for hit in found) == 1
    assert LONG in found[0].chunk.text
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    # where one of the two may not be shown, the other one is
    for name in ("garden.md", "copy.md"):
        (first, *_) = small.search("Which bird lays blue eggs?", 10, Filters(sources=(name,)))
        assert LONG in first.chunk.text


def test_filters_leave_only_what_they_name(small: Pipeline) -> None:
    assert set(sources(small, Filters(sources=("sea.md",)))) == {"sea.md"}
    assert set(sources(small, Filters(sources=("sea.md", "copy.md")))) == {"sea.md", "copy.md"}
    assert set(sources(small, Filters(kinds=("note", "pdf")))) == set(sources(small))
    assert sources(small, Filters(kinds=("pdf", "html", "video"))) == []
    assert sources(small, Filters(sources=("none.md",))) == []

    trees = small.search("Which bird lays blue eggs?", 10, Filters(section="tREE"))
    assert [hit.chunk.path for hit in trees] == [("Garden", "Trees")]
    both = small.search("eggs", 10, Filters(sources=("sea.md",), section="eggs"))
    assert ["Caviar" in hit.chunk.text for hit in both] == [True]


def test_the_command_line_takes_the_filters(small: Pipeline) -> None:
    command = ["search", "Which bird lays blue eggs?", "--json", "--section", "Birds"]
    command += ["--source", "sea.md", "--source", "garden.md", "--kind", "note"]
    done = CliRunner().invoke(app, [*command, "--data", str(small.settings.data_dir)])
    assert done.exit_code == 0
    hits = json.loads(done.stdout)["hits"]
    assert [hit["source"] for hit in hits] == ["garden.md", "sea.md"]
    assert all("Birds" in hit["path"] for hit in hits)
