"""What is cached is checked when it is read: a changed byte, sign or digit is made again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from index_fakes import LINES, CheapEmbedder, note, write
from numpy.typing import NDArray

from ingest.extract import Block, Extracted
from ingest.storage.extractions import ExtractedCache
from ingest.storage.seals import sealed, unsealed
from ingest.storage.snapshots import SnapshotStore
from rag.errors import ShioriError
from rag.index import IndexCatalog
from rag.index.embedding_cache import _TABLE, FILE, EmbeddingCache

A = note("a.md", LINES)
B = note("b.md", ["another line"])
NOW, URL = "2024-01-02T00:00:00+00:00", "https://example.com/a"


def rows_in(data: Path) -> NDArray[np.float32]:
    return IndexCatalog(data, "cheap-1").current().vectors["full"].rows


def change(data: Path, work: Callable[[bytes], object]) -> int:
    """Change every vector in the cache; returns how many."""
    with sqlite3.connect(data / FILE) as db:
        stored = db.execute(f"SELECT rowid, vector FROM {_TABLE}").fetchall()
        for row, vector in stored:
            db.execute(f"UPDATE {_TABLE} SET vector=? WHERE rowid=?", (work(vector), row))
    return len(stored)


def _nan(vector: bytes) -> bytes:
    row = np.frombuffer(vector, dtype="<f4").copy()
    row[0] = np.nan
    return row.tobytes()


VECTORS: dict[str, Callable[[bytes], object]] = {
    "NaN": _nan,
    "infinity": lambda vector: np.full(len(vector) // 4, np.inf, dtype="<f4").tobytes(),
    "signs flipped": lambda vector: (-np.frombuffer(vector, dtype="<f4")).tobytes(),
    "one bit": lambda vector: bytes([vector[0] ^ 1]) + vector[1:],
    "zeros": lambda vector: bytes(len(vector)),
    "shorter": lambda vector: vector[:-4],
    "a text": lambda vector: "x" * len(vector),
    "a number": lambda vector: 5,
    "nothing": lambda vector: None,
}


def test_changed_vectors_are_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path, A)
    before = rows_in(tmp_path)
    works = list(VECTORS.values())
    count = change(tmp_path, lambda vector: (works.append(works.pop(0)), works[-1](vector))[1])
    embedder = CheapEmbedder()
    write(tmp_path, A, B, embedder=embedder)
    assert len(embedder.texts) == count + 3, "all of a.md again, and what b.md brings"
    assert np.array_equal(rows_in(tmp_path)[: len(LINES)], before)
    assert "made anew" in caplog.text
    embedder = CheapEmbedder()
    write(tmp_path, A, embedder=embedder)
    assert embedder.texts == [], "mended for good"


@pytest.mark.parametrize("work", VECTORS.values(), ids=VECTORS)
def test_a_changed_vector_counts_as_none(work: Callable[[bytes], object], tmp_path: Path) -> None:
    rows = np.eye(16, dtype=np.float32)
    with EmbeddingCache(tmp_path, "cheap-1") as cache:
        cache.put(["a", "b"], rows[:2])
    assert change(tmp_path, work) == 2
    with EmbeddingCache(tmp_path, "cheap-1") as cache:
        assert cache.get(["a", "b"], 16) == {}
        cache.put(["a", "b"], rows[:2])
        assert np.array_equal(cache.get(["b"], 16)["b"], rows[1])


def test_vectors_of_two_texts_that_were_swapped_are_made_again(tmp_path: Path) -> None:
    write(tmp_path, A)
    before = rows_in(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as db:
        rows = db.execute(f"SELECT rowid, vector, digest FROM {_TABLE}").fetchall()
        for (row, *_), (_, vector, digest) in zip(rows, [*rows[1:], rows[0]], strict=True):
            change = f"UPDATE {_TABLE} SET vector=?, digest=? WHERE rowid=?"
            db.execute(change, (vector, digest, row))
    embedder = CheapEmbedder()
    write(tmp_path, A, B, embedder=embedder)
    assert len(embedder.texts) == len(rows) + 3
    assert np.array_equal(rows_in(tmp_path)[: len(LINES)], before)


def _without_table(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute(f"DROP TABLE {_TABLE}")


def _other_columns(file: Path) -> None:
    _without_table(file)
    with sqlite3.connect(file) as db:
        db.execute(f"CREATE TABLE {_TABLE} (model TEXT, key BLOB)")


def _torn(file: Path) -> None:
    """Its first page is whole, and the others are not."""
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)


def _of_before(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as db:
        db.execute(
            "CREATE TABLE vectors (model TEXT, key BLOB, vector BLOB, used REAL, "
            "PRIMARY KEY (model, key))"
        )


FILES = {
    "no table": _without_table,
    "other columns": _other_columns,
    "torn": _torn,
    "of before": _of_before,
    "empty": lambda file: file.write_bytes(b""),
}


@pytest.mark.parametrize("damage", FILES.values(), ids=FILES)
def test_a_damaged_cache_costs_time_alone(damage: Callable[[Path], Any], tmp_path: Path) -> None:
    texts = [f"line {number}" for number in range(200)]
    rows = np.tile(np.eye(16, dtype=np.float32), (13, 1))[:200]
    with EmbeddingCache(tmp_path, "cheap-1") as cache:
        cache.put(texts, rows)
    damage(tmp_path / FILE)
    with EmbeddingCache(tmp_path, "cheap-1") as cache:
        known = cache.get(texts, 16)
        cache.put(texts, rows)
        assert len(known) < 200
        again = cache.get(texts, 16)
    assert np.array_equal(np.stack([again[text] for text in texts]), rows)


class _Odd(CheapEmbedder):
    """Gives NaN for some texts, at the first try or always."""

    def __init__(self, tries: int) -> None:
        super().__init__()
        self.left = tries

    def encode_passages(self, texts: Sequence[str], progress: Any = None) -> NDArray[np.float32]:
        rows = super().encode_passages(texts, progress)
        if self.left and any("costs less" in text for text in texts):
            self.left -= 1
            rows[next(i for i, text in enumerate(texts) if "costs less" in text), 2] = np.nan
        return rows


def test_a_vector_without_numbers_is_tried_once_more(tmp_path: Path) -> None:
    write(tmp_path, A, embedder=_Odd(1))
    assert np.isfinite(rows_in(tmp_path)).all()


def test_a_vector_without_numbers_is_never_stored(tmp_path: Path) -> None:
    write(tmp_path, B)
    with pytest.raises(ShioriError, match="no vector for the passage"):
        write(tmp_path, A, embedder=_Odd(1000))
    assert np.isfinite(rows_in(tmp_path)).all()
    write(tmp_path, A)
    assert np.isfinite(rows_in(tmp_path)).all()
    with (
        EmbeddingCache(tmp_path, "cheap-1") as cache,
        pytest.raises(ValueError, match="no numbers"),
    ):
        cache.put(["a"], np.full((1, 16), np.nan, dtype=np.float32))


DOCUMENT = Extracted("html", "Title 12", (Block("paragraph", "It costs 42 yen."),), site="Site")


def flips(content: bytes) -> list[bytes]:
    """The content with one digit changed, each in turn."""
    digits = [at for at, byte in enumerate(content) if chr(byte).isdigit()]
    changed = [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in digits]
    return [*changed, content[:-1], b"", b"[" * 100_000, b"null", b"5", b'{"digest": 5}']


def test_a_changed_digit_in_an_extracted_text_is_not_served(tmp_path: Path) -> None:
    ExtractedCache(tmp_path).put(DOCUMENT, "sha", "text/html", URL)
    (file,) = (tmp_path / "fetched" / "texts").iterdir()
    content = file.read_bytes()
    for damaged in flips(content):
        file.write_bytes(damaged)
        assert ExtractedCache(tmp_path).get("sha", "text/html", URL) is None
    file.write_bytes(content)
    assert ExtractedCache(tmp_path).get("sha", "text/html", URL) == DOCUMENT


def test_a_changed_digit_in_what_is_known_of_a_copy_is_not_believed(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    kept = store.put(URL, b"body", now=NOW, final_url=URL + "2", content_type="text/html")
    (file,) = (tmp_path / "fetched" / "pages").iterdir()
    content = file.read_bytes()
    for damaged in flips(content):
        file.write_bytes(damaged)
        assert store.get(URL) is None
        store.prune([URL], unused_since=NOW)  # goes on, whatever stands there
        (tmp_path / "fetched" / "bodies" / kept.sha256).write_bytes(b"body")
    file.write_bytes(content)
    assert store.get(URL) == kept


def test_a_seal_covers_every_value() -> None:
    values = {"a": 1, "b": ["あ", None, 1.5], "c": "\ud800"}
    assert unsealed(sealed(values)) == values
    whole = json.loads(sealed({"a": 1}))
    for other in ({**whole, "b": 2}, {**whole, "a": True}, {"digest": whole["digest"]}):
        with pytest.raises(ValueError, match="as it was written"):
            unsealed(json.dumps(other).encode())
