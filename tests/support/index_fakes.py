"""A corpus made by number and a cheap embedder: what is tested here is the store, not the model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index import Index, WriteSummary, ingest_lock, write_generation
from rag.index.views import view_texts
from rag.types import Chunk, Locator, Source

DIMENSION = 16
LINES = ["CloudFormationがGitと同期する。", "Reserved capacity costs less.", "栞は本にはさむ。"]


class CheapEmbedder:
    """Unit vectors made from the hash of a text; counts the texts it was given."""

    fingerprint = "cheap-1"
    dimension = DIMENSION

    def __init__(self, fingerprint: str = "cheap-1") -> None:
        self.fingerprint = fingerprint
        self.texts: list[str] = []

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.texts += texts
        if progress:
            progress(len(texts))
        return np.stack([vector_of(text) for text in texts])


def vector_of(text: str) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")
    row = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return row / np.linalg.norm(row)


def note(name: str, lines: Sequence[str]) -> tuple[Source, list[Chunk]]:
    """A note of one section with one chunk a line."""
    source = Source(name, "note", name, "\n".join(lines))
    chunks = [
        Chunk(
            id=hashlib.sha256(f"{name}\n{line}".encode("utf-8", "replace")).hexdigest()[:16],
            source=name,
            kind="note",
            title=name,
            path=(f"見出し of {name}",),
            text=line,
            locator=Locator(number, number),
            order=number - 1,
        )
        for number, line in enumerate(lines, 1)
    ]
    return source, chunks


def corpus(*notes: tuple[Source, list[Chunk]]) -> tuple[list[Source], list[Chunk]]:
    return [source for source, _ in notes], [chunk for _, part in notes for chunk in part]


def write(data: Path, *notes: tuple[Source, list[Chunk]], **options: Any) -> WriteSummary:
    """One ingest of notes with the cheap embedder."""
    embedder = options.pop("embedder", None) or CheapEmbedder()
    sources, chunks = corpus(*notes)
    with ingest_lock(data):
        return write_generation(
            data, sources, chunks, embedder, **({"chunker_version": "c1"} | options)
        )


def edition(number: int) -> tuple[tuple[Source, list[Chunk]], ...]:
    """A corpus whose every passage tells its edition; what was said before is gone."""
    many = note("many.md", [f"edition {number} passage {n}" for n in range(12)])
    return many, note(f"only-{number}.md", [f"edition {number} alone"])


def edition_of(index: Index) -> int:
    """The edition that an index holds; fails unless all of it is of one."""
    number = int(index.chunks[0].text.split()[1])
    sources, chunks = corpus(*edition(number))
    assert list(index.chunks) == chunks
    assert list(index.sources.values()) == sources
    for view, vectors in index.vectors.items():
        texts = [text for chunk in chunks for text in view_texts(chunk, view)]
        rows = np.reshape([vector_of(text) for text in texts], vectors.rows.shape)
        assert np.allclose(vectors.rows, rows, atol=1e-6)
    assert index.lexical.search(f"only-{number}.md")[0][len(chunks) - 1] > 0
    return number


def write_editions(data: Path, first: int, last: int, done: Path) -> None:
    """Write one edition after the other, and tell in a file which one is complete."""
    for number in range(first, last):
        write(data, *edition(number))
        fresh = done.with_suffix(".new")
        fresh.write_text(str(number))
        fresh.replace(done)
