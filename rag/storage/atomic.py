"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import nullcontext
from pathlib import Path

from rag.errors import DiskFull
from rag.storage.private import is_private, private_files

PRIVATE, SHARED = 0o600, 0o644


def write_atomically(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new one.

    Args:
        path: where; its folder is made.
        content: all of it.
        mode: who may read it: what stands in the data folder is its owner's alone.

    Raises:
        DiskFull: there is no room, or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DiskFull(f"{path} cannot be written ({error.strerror or error}).") from error


def write_text(path: Path, text: str) -> None:
    """Write a text file that others may read, where they may look into its folder at all.

    Raises:
        DiskFull: there is no room, or the folder cannot be written.
    """
    private = is_private(path.parent)
    with private_files() if private else nullcontext():
        write_atomically(path, text.encode("utf-8"), PRIVATE if private else SHARED)
