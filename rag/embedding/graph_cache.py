"""Graphs that were built before, kept in the data folder: building one takes a second."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rag.errors import DiskFull
from rag.storage.atomic import write_atomically

FOLDER: Final = "models"
_log = logging.getLogger(__name__)


def cached_graph(data_dir: Path | None, role: str, key: str, build: Callable[[], bytes]) -> bytes:
    """A graph from the data folder; built, and kept there for the next time, if it is not in it.

    A damaged file is built again, and where nothing can be written it is built every time; both
    are logged.

    Args:
        data_dir: None to keep nothing.
        role: what the graph is for; older graphs of the same role are removed.
        key: changes with whatever the graph is built from.
        build: makes the model file.
    """
    if data_dir is None:
        return build()
    file = data_dir / FOLDER / f"{role}-{key}.onnx"
    kept = _read(file)
    if kept is not None:
        return kept
    content = build()
    try:
        write_atomically(file, content)
        write_atomically(_digest_file(file), _digest(content, file).encode())
        for old in {*file.parent.glob(f"{role}-*.onnx"), *file.parent.glob(f"{role}-*.sha256")}:
            if not old.name.startswith(file.stem):
                old.unlink(missing_ok=True)
    except (DiskFull, OSError) as error:
        _log.warning("The model is prepared anew at every start, as %s", error)
    return content


def _read(file: Path) -> bytes | None:
    """The content, if it is what was written."""
    try:
        content = file.read_bytes()
        noted = _digest_file(file).read_text(encoding="utf-8", errors="replace")
    except OSError:  # not there, or not whole: the digest is written after the file
        return None
    if noted != _digest(content, file):
        _log.warning("The prepared model %s is damaged and is made again.", file)
        return None
    return content


def _digest_file(file: Path) -> Path:
    return file.with_name(file.name + ".sha256")


def _digest(content: bytes, file: Path) -> str:
    """As `sha256sum` writes and checks it."""
    return f"{hashlib.sha256(content).hexdigest()}  {file.name}\n"
