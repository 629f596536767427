"""More passages than SQLite takes variables: written, checked and read back, in their order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from index_fakes import CheapEmbedder, note, write

from rag.errors import DiskFull, IndexBroken
from rag.index import chroma, writer
from rag.types import Chunk, Locator

LIMIT = 32_766  # variables in one statement, by SQLite's default


def chunks_of(count: int) -> list[Chunk]:
    return [
        Chunk(
            f"{number:016x}", "a.md", "note", "a", ("a",), f"line {number}", Locator(1, 1), number
        )
        for number in range(count)
    ]


def rows_of(count: int) -> np.ndarray:
    angles = np.arange(count, dtype=np.float64) / count
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.mark.slow
def test_a_store_above_the_limit_comes_back_whole(tmp_path: Path) -> None:
    count = LIMIT + 500
    chunks, rows = chunks_of(count), rows_of(count)
    chroma.write_store(tmp_path / "store", chunks, rows)
    found, vectors = chroma.read_store(tmp_path / "store")
    assert [chunk.id for chunk in found] == [chunk.id for chunk in chunks]
    assert np.allclose(vectors, rows, atol=1e-6)


@pytest.mark.parametrize("page", [1, 6, 7, 20, 21])
def test_pages_of_any_size_give_all(
    page: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma, "_PAGE", page)
    chunks, rows = chunks_of(20), rows_of(20)
    chroma.write_store(tmp_path / "store", chunks, rows)
    found, vectors = chroma.check_store(tmp_path / "store", rows)
    assert [chunk.text for chunk in found] == [chunk.text for chunk in chunks]
    assert np.allclose(vectors, rows, atol=1e-6)


def test_a_store_that_lost_a_passage_is_broken(tmp_path: Path) -> None:
    chunks = chunks_of(20)
    chroma.write_store(tmp_path / "store", [*chunks[:7], *chunks[8:]], rows_of(19))
    with chroma._client(tmp_path / "store") as client:
        collection = client.get_collection(chroma.COLLECTION, embedding_function=None)
        (metadata,) = collection.get(ids=[chunks[3].id])["metadatas"]
        collection.update(ids=[chunks[3].id], metadatas=[{**metadata, "position": 4}])
    with pytest.raises(IndexBroken, match="18 of its 19 passages"):
        chroma.read_store(tmp_path / "store")


def test_too_little_room_is_told_before_anything_is_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = writer.shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda _: usage)
    embedder = CheapEmbedder()
    with pytest.raises(DiskFull, match=r"0 MB are free and about \d+ MB are needed") as told:
        write(tmp_path, note("a.md", ["one"]), embedder=embedder)
    assert embedder.texts == []
    assert "still serves" not in str(told.value), "there is no index that could"


def test_a_full_disk_says_which_index_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path
    write(data, note("a.md", ["one"]))
    usage = writer.shutil.disk_usage(data)._replace(free=100_000)
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DiskFull, match="The index that was there still serves"):
        write(data, note("new.md", ["one"]))


def test_a_check_that_fails_on_a_fresh_folder_names_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Path) -> dict[str, str]:
        raise IndexBroken("for a reason")

    monkeypatch.setattr(writer, "check_in_child", fails)
    with pytest.raises(IndexBroken, match="for a reason") as told:
        write(tmp_path, note("a.md", ["one"]))
    assert "still serves" not in str(told.value)
