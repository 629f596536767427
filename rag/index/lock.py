"""One ingest at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from rag.errors import IngestRunning
from rag.index.layout import disk_errors
from rag.storage.private import make_private


@contextmanager
def ingest_lock(data_dir: Path) -> Iterator[None]:
    """Hold the data folder, which is made where it does not exist, for one ingest.

    The system frees the lock when the process ends, however it ends.

    Raises:
        IngestRunning: another ingest holds it.
        DiskFull: the folder cannot be made or written.
    """
    with contextlib.ExitStack() as stack:
        with disk_errors(data_dir if data_dir.exists() else data_dir.absolute().parent):
            make_private(data_dir)
            try:
                stack.enter_context(filelock.FileLock(data_dir / "ingest.lock", timeout=0))
            except filelock.Timeout:
                raise IngestRunning(
                    f"Another ingest is running on the data folder {data_dir}. Wait for it to end, "
                    "or name another folder with --data."
                ) from None
        yield
