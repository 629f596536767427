"""`python -m rag chunks`: what the index holds, for programs and for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from corpus_place import Place
from typer.testing import CliRunner

from rag.cli.main import app
from rag.embedding import Embedder

NOTE = """---
tags: [garden]
---
# Garden

## 2024-03-11

Bring to the gate:

1. the [key](tools.csv)
2. a lamp

- See [[birds]].
"""
KEYS = {"chunk_id", "source", "kind", "title", "path", "text", "locator", "segments"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    place = Place(tmp_path_factory.mktemp("chunks"), embedder)
    place.write("deep/garden.md", NOTE)
    place.write("deep/tools.csv", "tool,place\nkey,hall\n")
    place.write("birds.md", "# Birds\n\n- Robins lay blue eggs.\n")
    place.ingest()
    return place.data


def called(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["chunks", *arguments, "--data", str(data)])


def test_every_passage_is_a_line_of_json(data: Path) -> None:
    done = called(data, "--json")
    assert done.exit_code == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["source"] for row in rows} == {"birds.md", "deep/garden.md", "deep/tools.csv"}
    for row in rows:
        assert row.keys() >= KEYS
        assert row["kind"] == "note"
        assert row["locator"]["start_line"] <= row["locator"]["end_line"]
        for segment in row["segments"]:
            assert segment["text"]
            assert segment["locator"]["start_line"] >= 1


def test_what_is_set_stands_beside(data: Path) -> None:
    rows = [json.loads(line) for line in called(data, "--json").stdout.splitlines()]
    garden = [row for row in rows if row["source"] == "deep/garden.md"]
    assert {(row["folder"], row["date"]) for row in garden if row["path"][1:]} == {
        ("deep", "2024-03-11")
    }
    assert all("garden" in row["tags"] for row in garden)
    assert {link for row in garden for link in row.get("links", ())} == {
        "birds.md",
        "deep/tools.csv",
    }
    (tools,) = [row for row in rows if row["source"] == "deep/tools.csv"]
    assert [(one["kind"], one["text"]) for one in tools["segments"]] == [
        ("header", "tool | place"),
        ("row", "key | hall"),
    ]
    assert tools["segments"][1]["parent"] == 0
    assert [place["line"] for place in tools["linked_from"]] == [10]
    birds = next(row for row in rows if row["source"] == "birds.md")
    assert not birds.keys() & {"folder", "date", "tags", "links", "navigation", "url"}


def test_the_passages_of_one_source_for_people(data: Path) -> None:
    done = called(data, "--source", "deep/garden.md")
    assert done.exit_code == 0
    assert "deep/garden.md:" in done.stdout
    assert "Garden > 2024-03-11" in done.stdout
    assert "1. the key" in done.stdout
    assert "-> " in done.stdout
    assert "birds.md:" not in done.stdout


def test_a_source_that_is_not_indexed_is_wrong_usage(data: Path) -> None:
    done = called(data, "--source", "gone.md", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Nothing is indexed from gone.md" in done.stderr


def test_without_an_index_the_command_that_makes_it_is_named(tmp_path: Path) -> None:
    done = called(tmp_path, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "python -m ingest" in done.stderr


def test_a_damaged_index_says_so(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    (copy / "generations" / "x").mkdir(parents=True)
    (copy / "CURRENT").write_text("x\n")
    done = called(copy, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "is damaged" in done.stderr
