"""What readers said about answers, as a file that draft questions are made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from ui_fakes import answer

from rag.errors import DiskFull, ShioriError
from rag.storage.feedback import (
    FEEDBACK_FILE,
    Feedback,
    add_feedback,
    forget_feedback,
    read_feedback,
)
from rag.types import Turn


def row(name: str = "1", verdict: str = "down", **changes: object) -> Feedback:
    values: dict[str, object] = {"time": "2026-01-02T03:04:05+00:00", "answer": answer()}
    return Feedback(id=name, verdict=verdict, **{**values, **changes})  # type: ignore[arg-type]


def test_everything_comes_back(tmp_path: Path) -> None:
    given = row(history=(Turn("水は？", "朝に。"),), comment="The hose\nis missing")
    add_feedback(tmp_path / "new", given)
    assert read_feedback(tmp_path / "new") == [given]


def test_the_last_verdict_holds_and_an_empty_one_withdraws(tmp_path: Path) -> None:
    for one in (row("1", "up"), row("2", "up"), row("1", "down"), row("2", "")):
        add_feedback(tmp_path, one)
    assert [(found.id, found.verdict) for found in read_feedback(tmp_path)] == [("1", "down")]


def test_no_file_is_no_feedback(tmp_path: Path) -> None:
    assert read_feedback(tmp_path) == []
    forget_feedback(tmp_path, ["1"])
    assert not (tmp_path / FEEDBACK_FILE).exists()


def test_what_is_forgotten_is_gone(tmp_path: Path) -> None:
    for one in (row("1"), row("2"), row("1", "up")):
        add_feedback(tmp_path, one)
    forget_feedback(tmp_path, ["1"])
    assert [found.id for found in read_feedback(tmp_path)] == ["2"]
    assert '"id": "1"' not in (tmp_path / FEEDBACK_FILE).read_text(encoding="utf-8")


def test_forgetting_leaves_lines_that_it_cannot_read(tmp_path: Path) -> None:
    add_feedback(tmp_path, row("1"))
    file = tmp_path / FEEDBACK_FILE
    file.write_text(file.read_text(encoding="utf-8") + "damaged\n", encoding="utf-8")
    forget_feedback(tmp_path, ["1"])
    assert file.read_text(encoding="utf-8") == "damaged\n"


@pytest.mark.parametrize("line", ["{", '{"id": "1"}', "[]", "\ufffd"])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    add_feedback(tmp_path, row())
    file = tmp_path / FEEDBACK_FILE
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(ShioriError, match="line 2"):
        read_feedback(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / FEEDBACK_FILE).mkdir()
    with pytest.raises(DiskFull, match=FEEDBACK_FILE):
        add_feedback(tmp_path, row())
    with pytest.raises(ShioriError, match="cannot be read"):
        read_feedback(tmp_path)


def test_a_file_that_cannot_be_replaced_is_named(tmp_path: Path) -> None:
    add_feedback(tmp_path, row())
    (tmp_path / "feedback.new").mkdir()
    with pytest.raises(DiskFull, match=FEEDBACK_FILE):
        forget_feedback(tmp_path, ["1"])
    assert read_feedback(tmp_path)
