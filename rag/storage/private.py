"""The data folder is its owner's alone: 0700, and 0600 for the files in it.

It holds the notes' text, what was asked, and who may read which conversation. Folders and files of
before, and those that other programs' code makes (databases, their logs), are mended when found.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
_OURS = (
    "CURRENT",
    "generations",
    "chat.sqlite3",
    "embeddings.sqlite",
    "links.jsonl",
    "readers.key",
)
_ENTRIES = (*_OURS, "ingest.lock", "feedback.", "snapshots", "extract", "reports", "CURRENT.new")


def make_private(folder: Path) -> None:
    """Make a data folder, or mend the one that is there; links in it are left alone.

    A folder that holds anything else than ours (a home, `/tmp`) keeps its own mode, and so does
    what else is in it. What cannot be changed stays as it is: another account's or system's.
    """
    if not folder.exists():
        with private_files():
            folder.mkdir(parents=True, exist_ok=True)
        return
    mend(folder)


def mend(folder: Path) -> None:
    """Take the rights of others away from what a data folder holds, where there is one."""
    if sys.platform == "win32" or not folder.is_dir():
        return
    names = sorted(entry.name for entry in os.scandir(folder))
    ours = [name for name in names if name.lstrip(".").startswith(_ENTRIES)]
    alone = len(ours) == len(names) or any(name in _OURS for name in names)
    if alone and not _is_common(folder):
        _close(folder, FOLDER)
        ours = names
    for name in ours:
        _mend_all(folder / name)


@contextmanager
def private_files() -> Iterator[None]:
    """Whatever is made in this block is its owner's alone, whoever's code makes it."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def is_private(folder: Path) -> bool:
    """Whether a folder, or the first one above it that exists, is closed to others."""
    while not folder.exists() and folder.parent != folder:
        folder = folder.parent
    try:
        return not stat.S_IMODE(folder.stat().st_mode) & 0o077
    except OSError:
        return True


def _is_common(folder: Path) -> bool:
    """Whether a folder is more than a data folder: the root, a home, one that all may write to."""
    where = folder.resolve()
    sticky = bool(where.stat().st_mode & stat.S_ISVTX)
    return sticky or where in (Path(where.anchor), Path.home().resolve())


def _mend_all(path: Path) -> None:
    if path.is_symlink():
        return
    if not path.is_dir():
        _close(path, FILE)
        return
    _close(path, FOLDER)
    for folder, folders, files in os.walk(path):
        for names, most in ((folders, FOLDER), (files, FILE)):
            for name in names:
                _close(Path(folder, name), most)


def _close(path: Path, most: int) -> None:
    """Leave of a mode what `most` allows."""
    try:
        found = path.lstat()
        if not stat.S_ISLNK(found.st_mode) and stat.S_IMODE(found.st_mode) & ~most & 0o777:
            path.chmod(stat.S_IMODE(found.st_mode) & most)
    except OSError:  # gone meanwhile, or not ours: the folder around it is closed
        return
