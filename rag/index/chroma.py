"""Chroma: the passages of a generation with their text, their place and their vector.

The only module that imports chromadb. A store is written once, from nothing, and never changed: one
that is updated in place does not survive `kill -9`. Building it anew for every generation costs
little beside embedding: 7 s of processor time for 6,000 passages with documents and metadata, 27 s
for 20,500, 97 s for 50,000, where embedding their texts once takes 2, 8 and 18 minutes. From some
200,000 on one would clone the last store and apply the difference, at the price of tombstones.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexBroken
from rag.index.layout import STORE_FILE
from rag.storage.private_folder import private_folder
from rag.types import Chunk, Locator, Provenance, Segment

if TYPE_CHECKING:
    from chromadb import Collection

COLLECTION = "passages"
_PAGE = 5_000  # passages that are read at once
_SAMPLE = 32  # passages whose own vector must lead back to them
_LINK_BYTES = 4096  # a passage takes about 9 bytes of link_lists.bin; in a broken one, far more


class StoreFailed(Exception):
    """Chroma could not write or read; the message is Chroma's."""


def write_store(folder: Path, chunks: Sequence[Chunk], rows: NDArray[np.float32]) -> None:
    """Write passages and their vectors, row i for `chunks[i]`, into a folder that does not exist.

    Raises:
        StoreFailed: it could not be written.
    """
    with _client(folder) as client:
        collection = client.create_collection(
            COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        size = client.get_max_batch_size()
        for start in range(0, len(chunks), size):
            part = chunks[start : start + size]
            collection.add(
                ids=[chunk.id for chunk in part],
                embeddings=rows[start : start + size],
                documents=[chunk.text for chunk in part],
                metadatas=[_metadata(chunk, row) for row, chunk in enumerate(part, start)],
            )


def read_store(folder: Path) -> tuple[tuple[Chunk, ...], NDArray[np.float32]]:
    """All passages in their order, and their vectors, shape (passages, dimension).

    Raises:
        IndexBroken: the store cannot be read.
        OSError: it is not there, or there is no room for the copy (see `_opened`).
    """
    with _opened(folder) as collection:
        return _everything(collection)


def check_store(
    folder: Path, expected: NDArray[np.float32] | None
) -> tuple[tuple[Chunk, ...], NDArray[np.float32]]:
    """Read everything as `read_store` does, and search as another program would.

    For a process that may die of it.

    Raises:
        IndexBroken: says what is wrong.
    """
    with _opened(folder) as collection:
        chunks, rows = _everything(collection)
        if expected is not None and len(rows) != len(expected):
            raise IndexBroken(f"it holds {len(rows)} vectors where {len(expected)} were written")
        if expected is not None and len(rows) and not np.allclose(rows, expected, atol=1e-5):
            raise IndexBroken("its vectors are not those that were written")
        found = _found_again(collection, rows)
    if found < 0.9:  # the graph is approximate, and passages may be alike
        raise IndexBroken(f"a search finds {found:.0%} of a sample by its own vectors")
    size = sum(file.stat().st_size for file in folder.rglob("link_lists.bin"))
    if size > (1 << 20) + _LINK_BYTES * len(chunks):
        raise IndexBroken(f"link_lists.bin has {size} bytes for {len(chunks)} passages")
    return chunks, rows


def _found_again(collection: Collection, rows: NDArray[np.float32]) -> float:
    """The share of a sample of vectors whose nearest neighbour is as near as themselves."""
    if not len(rows):
        return 1.0
    sample = rows[np.linspace(0, len(rows) - 1, min(_SAMPLE, len(rows))).astype(int)]
    found = collection.query(query_embeddings=sample, n_results=1, include=["distances"])
    distances = [row[0] if row else 1.0 for row in found["distances"] or []]
    return float(np.mean([distance < 1e-3 for distance in distances]))


def _everything(collection: Collection) -> tuple[tuple[Chunk, ...], NDArray[np.float32]]:
    """Read in pages: one read of all binds a variable a passage, and SQLite takes 32,766."""
    count = collection.count()
    chunks: dict[int, Chunk] = {}
    rows: dict[int, NDArray[np.float32]] = {}
    for start in range(0, count, _PAGE):
        found = collection.get(
            limit=_PAGE, offset=start, include=["documents", "metadatas", "embeddings"]
        )
        fields = (found["documents"] or (), found["metadatas"] or ())
        vectors = np.asarray(found["embeddings"], dtype=np.float32)
        for name, text, metadata, row in zip(found["ids"], *fields, vectors, strict=True):
            position = int(str(metadata["position"]))
            chunks[position], rows[position] = _chunk(name, text, metadata), row
    if sorted(chunks) != list(range(count)):
        raise IndexBroken(f"{len(chunks)} of its {count} passages can be read")
    if not count:
        return (), np.zeros((0, 0), dtype=np.float32)
    order = range(count)
    return tuple(chunks[i] for i in order), np.stack([rows[i] for i in order])


@contextmanager
def _opened(folder: Path) -> Iterator[Collection]:
    """A private copy of the store, open.

    Opening a store writes into it (a row in `acquire_write`). With a copy the generation stays
    as it was checked, is read by any number of processes, from a full or read-only disk too, and
    may be deleted meanwhile.
    """
    with private_folder() as place:
        copy = place / "store"
        for file in folder.rglob("*"):
            if file.is_file():
                target = copy / file.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        try:
            _check_database(copy / STORE_FILE)
            with _client(copy) as client:
                yield client.get_collection(COLLECTION, embedding_function=None)
        except (StoreFailed, sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise IndexBroken(f"its store cannot be read ({error})") from error


def _check_database(file: Path) -> None:
    """Stop before Chroma meets a damaged database."""
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if found != ("ok",):
        raise sqlite3.DatabaseError(f"{file.name}: {found}")


@contextmanager
def _client(folder: Path) -> Iterator[Any]:
    import chromadb
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

    try:
        client: Any = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        try:
            yield client
        finally:
            client.close()
    except ChromaError as error:
        raise StoreFailed(str(error)) from error


def _metadata(chunk: Chunk, position: int) -> dict[str, str | int | float]:
    """Flat fields that other programs can filter by, and what they cannot hold as JSON."""
    exact = asdict(chunk)
    del exact["text"]  # is the document
    return {
        "source": chunk.source,
        "kind": chunk.kind,
        "title": chunk.title,
        "path": " > ".join(chunk.path),
        "url": chunk.url,
        "order": chunk.order,
        **chunk.locator.as_dict(),
        "position": position,
        "record": json.dumps(exact),
    }


def _chunk(chunk_id: str, text: str, metadata: Mapping[str, Any]) -> Chunk:
    fields = json.loads(metadata["record"]) | {"id": chunk_id, "text": text}
    links = (link | {"path": tuple(link["path"])} for link in fields["linked_from"])
    segments = (one | {"locator": Locator(**one["locator"])} for one in fields["segments"])
    return Chunk(
        **fields
        | {
            "path": tuple(fields["path"]),
            "locator": Locator(**fields["locator"]),
            "linked_from": tuple(Provenance(**link) for link in links),
            "segments": tuple(Segment(**segment) for segment in segments),
            "tags": tuple(fields["tags"]),
            "links": tuple(fields["links"]),
        }
    )
