"""What an index is made of, as its readers and its writer share it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from rag.index.bm25 import LexicalIndex
from rag.index.views import VIEWS, VIEWS_VERSION
from rag.text.tokenization import TOKENIZER_VERSION
from rag.types import Chunk, Source

FORMAT = "2"
"""Changes whenever a generation's files do, so that an old one is refused and not misread."""

STORED_VIEW = VIEWS[0]
"""The view whose vectors, one a chunk, stand in Chroma; the others are matrices beside it."""


STORE = "store"
"""The folder of Chroma in a generation's."""

PASSAGES, VECTORS = "(passages)", "(vectors)"
"""Names of what is digested as read from the store, beside the names of files."""


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """One view: unit rows, float32 (rows, dimension); `owners[i]` is the chunk that row i is of.

    Rows are in the order of chunks; a chunk has one row or more (see rag.index.views.view_texts).
    """

    rows: NDArray[np.float32]
    owners: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is told about a generation without opening it.

    `fingerprint` holds what its vectors and terms depend on, by name; `created` is UTC in ISO 8601;
    `sources` counts sources by kind and `rows` vectors by view; `digests` holds sha256 by file, and
    of the passages and vectors in the store.
    """

    fingerprint: Mapping[str, str]
    created: str
    sources: Mapping[str, int]
    chunks: int
    dimension: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """The manifest as text; `from_json` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read a manifest.

        Raises:
            ValueError: it is not one.
        """
        return _manifests().validate_json(text)


@cache
def _manifests() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


@dataclass(frozen=True, eq=False)
class Index:
    """A generation, whole and in memory: it stays usable when the next one takes its place.

    `chunks` are in order of their sources; `vectors` holds a matrix a view; row i of the lexical
    scores belongs to `chunks[i]`.
    """

    generation: str
    manifest: Manifest
    chunks: tuple[Chunk, ...]
    sources: Mapping[str, Source]
    vectors: Mapping[str, Vectors]
    lexical: LexicalIndex
    _positions: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        positions = {chunk.id: row for row, chunk in enumerate(self.chunks)}
        object.__setattr__(self, "_positions", positions)

    def position(self, chunk_id: str) -> int:
        """The place of a chunk in `chunks`.

        Raises:
            KeyError: there is no such chunk.
        """
        return self._positions[chunk_id]


@dataclass(frozen=True, slots=True)
class WriteSummary:
    """What a write did, counted in chunks.

    `embedded` chunks had at least one text that was not embedded before, `reused` ones had none;
    `changed` is false when the current generation was right already and stays.
    """

    generation: str
    chunks: int
    embedded: int
    reused: int
    removed: int
    added: int
    changed: bool


def fingerprint_of(embedding: str, chunker: str) -> dict[str, str]:
    """What vectors, terms and files of an index written now depend on."""
    return {
        "embedding": embedding,
        "chunker": chunker,
        "tokenizer": TOKENIZER_VERSION,
        "views": VIEWS_VERSION,
        # a patch of Chroma keeps its file format, another minor version need not
        "chromadb": ".".join(version("chromadb").split(".")[:2]),
        "format": FORMAT,
    }


def digest_of(parts: Iterable[object]) -> str:
    """One sha256 over what dataclasses, tuples and numbers say, in their order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def digest_of_rows(rows: NDArray[np.float32]) -> str:
    """The sha256 of a matrix's bytes."""
    return hashlib.sha256(np.ascontiguousarray(rows).data).hexdigest()
