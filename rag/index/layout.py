"""Where an index lies in the data folder, and how it is put there safely.

    data/
    |- CURRENT               one line: the name of the generation that is served
    |- ingest.lock
    |- embeddings.sqlite     vectors of texts, by model and text
    `- generations/
       |- 20261124T101500-3f9c2a/     whole and checked: a name without a dot is never half a one
       `- .building-...               what a killed run leaves; the next one removes it

A name is never used twice, so that a reader can tell a new generation by its name alone.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import DiskFull, IndexMissing

STORE_FILE = "chroma.sqlite3"
_LONGEST_NAME = 100  # of a generation; ours have 22 characters
_BUILDING = ".building-"
_DELETING = ".deleting-"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_WRITING = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST}
_SQLITE_NO_WRITING = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


def pointer(data_dir: Path) -> Path:
    """The file that names the current generation."""
    return data_dir / "CURRENT"


def generations(data_dir: Path) -> Path:
    """The folder of all generations."""
    return data_dir / "generations"


def current_name(data_dir: Path) -> str:
    """The name in CURRENT; it may name nothing that exists.

    Raises:
        IndexMissing: nothing was ingested into the data folder yet.
    """
    try:
        with pointer(data_dir).open("rb") as file:
            name = file.read(4 * _LONGEST_NAME).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        raise IndexMissing(
            f"There is no index in {data_dir} yet. Make it with: python -m ingest"
        ) from None
    except OSError:  # a folder, a link to itself: it names nothing
        return ""
    return name


def is_name(name: str) -> bool:
    """Whether a generation can have this name: none leads out of the folder of generations."""
    return 0 < len(name) <= _LONGEST_NAME and "/" not in name and not name.startswith(".")


def whole_generations(data_dir: Path) -> list[str]:
    """Names of all generations that were checked, newest first."""
    folder = generations(data_dir)
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    return sorted((name for name in names if not name.startswith(".")), reverse=True)


def start_building(data_dir: Path) -> tuple[str, Path]:
    """A new name, and the empty folder to build that generation in."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    building = generations(data_dir) / f"{_BUILDING}{name}"
    building.mkdir(parents=True)
    return name, building


def publish(data_dir: Path, name: str, building: Path) -> None:
    """Put a built and checked generation in its place and make it the current one.

    Whatever stops this at whatever moment, a reader sees the old generation or the new one: files
    reach the disk before the name that leads to them.
    """
    for path in building.rglob("*"):
        _sync(path)
    _sync(building)
    building.rename(generations(data_dir) / name)
    _sync(generations(data_dir))
    fresh = data_dir / "CURRENT.new"
    fresh.write_text(name + "\n", encoding="utf-8")
    _sync(fresh)
    fresh.replace(pointer(data_dir))
    _sync(data_dir)


def remove_leftovers(data_dir: Path) -> None:
    """Delete what killed runs left; never a whole generation."""
    (data_dir / "CURRENT.new").unlink(missing_ok=True)
    for entry in generations(data_dir).glob(".*"):
        shutil.rmtree(entry, ignore_errors=True)


def remove_all_but(data_dir: Path, keep: set[str]) -> None:
    """Delete whole generations but those to keep."""
    folder = generations(data_dir)
    for name in set(whole_generations(data_dir)) - keep:
        # renamed first: there is never half a generation under a whole one's name
        doomed = (folder / name).rename(folder / f"{_DELETING}{name}")
        shutil.rmtree(doomed, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_errors(data_dir: Path) -> Iterator[None]:
    """Turn what a full or locked disk makes of a write into `DiskFull`; let all else through."""
    try:
        yield
    except OSError as error:
        if says_full(error):
            raise no_room(data_dir) from error
        if error.errno is None:  # numpy tells so how much of a file it could write
            raise no_room(data_dir) from error
        if error.errno in _NO_WRITING:
            raise not_writable(data_dir, error.strerror or str(error)) from error
        raise
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and is_full(data_dir)):
            raise no_room(data_dir) from error
        if code == sqlite3.SQLITE_IOERR:  # a quota of file size, a disk that fails
            raise not_writable(data_dir, str(error)) from error
        if code in _SQLITE_NO_WRITING:
            raise not_writable(data_dir, str(error)) from error
        raise


def says_full(error: OSError) -> bool:
    """Whether an error comes from a disk or quota that is full."""
    return error.errno in _NO_ROOM


def is_full(data_dir: Path) -> bool:
    """Whether so little room is left that a write may have failed for it."""
    return shutil.disk_usage(data_dir).free < 1 << 20


def still_serves(data_dir: Path) -> str:
    """What an ingest that failed leaves behind, as a sentence; nothing where nothing was there."""
    there = pointer(data_dir).exists() and whole_generations(data_dir)
    return " The index that was there still serves." if there else ""


def no_room(data_dir: Path, needed: int = 0) -> DiskFull:
    """The error that says so; `needed` in bytes."""
    free = shutil.disk_usage(data_dir).free
    wants = f" and about {needed >> 20} MB are needed" if needed else ""
    return DiskFull(
        f"No room for the new index in {data_dir}: {free >> 20} MB are free{wants}, or its quota "
        f"allows no more.{still_serves(data_dir)} Make room and run again: python -m ingest"
    )


def not_writable(data_dir: Path, reason: str) -> DiskFull:
    """The error that says so."""
    return DiskFull(
        f"The data folder {data_dir} cannot be written ({reason}). Make it writable, or name "
        "another one with DATA_DIR or --data."
    )
