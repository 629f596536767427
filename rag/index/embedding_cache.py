"""Vectors of texts that were embedded before, so that only new text costs time."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

FILE = "embeddings.sqlite"
_log = logging.getLogger(__name__)
_TABLE = "checked_vectors"
_DAMAGE = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_ERROR,  # a table or column that is missing
}
_ASKED = 500  # keys in one query
_SPARE = 20_000  # unused vectors that are kept, 31 MB of them at 384 dimensions


class EmbeddingCache:
    """A table from (model, sha256 of a text) to its vector, float32 so that results stay the same.

    SQLite's default journal makes every batch that was written survive the end of the process. A
    damaged file is thrown away, and a row that is not as it was written counts as none: all of it
    can be computed again.
    """

    def __init__(self, data_dir: Path, model: str) -> None:
        self._model = model
        self._file = data_dir / FILE
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self._file.unlink()
            self._connection = self._open()

    def __enter__(self) -> EmbeddingCache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def get(self, texts: Collection[str], dimension: int) -> dict[str, NDArray[np.float32]]:
        """The vectors that are known, by text."""
        by_key = {key_of(text): text for text in texts}
        keys = list(by_key)
        known: dict[str, NDArray[np.float32]] = {}
        damaged = 0
        try:
            for start in range(0, len(keys), _ASKED):
                for key, blob, digest in self._rows(keys[start : start + _ASKED]):
                    if digest != self._digest(key, blob) or len(blob) != 4 * dimension:
                        damaged += 1
                    else:
                        known[by_key[key]] = np.frombuffer(blob, dtype="<f4")
        except sqlite3.DatabaseError as error:
            self._start_anew(error)
        if damaged:
            _log.warning("%d vectors in %s are damaged and made anew", damaged, self._file)
        return known

    def put(self, texts: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Keep vectors, row i for `texts[i]`; they are on disk when this returns."""
        now = time.time()
        blobs = (
            (key_of(text), row.astype("<f4").tobytes())
            for text, row in zip(texts, rows, strict=True)
        )
        values = [(self._model, key, blob, self._digest(key, blob), now) for key, blob in blobs]
        for row in rows:
            if not np.isfinite(row).all():
                raise ValueError("a vector that holds no numbers")
        try:
            self._insert(values)
        except sqlite3.DatabaseError as error:
            self._start_anew(error)
            self._insert(values)

    def prune(self, used: Iterable[str]) -> None:
        """Note what is in use, and forget what has not been for longest where there is too much."""
        now = time.time()
        with self._connection as transaction:
            keys = [(now, self._model, key_of(text)) for text in used]
            update = f"UPDATE {_TABLE} SET used=? WHERE model=? AND key=?"  # noqa: S608
            transaction.executemany(update, keys)
            transaction.execute(
                f"DELETE FROM {_TABLE} WHERE rowid IN "  # noqa: S608
                f"(SELECT rowid FROM {_TABLE} ORDER BY used DESC LIMIT -1 OFFSET ?)",
                (len(keys) + _SPARE,),
            )

    def _rows(self, keys: Sequence[bytes]) -> sqlite3.Cursor:
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, vector, digest FROM {_TABLE} WHERE model=? AND key IN ({marks})"  # noqa: S608
        return self._connection.execute(query, (self._model, *keys))

    def _insert(self, values: Sequence[tuple[object, ...]]) -> None:
        with self._connection as transaction:
            transaction.executemany(f"INSERT OR REPLACE INTO {_TABLE} VALUES (?,?,?,?,?)", values)  # noqa: S608

    def _digest(self, key: bytes, blob: object) -> bytes:
        """What a row is recognised by: that this vector is this text's, by this model."""
        whole = hashlib.sha256(f"{self._model}\0".encode())
        whole.update(key)
        whole.update(blob if isinstance(blob, bytes) else b"none")
        return whole.digest()

    def _start_anew(self, error: sqlite3.DatabaseError) -> None:
        """Throw a file away that turns out to be damaged; any other error is raised."""
        if not _is_damage(error):
            raise error
        _log.warning("%s is damaged (%s) and made anew", self._file, error)
        self._connection.close()
        self._file.unlink()
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file)
        try:
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {_TABLE} (model TEXT, key BLOB, vector BLOB, "
                "digest BLOB, used REAL, PRIMARY KEY (model, key))"
            )
            connection.execute("DROP TABLE IF EXISTS vectors")  # as rows were before, unchecked
            return connection
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                connection.close()
            raise


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is no cache of ours (any more), rather than locked or out of room."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in _DAMAGE


def key_of(text: str) -> bytes:
    """What a text is found by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
