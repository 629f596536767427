"""A corpus made by number and a cheap embedder: what is tested here is the store, not the model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.types import Chunk, Locator, Source

DIMENSION = 16


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
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    row = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return row / np.linalg.norm(row)


def note(name: str, lines: Sequence[str]) -> tuple[Source, list[Chunk]]:
    """A note of one section with one chunk a line."""
    source = Source(name, "note", name, "\n".join(lines))
    chunks = [
        Chunk(
            id=hashlib.sha256(f"{name}\n{line}".encode()).hexdigest()[:16],
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
