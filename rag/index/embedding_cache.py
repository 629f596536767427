"""Vectors of texts that were embedded before, so that only new text costs time."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

FILE = "embeddings.sqlite"
_ASKED = 500  # keys in one query
_SPARE = 20_000  # unused vectors that are kept, 31 MB of them at 384 dimensions


class EmbeddingCache:
    """A table from (model, sha256 of a text) to its vector, float32 so that results stay the same.

    SQLite's default journal makes every batch that was written survive the end of the process. A
    damaged file is thrown away: all of it can be computed again.
    """

    def __init__(self, data_dir: Path, model: str) -> None:
        self._model = model
        self._file = data_dir / FILE
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
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
        known = {}
        for start in range(0, len(keys), _ASKED):
            part = keys[start : start + _ASKED]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, vector FROM vectors WHERE model=? AND key IN ({marks})"  # noqa: S608
            for key, blob in self._connection.execute(query, (self._model, *part)):
                if len(blob) == 4 * dimension:
                    known[by_key[key]] = np.frombuffer(blob, dtype="<f4")
        return known

    def put(self, texts: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Keep vectors, row i for `texts[i]`; they are on disk when this returns."""
        now = time.time()
        values = (
            (self._model, key_of(text), row.astype("<f4").tobytes(), now)
            for text, row in zip(texts, rows, strict=True)
        )
        with self._connection as transaction:
            transaction.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?,?,?)", values)

    def prune(self, used: Iterable[str]) -> None:
        """Note what is in use, and forget what has not been for longest where there is too much."""
        now = time.time()
        with self._connection as transaction:
            keys = [(now, self._model, key_of(text)) for text in used]
            transaction.executemany("UPDATE vectors SET used=? WHERE model=? AND key=?", keys)
            transaction.execute(
                "DELETE FROM vectors WHERE rowid IN "
                "(SELECT rowid FROM vectors ORDER BY used DESC LIMIT -1 OFFSET ?)",
                (len(keys) + _SPARE,),
            )

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file)
        try:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (model TEXT, key BLOB, vector BLOB, used REAL, "
                "PRIMARY KEY (model, key))"
            )
            return connection
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                connection.close()
            raise


def key_of(text: str) -> bytes:
    """What a text is found by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
