"""The command `shiori`: what it brings together, and what it says where it cannot start."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import ui.__main__
from rag.cli.main import app as questions
from rag.settings import load_settings
from shiori.command import app

NOTE = "# Garden\n\n- Tomatoes need water every morning.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that one stands in."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """How the page was started; it is not."""
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(ui.__main__, "main", lambda *given: calls.append(given))
    return calls


def test_all_commands_of_rag_are_there_beside_run_and_ingest() -> None:
    told = CliRunner().invoke(app, ["--help"]).stdout
    names = {
        command.name or str(getattr(command.callback, "__name__", ""))
        for command in questions.registered_commands
    } | {str(group.name) for group in questions.registered_groups}
    assert {"ask", "search", "status", "evaluate", "questions"} <= names
    for name in {*names, "run", "ingest"}:
        assert f" {name} " in told


def test_wrong_usage_ends_with_two() -> None:
    assert CliRunner().invoke(app, ["nonsense"]).exit_code == 2
    assert CliRunner().invoke(app, ["run", "--nonsense"]).exit_code == 2
    assert CliRunner().invoke(app, ["ask"]).exit_code == 2


def test_the_notes_of_the_folder_are_indexed_and_the_page_starts(
    folder: Path, served: list[tuple[object, ...]]
) -> None:
    (folder / "garden.md").write_text(NOTE, encoding="utf-8")
    first = CliRunner().invoke(app, ["run", "--offline", "--port", "8600"])
    assert first.exit_code == 0, first.output
    assert "Indexed 1 passages of 1 note" in first.stdout
    assert (folder / ".data" / "CURRENT").is_file()
    assert served == [(None, 8600, None, None, True)]
    assert load_settings().corpus_dir == folder
    told = CliRunner().invoke(app, ["status"]).stdout
    assert "1 note" in told
    # a later start whose ingest fails shows what there is
    (folder / "garden.md").unlink()
    later = CliRunner().invoke(app, ["run", "--no-browser"])
    assert later.exit_code == 0
    assert "There is no Markdown note to read" in later.stderr
    assert "The page starts with the index of before." in later.stderr
    assert len(served) == 2


def test_a_folder_without_notes_is_said_so(folder: Path, served: list[tuple[object, ...]]) -> None:
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 1
    assert f"There is no Markdown note to read in {folder}" in done.stderr
    assert served == []


def test_a_folder_that_cannot_be_written_is_said_so(
    folder: Path, served: list[tuple[object, ...]]
) -> None:
    (folder / "garden.md").write_text(NOTE, encoding="utf-8")
    (folder / ".data").write_text("a file where the folder would be", encoding="utf-8")
    done = CliRunner().invoke(app, ["run", "--offline"])
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
    assert "--data" in done.stderr
    assert served == []


def test_a_setting_that_is_wrong_is_said_so(
    folder: Path, served: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCH_K", "many")
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 2
    assert "SEARCH_K='many'" in done.stderr


def test_all_files_of_somebody_are_no_notes(
    folder: Path, served: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "letter.md").write_text(NOTE, encoding="utf-8")
    monkeypatch.setenv("HOME", str(folder))
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 1
    assert "Name a folder of Markdown notes with --corpus" in done.stderr
    monkeypatch.chdir("/")
    assert load_settings().corpus_dir == Path("corpus")


def test_a_corpus_beside_or_named_goes_before_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().corpus_dir == folder
    (folder / "corpus").mkdir()
    assert load_settings().corpus_dir == Path("corpus")
    assert load_settings(corpus_dir=Path("notes")).corpus_dir == Path("notes")
    monkeypatch.setenv("CORPUS_DIR", "there")
    assert load_settings().corpus_dir == Path("there")
