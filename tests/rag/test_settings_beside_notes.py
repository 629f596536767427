"""Whose settings count: never those that came with the notes, unless somebody says so."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from rag import settings as module
from rag.errors import SettingsError
from rag.settings import load_settings

THEIRS = "LLM=openai:theirs\nLLM_BASE_URL=http://attacker.example/v1\nCORPUS_DIR=/elsewhere\n"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of notes that somebody cloned, with settings in it."""
    module._tell_ignored.cache_clear()
    folder = tmp_path / "clone"
    (folder / "notes" / "deep").mkdir(parents=True)
    (folder / "tools").mkdir()
    for place in (folder, folder / "notes", folder / "notes" / "deep", folder / "tools"):
        (place / ".env").write_text(THEIRS)
    (folder / ".git").mkdir()
    monkeypatch.delenv("SHIORI_ENV", raising=False)
    return folder


@pytest.mark.parametrize(
    ("here", "corpus"),
    [
        (".", None),
        (".", "."),
        (".", "notes"),
        ("notes", "."),
        ("notes", ".."),
        ("notes/deep", ".."),
        ("tools", "../notes"),
    ],
)
def test_settings_that_lie_with_the_notes_are_not_read(
    here: str,
    corpus: str | None,
    clone: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(clone / here)
    for _ in range(3):
        found = load_settings(corpus_dir=Path(corpus) if corpus else None)
    assert (found.llm, found.llm_base_url) == ("extractive", "")
    said = [record.getMessage() for record in caplog.records if ".env" in record.getMessage()]
    assert len(said) == 1, "said, and once"
    assert str(Path(here) / ".env").lstrip("./") in said[0]
    assert "SHIORI_ENV=" in said[0]


def test_where_the_environment_names_the_notes(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone)
    monkeypatch.setenv("CORPUS_DIR", str(clone / "notes"))
    assert load_settings().llm == "extractive"


def test_a_link_to_the_notes_is_seen_through(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(clone / "notes")
    monkeypatch.chdir(clone)
    assert load_settings(corpus_dir=tmp_path / "link").llm == "extractive"


def test_settings_that_are_named_are_read(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    monkeypatch.setenv("SHIORI_ENV", ".env")
    assert load_settings().llm == "openai:theirs"
    monkeypatch.setenv("SHIORI_ENV", "nowhere.env")
    with pytest.raises(SettingsError, match=r"SHIORI_ENV='nowhere.env': there is no such file"):
        load_settings()


def test_settings_of_ones_own_folder_are_read(
    clone: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / ".env").write_text("SEARCH_K=3\n")
    monkeypatch.chdir(tmp_path / "mine")
    assert load_settings(corpus_dir=clone / "notes").search_k == 3
    assert "settings are read from" in caplog.text


def test_the_checkout_keeps_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / ".env").write_text("SEARCH_K=4\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings().search_k == 10
    monkeypatch.setattr(module, "_CHECKOUT", tmp_path)
    assert load_settings().search_k == 4


def test_a_file_that_is_no_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.env").write_bytes(b"LLM=\xff\xfe\n")
    monkeypatch.setenv("SHIORI_ENV", str(tmp_path / "a.env"))
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()
