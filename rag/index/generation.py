"""One generation in its folder: written file by file, opened whole.

manifest.json
store/                 Chroma: passages and their vectors (rag.index.chroma)
sources.json           notes and articles, whole
views/NAME.npz         vectors of the other views: rows and owners
lexical/               BM25 (rag.index.bm25)
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rag.errors import DiskFull, IndexBroken
from rag.index.bm25 import LexicalIndex
from rag.index.chroma import read_store, write_store
from rag.index.integrity import check_in_child
from rag.index.layout import STORE_FILE, says_full
from rag.index.model import (
    PASSAGES,
    STORE,
    STORED_VIEW,
    VECTORS,
    Index,
    Manifest,
    Vectors,
    digest_of,
    digest_of_rows,
)
from rag.types import Chunk, Provenance, Source

MANIFEST = "manifest.json"


def write_files(
    folder: Path,
    sources: Sequence[Source],
    chunks: Sequence[Chunk],
    vectors: Mapping[str, Vectors],
) -> None:
    """Write all of a generation but its manifest."""
    write_store(folder / STORE, chunks, vectors[STORED_VIEW].rows)
    records = json.dumps([asdict(source) for source in sources])
    (folder / "sources.json").write_text(records, encoding="ascii")
    (folder / "views").mkdir()
    for view, matrix in vectors.items():
        if view != STORED_VIEW:
            np.savez(folder / "views" / f"{view}.npz", rows=matrix.rows, owners=matrix.owners)
    (folder / "lexical").mkdir()
    LexicalIndex.build(chunks).save(folder / "lexical")


def digest_files(folder: Path) -> dict[str, str]:
    """The sha256 of every file but the manifest and Chroma's database.

    The database changes whenever some program opens the store; what it says is digested beside it
    (`PASSAGES`, `VECTORS`).
    """
    digests = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name not in {MANIFEST, STORE_FILE}:
            with file.open("rb") as stream:
                name = file.relative_to(folder).as_posix()
                digests[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests


def read_manifest_of(folder: Path) -> Manifest:
    """The manifest of the generation in a folder.

    Raises:
        IndexBroken: there is none that can be read.
    """
    try:
        return Manifest.from_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError) as error:
        raise IndexBroken(f"its manifest cannot be read ({error})") from error


def open_generation(folder: Path) -> Index:
    """Read a generation into memory and verify every byte of it that is used.

    All of it is held in memory: below some 200,000 vectors that is at most 300 MB, exact search by
    one matrix product is faster than a graph, and nothing can go away under a reader. Above, one
    would map the matrices from their files and search Chroma's graph instead.

    Raises:
        IndexBroken: something is missing, or not as it was written.
        DiskFull: there is no room for temporary files.
    """
    manifest = read_manifest_of(folder)
    try:
        found = digest_files(folder)
        _verify(found, manifest, lambda name: not name.startswith((STORE, "(")))
        if not _is_untouched(found, manifest):
            # another program searched the store, or it is damaged: a process that may die finds out
            _verify(check_in_child(folder), manifest, lambda name: name.startswith("("))
        chunks, rows = read_store(folder / STORE)
        found = {PASSAGES: digest_of(chunks), VECTORS: digest_of_rows(rows)}
        _verify(found, manifest, lambda name: name.startswith("("))
        return Index(
            generation=folder.name,
            manifest=manifest,
            chunks=chunks,
            sources=_read_sources(folder),
            vectors=_read_vectors(folder, manifest, rows),
            lexical=LexicalIndex.load(folder / "lexical"),
        )
    except OSError as error:
        if says_full(error):
            raise DiskFull(
                f"No room in {tempfile.gettempdir()} for a copy of the store in {folder} while it "
                "is opened. Make room there, or name another folder with TMPDIR."
            ) from error
        raise IndexBroken(f"it cannot be read ({error})") from error
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise IndexBroken(f"it cannot be read ({error})") from error


def _verify(found: Mapping[str, str], manifest: Manifest, concerns: Callable[[str], bool]) -> None:
    for name in sorted(filter(concerns, manifest.digests)):
        if found.get(name) != manifest.digests[name]:
            raise IndexBroken(f"{name} is {'damaged' if name in found else 'missing'}")


def _is_untouched(found: Mapping[str, str], manifest: Manifest) -> bool:
    """Whether the store's files are those that passed the check."""
    names = [name for name in {**found, **manifest.digests} if name.startswith(STORE)]
    return all(found.get(name) == manifest.digests.get(name) for name in names)


def _read_sources(folder: Path) -> dict[str, Source]:
    sources = {}
    for record in json.loads((folder / "sources.json").read_text(encoding="ascii")):
        links = (link | {"path": tuple(link["path"])} for link in record["linked_from"])
        linked_from = tuple(Provenance(**link) for link in links)
        times = tuple((offset, second) for offset, second in record.get("times", ()))
        sources[record["id"]] = Source(**record | {"linked_from": linked_from, "times": times})
    return sources


def _read_vectors(
    folder: Path, manifest: Manifest, stored: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> dict[str, Vectors]:
    stored = stored.reshape(manifest.chunks, manifest.dimension)
    vectors = {}
    for view in manifest.rows:
        if view == STORED_VIEW:
            vectors[view] = Vectors(stored, np.arange(len(stored), dtype=np.int32))
        else:
            with np.load(folder / "views" / f"{view}.npz", allow_pickle=False) as file:
                vectors[view] = Vectors(file["rows"], file["owners"])
    for matrix in vectors.values():  # shared by threads
        matrix.rows.flags.writeable = False
        matrix.owners.flags.writeable = False
    return vectors
