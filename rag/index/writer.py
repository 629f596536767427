"""Writes generations: what changed is embedded, the rest comes from the cache."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import IndexBroken, IndexMissing
from rag.index.chroma import StoreFailed
from rag.index.embedding_cache import EmbeddingCache
from rag.index.generation import MANIFEST, digest_files, open_generation, write_files
from rag.index.integrity import EXPECTED, check_in_child
from rag.index.layout import (
    current_name,
    disk_errors,
    generations,
    is_full,
    no_room,
    publish,
    remove_all_but,
    remove_leftovers,
    start_building,
    still_serves,
    whole_generations,
)
from rag.index.model import (
    PASSAGES,
    STORED_VIEW,
    Index,
    Manifest,
    Vectors,
    WriteSummary,
    digest_of,
    fingerprint_of,
)
from rag.index.vectors import embed_chunks
from rag.index.views import VIEWS, view_texts
from rag.text.surrogates import storable
from rag.types import Chunk, Source

if TYPE_CHECKING:
    from rag.embedding import Embedder


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
    sources, chunks = storable(tuple(sources)), storable(tuple(chunks))
    if len({chunk.id for chunk in chunks}) != len(chunks):
        raise ValueError("two chunks share an id")
    fingerprint = fingerprint_of(embedder.fingerprint, chunker_version)
    with disk_errors(data_dir):
        remove_leftovers(data_dir)
        before, is_current = _opened_before(data_dir)
        if before and is_current and _same(before, fingerprint, sources, chunks):
            count = len(chunks)
            return WriteSummary(before.generation, count, 0, count, 0, 0, changed=False)
        _make_sure_of_room(data_dir, sources, chunks, embedder.dimension)
        with EmbeddingCache(data_dir, embedder.fingerprint) as cache:
            matrices, fresh = embed_chunks(chunks, embedder, cache, progress)
            vectors = matrices.vectors()
            manifest = Manifest(
                fingerprint,
                created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                sources=dict(Counter(source.kind for source in sources)),
                chunks=len(chunks),
                dimension=embedder.dimension,
                rows={view: len(matrix.rows) for view, matrix in vectors.items()},
            )
            name = _built(data_dir, manifest, sources, chunks, vectors)
            remove_all_but(data_dir, {name, before.generation if before else name})
            with contextlib.suppress(sqlite3.Error):  # the index is in place: no reason to fail now
                cache.prune(matrices.texts)
    return _summary(name, before, chunks, fresh)


def _opened_before(data_dir: Path) -> tuple[Index | None, bool]:
    """The generation that serves now, if one can be read, and whether it is the one in CURRENT."""
    try:
        current = current_name(data_dir)
    except IndexMissing:
        return None, False
    for name in dict.fromkeys([current, *whole_generations(data_dir)]):
        with contextlib.suppress(IndexBroken):
            return open_generation(generations(data_dir) / name), name == current
    return None, False


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


def _built(
    data_dir: Path,
    manifest: Manifest,
    sources: Sequence[Source],
    chunks: Sequence[Chunk],
    vectors: Mapping[str, Vectors],
) -> str:
    """Write a generation, check it, make it the current one; leave nothing behind on failure."""
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
            f"The new index in {data_dir} failed its check: {error}.{still_serves(data_dir)} "
            "Run again: python -m ingest"
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)  # gone already where all went well
    return name


def _make_sure_of_room(
    data_dir: Path,
    sources: Sequence[Source],
    chunks: Sequence[Chunk],
    dimension: int,
) -> None:
    """Stop before an hour of work where it cannot fit: a lower bound of what it takes."""
    rows = sum(len(view_texts(chunk, view)) for chunk in chunks for view in VIEWS)
    needed = 2 * 4 * dimension * rows
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
