"""Whatever goes wrong, the message says what to do and the old index serves."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import index_fakes
import pytest
from index_fakes import LINES, CheapEmbedder, note, write

from rag.errors import DiskFull, IndexBroken, IndexMismatch, IngestRunning
from rag.index import Index, IndexCatalog, ingest_lock, read_manifest
from rag.index import integrity as check
from rag.index.catalog import read_chunks, read_served

A, B = note("a.md", LINES), note("b.md", ["to be deleted"])
BIG = note("big.md", [f"行 {number} holds a little more than others" for number in range(400)])


def read(data: Path) -> Index:
    return IndexCatalog(data, "cheap-1").current()


def folder_of(data: Path) -> Path:
    return data / "generations" / (data / "CURRENT").read_text().strip()


def assert_serves_as_before(data: Path) -> None:
    assert read(data).chunks == (*A[1], *B[1])
    assert not list((data / "generations").glob(".*"))


def test_another_ingest_is_named_with_its_folder(tmp_path: Path) -> None:
    data = tmp_path / "new"
    holds = (
        "import sys, pathlib; from rag.index import ingest_lock\n"
        "with ingest_lock(pathlib.Path(sys.argv[1])): print('held', flush=True); input()"
    )
    command = [sys.executable, "-c", holds, str(data)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IngestRunning, match=str(data)), ingest_lock(data):
            pytest.fail("two ingests at once")
        other.kill()  # the lock goes with the process
    with ingest_lock(data):
        pass


@pytest.mark.parametrize("inside", ["file", "file/data"])
def test_data_folder_that_cannot_be_made(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("")
    data = tmp_path / inside
    with pytest.raises(DiskFull, match="cannot be written"), ingest_lock(data):
        pytest.fail("there is no such folder")


LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index_fakes import LINES, note, write
from rag.errors import ShioriError
big = note("big.md", [f"行 {number} holds a little more than others" for number in range(400)])
write(Path(sys.argv[2]), note("a.md", LINES), note("b.md", ["to be deleted"]))  # imports all
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    write(Path(sys.argv[2]), note("a.md", LINES), big)
except ShioriError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("limit", [2_000, 60_000, 200_000, 600_000])
def test_no_room_for_a_file(data: Path, limit: int) -> None:
    """The kernel refuses every write beyond a size, at whatever step that is reached."""
    helpers = str(Path(index_fakes.__file__).parent)
    command = [sys.executable, "-c", LIMITED, helpers, str(data), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    kind, _, message = done.stdout.partition(" ")
    assert kind in {"DiskFull", "IndexBroken"}, done.stderr
    assert str(data) in message
    assert_serves_as_before(data)


def test_too_little_room_is_known_before_and_loses_no_work(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(data)._replace(free=100_000)
    embedder = CheapEmbedder()
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: usage)
        with pytest.raises(DiskFull, match=r"0 MB are free and about \d+ MB are needed"):
            write(data, A, BIG, embedder=embedder)
    assert_serves_as_before(data)
    assert embedder.texts == [], "before anything was embedded"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import os; os.kill(os.getpid(), 11)", f"signal {signal.SIGSEGV:d}"),
        ('raise SystemExit("said at last")', "said at last"),
        ('print("{\\"problem\\": \\"too few\\"}")', "too few"),
    ],
)
def test_new_generation_that_fails_its_check(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{program}'\n")
    stand_in.chmod(0o755)
    with monkeypatch.context() as patched:
        patched.setattr(check.sys, "executable", str(stand_in))
        with pytest.raises(IndexBroken, match=reason):
            write(data, A)
    assert_serves_as_before(data)


def test_other_model_is_refused_with_the_command_that_helps(data: Path) -> None:
    with pytest.raises(IndexMismatch, match=r"cheap-1, now cheap-2.*python -m ingest"):
        IndexCatalog(data, "cheap-2").current()
    summary = write(data, A, B, embedder=CheapEmbedder("cheap-2"))
    assert (summary.changed, summary.embedded) == (True, 4)
    assert IndexCatalog(data, "cheap-2").current().chunks == (*A[1], *B[1])


def test_other_chunker_writes_anew_without_embedding(data: Path) -> None:
    summary = write(data, A, B, chunker_version="c2")
    assert (summary.changed, summary.embedded) == (True, 0)


def _cut(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (file,) = folder.rglob(name)
        os.truncate(file, file.stat().st_size // 2)

    return damage


def _drop(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for file in folder.rglob(name):
            file.unlink()

    return damage


def _overwrite(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (file,) = folder.rglob(name)
        file.write_bytes(b"\xff" * file.stat().st_size)

    return damage


DAMAGES: dict[str, Callable[[Path], None]] = {
    "database cut": _cut("chroma.sqlite3"),
    "database gone": _drop("chroma.sqlite3"),
    "database overwritten": _overwrite("chroma.sqlite3"),
    "vectors cut": _cut("data_level0.bin"),
    "vectors overwritten": _overwrite("data_level0.bin"),
    "vectors gone": _drop("*.bin"),
    "sources overwritten": _overwrite("sources.json"),
    "a view cut": _cut("line.npz"),
    "lexical gone": _drop("words.*"),
    "manifest cut": _cut("manifest.json"),
    "folder gone": shutil.rmtree,
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with so many passages that Chroma writes its graph to files."""
    data = tmp_path_factory.mktemp("many")
    write(data, note("many.md", [f"line {number}" for number in range(1100)]))
    return data


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_generation(many: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    data = Path(shutil.copytree(many, tmp_path / "data"))
    damage(folder_of(data))
    with pytest.raises(IndexBroken, match="python -m ingest"):
        read(data)


def test_damage_falls_back_then_heals(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(data, A)
    _cut("sources.json")(folder_of(data))
    with caplog.at_level(logging.WARNING):
        assert_serves_as_before(data)  # the generation kept back
    assert "sources.json is damaged" in caplog.text
    embedder = CheapEmbedder()
    summary = write(data, A, embedder=embedder)
    assert (summary.changed, embedder.texts) == (True, [])
    assert read(data).chunks == tuple(A[1])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"../../etc", b"nothing-of-that-name\n"])
def test_damaged_pointer_falls_back(data: Path, content: bytes) -> None:
    (data / "CURRENT").write_bytes(content)
    assert_serves_as_before(data)


def _folder(pointer: Path) -> None:
    pointer.mkdir()


def _itself(pointer: Path) -> None:
    pointer.symlink_to(pointer.name)


def _too_long(pointer: Path) -> None:
    pointer.write_bytes(b"a" * 100_000)


def _elsewhere(pointer: Path) -> None:
    held = pointer.parent / "generations"
    outside = pointer.parent / "outside"
    shutil.copytree(next(held.iterdir()), outside)
    pointer.write_text("../outside")


@pytest.mark.parametrize("put", [_folder, _itself, _too_long, _elsewhere])
def test_a_pointer_that_is_no_name(data: Path, put: Callable[[Path], None]) -> None:
    (data / "CURRENT").unlink()
    put(data / "CURRENT")
    assert_serves_as_before(data)
    assert "there is no such generation" in read_served(data)[2]
    for reader in (read_manifest, read_chunks):
        with pytest.raises(IndexBroken, match="python -m ingest"):
            reader(data)


def test_reader_keeps_what_it_has_when_the_next_is_damaged(data: Path) -> None:
    reader = IndexCatalog(data, "cheap-1")
    held = reader.current()
    for folder in (data / "generations").iterdir():
        _cut("sources.json")(folder)
    (data / "CURRENT").write_text("another\n")
    assert reader.current() is held
    assert reader.current() is held


def test_manifest_that_cannot_be_read(data: Path) -> None:
    _cut("manifest.json")(folder_of(data))
    with pytest.raises(IndexBroken, match="python -m ingest"):
        read_manifest(data)


def test_leftovers_of_killed_runs_go(data: Path) -> None:
    left = data / "generations" / ".building-20200101T000000-abcdef"
    left.mkdir()
    (left / "half").write_text("a")
    (data / "CURRENT.new").write_text("b")
    write(data, A, B)
    assert not left.exists()
    assert not (data / "CURRENT.new").exists()


def test_damaged_embedding_cache_is_made_anew(data: Path) -> None:
    (data / "embeddings.sqlite").write_bytes(b"no database" * 1000)
    embedder = CheapEmbedder()
    summary = write(data, A, embedder=embedder)
    assert summary.embedded == len(LINES)
    assert read(data).chunks == tuple(A[1])
