"""The model in the form in which it runs is kept, checked, and made again where it must be."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from rag.embedding.graph_cache import FOLDER, cached_graph


class Builder:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> bytes:
        self.times += 1
        return b"a graph"


def test_it_is_built_once(tmp_path: Path) -> None:
    build = Builder()
    assert [cached_graph(tmp_path, "role", "1", build) for _ in range(3)] == [b"a graph"] * 3
    assert build.times == 1


@pytest.mark.parametrize("content", [b"", b"a grap", b"another graph"])
def test_a_damaged_file_is_made_again_and_told_once(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    build = Builder()
    cached_graph(tmp_path, "role", "1", build)
    (tmp_path / FOLDER / "role-1.onnx").write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert cached_graph(tmp_path, "role", "1", build) == b"a graph"
        assert cached_graph(tmp_path, "role", "1", build) == b"a graph"
    assert build.times == 2
    assert [record.message.count("is made again") for record in caplog.records] == [1]


def test_a_file_without_its_digest_was_not_written_to_the_end(tmp_path: Path) -> None:
    build = Builder()
    cached_graph(tmp_path, "role", "1", build)
    (tmp_path / FOLDER / "role-1.onnx.sha256").unlink()
    assert cached_graph(tmp_path, "role", "1", build) == b"a graph"
    assert build.times == 2


def test_where_nothing_can_be_written_it_is_built_every_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build = Builder()
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with caplog.at_level(logging.WARNING):
        assert cached_graph(blocked, "role", "1", build) == b"a graph"
    assert cached_graph(None, "role", "1", build) == b"a graph"
    assert build.times == 2 and "cannot be written" in caplog.text


def test_graphs_of_before_are_removed(tmp_path: Path) -> None:
    cached_graph(tmp_path, "role", "1", Builder())
    cached_graph(tmp_path, "other", "1", Builder())
    cached_graph(tmp_path, "role", "2", Builder())
    names = sorted(file.name for file in (tmp_path / FOLDER).iterdir())
    assert names == ["other-1.onnx", "other-1.onnx.sha256", "role-2.onnx", "role-2.onnx.sha256"]
