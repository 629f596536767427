"""The data folder can be read by nobody but its owner, whoever made what is in it."""

from __future__ import annotations

import sqlite3
import stat
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.cli.main import app
from rag.storage.atomic import write_atomically, write_text
from rag.storage.private import make_private, mend, private_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_all(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*"))
            if not path.is_symlink() and mode(path) & 0o077]  # fmt: skip


def old_data(folder: Path) -> Path:
    """A data folder as it was made before: all of it can be read by all."""
    (folder / "generations" / "g1" / "lexical").mkdir(parents=True)
    (folder / "reports" / "latest").mkdir(parents=True)
    for name in ("CURRENT", "generations/g1/lexical/a.json", "reports/latest/report.html",
                 "chat.sqlite3-wal", "feedback.jsonl"):  # fmt: skip
        (folder / name).write_text("x")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def test_a_new_folder_is_closed(tmp_path: Path) -> None:
    make_private(tmp_path / "a" / "data")
    assert mode(tmp_path / "a" / "data") == 0o700


def test_an_old_one_is_mended_whole(tmp_path: Path) -> None:
    data = old_data(tmp_path / "data")
    make_private(data)
    assert open_to_all(data) == []
    assert mode(data) == 0o700 and mode(data / "CURRENT") == 0o600
    make_private(data)  # and nothing changes any more
    assert open_to_all(data) == []


def test_what_is_not_ours_keeps_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    (home / "letter.txt").write_text("x")
    (home / "letter.txt").chmod(0o644)
    (home / "feedback.jsonl").write_text("x")
    (home / "feedback.jsonl").chmod(0o644)
    make_private(home)
    assert (mode(home), mode(home / "letter.txt")) == (0o755, 0o644)
    assert mode(home / "feedback.jsonl") == 0o600


def test_a_folder_that_all_write_to_and_a_home_keep_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, before in (("shared", 0o1777), ("me", 0o755)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "CURRENT").write_text("x")
        (folder / "CURRENT").chmod(0o644)
        folder.chmod(before)
        monkeypatch.setenv("HOME", str(tmp_path / "me"))
        mend(folder)
        assert mode(folder) == before
        assert mode(folder / "CURRENT") == 0o600


def test_links_lead_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    outside.chmod(0o755)
    (outside / "file").write_text("x")
    (outside / "file").chmod(0o644)
    data = old_data(tmp_path / "data")
    (data / "snapshots").symlink_to(outside)
    (data / "generations" / "link").symlink_to(outside / "file")
    (data / "nowhere").symlink_to(tmp_path / "gone")
    make_private(data)
    assert (mode(outside), mode(outside / "file")) == (0o755, 0o644)
    assert open_to_all(data) == []


def test_nothing_is_there_to_mend(tmp_path: Path) -> None:
    mend(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_databases_and_their_logs_are_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    make_private(data)
    with private_files():
        connection = sqlite3.connect(data / "chat.sqlite3")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (a)")
        connection.commit()
        assert (data / "chat.sqlite3-wal").exists()
        assert open_to_all(data) == []
    connection.close()


def test_a_text_is_as_open_as_its_folder(tmp_path: Path) -> None:
    shared, closed = tmp_path / "shared", tmp_path / "closed"
    shared.mkdir()
    shared.chmod(0o755)
    closed.mkdir(mode=0o700)
    write_text(shared / "report.html", "x")
    write_text(closed / "reports" / "report.html", "x")
    write_atomically(shared / "key", b"x")
    assert mode(shared / "report.html") == 0o644
    assert open_to_all(closed) == [] and mode(shared / "key") == 0o600


def test_the_commands_mend_what_they_find(tmp_path: Path) -> None:
    data = old_data(tmp_path / "data")
    CliRunner().invoke(app, ["status", "--data", str(data)])
    assert open_to_all(data) == []
