"""Writes generations: what changed is embedded, the rest comes from the cache."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import filelock
import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder
from rag.errors import IndexBroken, IndexMissing, IngestRunning
from rag.index.cache import EmbeddingCache
from rag.index.check import EXPECTED, check_in_child
from rag.index.disk import (
    current_name,
    disk_errors,
    generations,
    is_full,
    no_room,
    publish,
    start_building,
    sweep,
)
from rag.index.generation import MANIFEST, PASSAGES, digest_files, open_generation, write_files
from rag.index.model import (
    STORED_VIEW,
    Index,
    Manifest,
    Vectors,
    WriteSummary,
    digest_of,
    fingerprint_of,
)
from rag.index.store import StoreFailed
from rag.types import Chunk, Source
from rag.views import VIEWS, view_texts

_BATCH = 512  # texts embedded between two writes to the cache: what a killed ingest may lose

Rows = Mapping[str, NDArray[np.float32]]


@contextmanager
def ingest_lock(data_dir: Path) -> Iterator[None]:
    """Hold the data folder, which is made where it does not exist, for one ingest.

    The system frees the lock when the process ends, however it ends.

    Raises:
        IngestRunning: another ingest holds it.
        DiskFull: the folder cannot be made or written.
    """
    with contextlib.ExitStack() as stack:
        with disk_errors(data_dir if data_dir.exists() else data_dir.absolute().parent):
            data_dir.mkdir(parents=True, exist_ok=True)
            try:
                stack.enter_context(filelock.FileLock(data_dir / "ingest.lock", timeout=0))
            except filelock.Timeout:
                raise IngestRunning(
                    f"Another ingest is running on the data folder {data_dir}. Wait for it to end, "
                    "or name another folder with --data."
                ) from None
        yield


def write_generation(
    data_dir: Path,
    sources: Sequence[Source],
    chunks: Sequence[Chunk],
    embedder: Embedder,
    *,
    chunker_version: str,
    progress: Callable[[int, int], None] | None = None,
) -> WriteSummary:
    """Make the index say what `sources` and `chunks` say; the caller holds `ingest_lock`.

    Nothing is written when it does already. `progress` is told how many texts are embedded, and of
    how many. The old generation serves until the new one is checked, and for good where this fails.

    Raises:
        DiskFull: there is no room, or the folder cannot be written.
        IndexBroken: the new generation failed its check.
        ValueError: two chunks share an id.
    """
    chunks = tuple(_storable(chunk) for chunk in chunks)
    if len({chunk.id for chunk in chunks}) != len(chunks):
        raise ValueError("two chunks share an id")
    fingerprint = fingerprint_of(embedder.fingerprint, chunker_version)
    with disk_errors(data_dir):
        before = _opened_before(data_dir)
        sweep(data_dir, _kept(before))
        if before and _same(before, fingerprint, sources, chunks):
            count = len(chunks)
            return WriteSummary(before.generation, count, 0, count, 0, 0, changed=False)
        with EmbeddingCache(data_dir, embedder.fingerprint) as cache:
            rows, fresh = _embedded(chunks, embedder, cache, progress)
            vectors = _matrices(chunks, rows, embedder.dimension)
            manifest = Manifest(
                fingerprint,
                created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                sources=Counter(source.kind for source in sources),
                chunks=len(chunks),
                dimension=embedder.dimension,
                rows={view: len(matrix.rows) for view, matrix in vectors.items()},
                previous=before.generation if before else "",
            )
            name = _built(data_dir, manifest, sources, chunks, vectors)
            sweep(data_dir, {name, manifest.previous})
            with contextlib.suppress(sqlite3.Error):  # the index is in place: no reason to fail now
                cache.prune(rows)
    return _summary(name, before, chunks, fresh)


def _storable(chunk: Chunk) -> Chunk:
    """Chroma takes no lone surrogates, which broken input may hold."""
    text = chunk.text.encode("utf-8", "replace").decode()
    return chunk if text == chunk.text else replace(chunk, text=text)


def _opened_before(data_dir: Path) -> Index | None:
    """The current generation, unless there is none or it is broken."""
    try:
        return open_generation(generations(data_dir) / current_name(data_dir))
    except (IndexMissing, IndexBroken):
        return None


def _kept(before: Index | None) -> set[str]:
    return {before.generation, before.manifest.previous} if before else set()


def _same(
    before: Index,
    fingerprint: Mapping[str, str],
    sources: Sequence[Source],
    chunks: Sequence[Chunk],
) -> bool:
    return (
        before.manifest.fingerprint == fingerprint
        and before.chunks == tuple(chunks)
        and before.sources == {source.id: source for source in sources}
    )


def _embedded(
    chunks: Sequence[Chunk],
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: Callable[[int, int], None] | None,
) -> tuple[Rows, set[str]]:
    """The vectors of all texts of all views, and the texts that were not known."""
    texts = dict.fromkeys(
        text for chunk in chunks for view in VIEWS for text in view_texts(chunk, view)
    )
    rows = cache.get(texts, embedder.dimension)
    missing = [text for text in texts if text not in rows]
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, len(missing))

    for start in range(0, len(missing), _BATCH):
        part = missing[start : start + _BATCH]
        vectors = embedder.encode_passages(part, tell)
        cache.put(part, vectors)
        rows.update(zip(part, vectors, strict=True))
    return rows, set(missing)


def _matrices(chunks: Sequence[Chunk], rows: Rows, dimension: int) -> dict[str, Vectors]:
    matrices = {}
    for view in VIEWS:
        texts = [
            (row, text) for row, chunk in enumerate(chunks) for text in view_texts(chunk, view)
        ]
        if view == STORED_VIEW and len(texts) != len(chunks):
            raise ValueError(f"the view {view!r} must have one text a chunk: Chroma stores it")
        matrix = np.zeros((len(texts), dimension), dtype=np.float32)
        for row, (_, text) in enumerate(texts):
            matrix[row] = rows[text]
        matrices[view] = Vectors(matrix, np.array([row for row, _ in texts], dtype=np.int32))
    return matrices


def _built(
    data_dir: Path,
    manifest: Manifest,
    sources: Sequence[Source],
    chunks: Sequence[Chunk],
    vectors: Mapping[str, Vectors],
) -> str:
    """Write a generation, check it, make it the current one; leave nothing behind on failure."""
    _make_sure_of_room(data_dir, sources, chunks, vectors)
    name, building = start_building(data_dir)
    try:
        write_files(building, sources, chunks, vectors)
        np.save(building / EXPECTED, vectors[STORED_VIEW].rows)
        digests = check_in_child(building)
        if digests[PASSAGES] != digest_of(chunks):
            raise IndexBroken("passages are not those that were written")
        (building / EXPECTED).unlink()
        manifest = replace(manifest, digests=digests | digest_files(building))
        (building / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        publish(data_dir, name, building)
    except (IndexBroken, StoreFailed) as error:
        # Chroma and the libraries below it do not always tell that a write failed for want of room
        if is_full(data_dir) or "full" in str(error) or "No space" in str(error):
            raise no_room(data_dir) from error
        raise IndexBroken(
            f"The new index in {data_dir} failed its check: {error}. The index that was there "
            "still serves. Run again: python -m ingest"
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)  # gone already where all went well
    return name


def _make_sure_of_room(
    data_dir: Path,
    sources: Sequence[Source],
    chunks: Sequence[Chunk],
    vectors: Mapping[str, Vectors],
) -> None:
    """Stop before an hour of work where it cannot fit: a lower bound of what it takes."""
    needed = sum(2 * matrix.rows.nbytes for matrix in vectors.values())
    needed += sum(len(source.text) for source in sources) + (1 << 20)
    needed += sum(len(chunk.text) for chunk in chunks)
    if shutil.disk_usage(data_dir).free < needed:
        raise no_room(data_dir, needed)


def _summary(
    name: str, before: Index | None, chunks: Sequence[Chunk], fresh: set[str]
) -> WriteSummary:
    old = {chunk.id for chunk in before.chunks} if before else set()
    new = {chunk.id for chunk in chunks}
    embedded = sum(
        any(text in fresh for view in VIEWS for text in view_texts(chunk, view)) for chunk in chunks
    )
    return WriteSummary(
        generation=name,
        chunks=len(chunks),
        embedded=embedded,
        reused=len(chunks) - embedded,
        removed=len(old - new),
        added=len(new - old),
        changed=True,
    )
