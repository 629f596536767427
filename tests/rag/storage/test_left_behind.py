"""What a kill, a quota, a missing table or broken text leaves behind costs no trace."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from index_fakes import LINES, note, write
from ui_fakes import answer

from rag.cli.batch import run_batch
from rag.cli.index_status import index_status, status_lines
from rag.errors import DiskFull
from rag.index import IndexCatalog
from rag.index.layout import disk_errors
from rag.settings import load_settings
from rag.storage.private_folder import private_folder
from rag.text.surrogates import storable
from rag.types import Turn
from ui.state.history import HISTORY_FILE, History


def kept_back(data: Path) -> str:
    """Damage the current generation; returns the name of the one before it."""
    current = (data / "CURRENT").read_text().strip()
    os.truncate(data / "generations" / current / "sources.json", 5)
    (before,) = {path.name for path in (data / "generations").iterdir()} - {current}
    return before


def test_a_generation_before_that_serves_is_named(tmp_path: Path) -> None:
    write(tmp_path, note("a.md", LINES))
    write(tmp_path, note("a.md", LINES[:1]))
    settings = load_settings(data_dir=tmp_path)
    catalog = IndexCatalog(tmp_path, "cheap-1")
    assert catalog.current().chunks
    assert catalog.problem == ""
    assert index_status(settings)["problem"] == ""
    before = kept_back(tmp_path)
    found = index_status(settings)
    assert (found["generation"], found["chunks"]) == (before, len(LINES))
    assert status_lines(found, [])[0] == found["problem"]
    assert "sources.json is damaged" in found["problem"]
    assert "python -m ingest" in found["problem"]
    catalog = IndexCatalog(tmp_path, "cheap-1")
    assert catalog.current().generation == before
    assert before in catalog.problem
    write(tmp_path, note("a.md", LINES[:1]))
    assert catalog.current().generation != before
    assert catalog.problem == ""
    assert index_status(settings)["problem"] == ""


KILLED = """
import os, signal, sys
from rag.storage.private_folder import private_folder
with private_folder() as place:
    (place / "store").mkdir()
    print(place, flush=True)
    sys.stdin.read()
"""


def test_a_folder_of_a_killed_program_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    (tmp_path / "shiori-of-somebody-else").mkdir()
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True, env=environment) as program:
        assert program.stdout is not None
        left = Path(program.stdout.readline().strip())
        with private_folder():
            assert left.is_dir(), "in use by another program"
        program.send_signal(signal.SIGKILL)
    assert left.is_dir()
    with private_folder() as own:
        assert not left.exists()
        assert own.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["shiori-of-somebody-else"]


@pytest.mark.parametrize(
    "error",
    [
        OSError(27, "File too large"),
        OSError(122, "Disk quota exceeded"),
        OSError("4096 requested and 512 written"),
    ],
)
def test_a_quota_is_a_full_disk(error: OSError, tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="quota"), disk_errors(tmp_path):
        raise error


def test_a_database_that_meets_a_quota_is_told(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    with pytest.raises(DiskFull, match="cannot be written"), disk_errors(tmp_path):
        raise error


def damaged(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as db:
        for statement in statements:
            db.execute(statement)


DAMAGES = {
    "no turns": ("DROP TABLE turns",),
    "no conversations": ("DROP TABLE conversations",),
    "no table": ("DROP TABLE turns", "DROP TABLE conversations"),
    "no index": ("DROP INDEX turns_of_conversation",),
    "no column": ("DROP TABLE turns", "CREATE TABLE turns (id TEXT)"),
    "a view": ("DROP TABLE turns", "CREATE VIEW turns AS SELECT 1 AS id"),
}


@pytest.mark.parametrize("open_before", [False, True])
@pytest.mark.parametrize("statements", DAMAGES.values(), ids=DAMAGES)
def test_a_history_without_a_table_goes_on(
    statements: tuple[str, ...], open_before: bool, tmp_path: Path
) -> None:
    path = tmp_path / HISTORY_FILE
    history = History(path)
    if not open_before:
        history.close()
    damaged(path, *statements)
    history = history if open_before else History(path)
    for _ in range(2):
        name = history.begin("reader", "a question")
        history.add(name, f"turn-{name}", answer(), 1.0)
        assert len(history.exchanges("reader", name)) == 1
        assert history.conversations("reader")
    history.close()


BROKEN = "a \ud800 broken \udfff text"


def test_broken_text_is_kept_in_a_history(tmp_path: Path) -> None:
    history = History(tmp_path / HISTORY_FILE)
    name = history.begin("reader", BROKEN)
    history.add(name, "turn", answer(question=BROKEN, text=BROKEN, standalone=BROKEN), 1.0)
    (found,) = history.exchanges("reader", name)
    assert found.answer.text == "a ? broken ? text"
    assert history.conversations("reader")[0].title == "a ? broken ? text"
    history.close()


def test_broken_text_in_the_history_of_a_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turn = {"question": BROKEN, "answer": BROKEN}
    file = tmp_path / "batch.jsonl"
    file.write_text(json.dumps({"question": "what?", "history": [turn]}) + "\n")
    seen: list[Turn] = []

    def reply(question: str, history: list[Turn]) -> dict[str, object]:
        seen.extend(history)
        return {"question": question}

    run_batch(str(file), None, reply, {})
    assert seen == [Turn("a ? broken ? text", "a ? broken ? text")]
    assert json.loads(capsys.readouterr().out) == {"question": "what?"}


def test_texts_deep_within_a_value_are_made_storable() -> None:
    assert storable({"a": (Turn(BROKEN, "b"), 5, None)}) == {
        "a": (Turn("a ? broken ? text", "b"), 5, None)
    }
