"""A folder for a while, which goes even where the program that made it was killed."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

_PREFIX = "shiori-"
_LOCK = "held"
_NEW = 600.0  # seconds in which a folder may not be locked yet


@contextmanager
def private_folder() -> Iterator[Path]:
    """An empty folder in the system's place for temporary files, gone afterwards.

    Those of programs that were killed are removed first: the system frees their locks.
    """
    _remove_left()
    with (
        tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as place,
        filelock.FileLock(Path(place) / _LOCK),
    ):
        yield Path(place)


def _remove_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, filelock.Timeout):  # another user's, or in use
            lock = folder / _LOCK
            if not folder.is_dir() or folder.is_symlink():
                continue
            if not lock.is_file():
                if time.time() - folder.stat().st_mtime < _NEW or not (folder / "store").exists():
                    continue
                shutil.rmtree(folder, ignore_errors=True)
                continue
            with filelock.FileLock(lock, timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
