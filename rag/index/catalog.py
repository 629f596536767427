"""Serves the current generation to many threads, and notices when it changes."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from pathlib import Path

from rag.errors import DiskFull, IndexBroken, IndexMismatch
from rag.index.generation import open_generation, read_manifest_of
from rag.index.layout import current_name, generations, is_name, whole_generations
from rag.index.model import FORMAT, Index, Manifest, fingerprint_of
from rag.types import Chunk

_log = logging.getLogger(__name__)
_TRIES = 10  # switches that may happen while one generation is opened
_RETRY = 30.0  # seconds until a generation that could not be opened is tried again
_NAMES = {
    "embedding": "embedding model",
    "tokenizer": "tokenizer",
    "views": "choice of views",
    "chromadb": "version of chromadb",
    "format": "file format",
}


class IndexCatalog:
    """The index of a data folder as it is now; one for all threads of a process."""

    def __init__(self, data_dir: Path, embedding_fingerprint: str) -> None:
        self._data_dir = data_dir
        self._fingerprint = fingerprint_of(embedding_fingerprint, chunker="")
        self._opening = threading.Lock()
        self._index: Index | None = None
        self._seen = ""  # what CURRENT said when `_index` was opened
        self._try_again = 0.0  # time of the monotonic clock
        self.is_any_version = False  # for who only looks at what is there
        self.problem = ""
        """Why the generation before serves, in a sentence; empty while the current one does."""

    def current(self) -> Index:
        """The current generation, opened again when another one has taken its place.

        While one thread opens the new one the others wait: going on with the old one would show
        what was deleted. What they hold stays usable for as long as they hold it.

        Raises:
            IndexMissing: nothing was ingested yet.
            IndexMismatch: the index was built with another model or version.
            IndexBroken: no generation can be read, and none was before.
            DiskFull: there is no room to open the first one.
        """
        held, name = self._index, current_name(self._data_dir)
        if held and (name == self._seen or time.monotonic() < self._try_again):
            return held
        with self._opening:
            return self._reopened()

    def _reopened(self) -> Index:
        name = current_name(self._data_dir)
        if self._index and name == self._seen:  # another thread was faster
            return self._index
        try:
            self._index, self._seen = self._open(name)
        except (IndexBroken, DiskFull) as error:
            if self._index is None:
                raise
            self.problem = f"{error} Until then the generation before serves."
            _log.warning("%s", self.problem)
            self._try_again = time.monotonic() + _RETRY
        return self._index

    def _open(self, name: str) -> tuple[Index, str]:
        """The generation that CURRENT names, or the one kept back where that one is broken."""
        for _ in range(_TRIES):
            try:
                opened = self._open_one(name)
                self.problem = ""
                return opened, name
            except IndexBroken as error:
                now = current_name(self._data_dir)
                if now != name:  # it was deleted under us: another one is current already
                    name = now
                    continue
                broken = error
                break
        else:
            raise IndexBroken(f"The index in {self._data_dir} changes faster than it can be read.")
        for kept in whole_generations(self._data_dir):
            if kept == name:
                continue
            try:
                index = self._open_one(kept)
            except (IndexBroken, IndexMismatch):
                continue
            self.problem = _served_instead(name, broken, kept)
            _log.warning("%s", self.problem)
            return index, name
        raise IndexBroken(
            f"The index in {self._data_dir} is damaged: generation {name!r}: {broken}. Build it "
            "anew with: python -m ingest"
        ) from broken

    def _open_one(self, name: str) -> Index:
        folder = generations(self._data_dir) / name
        if not is_name(name) or not folder.is_dir():
            raise IndexBroken("there is no such generation")
        if not self.is_any_version:
            self._compare(read_manifest_of(folder))
        return open_generation(folder)

    def _compare(self, manifest: Manifest) -> None:
        for key, label in _NAMES.items():
            built, now = manifest.fingerprint.get(key), self._fingerprint[key]
            if built != now:
                raise IndexMismatch(
                    f"The index in {self._data_dir} was built with another {label} ({built}, now "
                    f"{now}). Build it anew with: python -m ingest"
                )


def _served_instead(name: str, broken: Exception, kept: str) -> str:
    return (
        f"Generation {name!r} is damaged ({broken}), so the one before it, {kept!r}, serves. Build "
        "it anew with: python -m ingest"
    )


def read_served(data_dir: Path) -> tuple[str, Manifest, str]:
    """Name and manifest of the generation that serves, and the problem where it is an old one.

    Reads all of it, as a reader would, without loading a model.

    Raises:
        IndexMissing: nothing was ingested yet.
        IndexBroken: no generation can be read.
        DiskFull: there is no room for temporary files.
    """
    with contextlib.suppress(IndexBroken):
        name, manifest = read_manifest(data_dir)
        if manifest.fingerprint.get("format") != FORMAT:  # said when it is to be read
            return name, manifest, ""
    catalog = IndexCatalog(data_dir, "")
    catalog.is_any_version = True
    index = catalog.current()
    return index.generation, index.manifest, catalog.problem


def read_chunks(data_dir: Path) -> tuple[Chunk, ...]:
    """All passages of the current generation in their order, without loading a model.

    Raises:
        IndexMissing: nothing was ingested yet.
        IndexBroken: the current generation cannot be read.
        DiskFull: there is no room for temporary files.
    """
    for _ in range(_TRIES):
        name, _manifest = read_manifest(data_dir)
        try:
            return open_generation(generations(data_dir) / name).chunks
        except IndexBroken as error:
            broken = error
            if current_name(data_dir) == name:
                break
    raise IndexBroken(
        f"The index in {data_dir} is damaged: generation {name!r}: {broken}. Build it anew with: "
        "python -m ingest"
    ) from broken


def read_manifest(data_dir: Path) -> tuple[str, Manifest]:
    """Name and manifest of the current generation, without opening the store or a model.

    Raises:
        IndexMissing: nothing was ingested yet.
        IndexBroken: the current generation has no manifest that can be read.
    """
    for _ in range(_TRIES):
        name = current_name(data_dir)
        try:
            if not is_name(name):
                raise IndexBroken("there is no such generation")
            return name, read_manifest_of(generations(data_dir) / name)
        except IndexBroken as error:
            broken = error
            if current_name(data_dir) == name:
                break
    raise IndexBroken(
        f"The index in {data_dir} is damaged: generation {name!r}: {broken}. Build it anew with: "
        "python -m ingest"
    ) from broken
