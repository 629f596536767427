"""Checks a generation before it is served: `python -m rag.index.integrity FOLDER`.

A program of its own, because a damaged store can end the process that opens it (SIGSEGV). Prints
one JSON object: `problem`, or `digests` of what the store holds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

import rag
from rag.errors import IndexBroken
from rag.index.chroma import check_store
from rag.index.model import PASSAGES, STORE, VECTORS, digest_of, digest_of_rows

EXPECTED = "expected.npy"
"""The vectors as they were meant, while a generation is built."""
_TIMEOUT = 1800.0  # seconds


def check_in_child(folder: Path) -> dict[str, str]:
    """Check the store in a folder, against `EXPECTED` if that is in it, in another process.

    Returns:
        Digests of what the store holds, by `PASSAGES` and `VECTORS`.

    Raises:
        IndexBroken: the check failed, or died.
    """
    command = [sys.executable, "-m", "rag.index.integrity", str(folder.resolve())]
    root = Path(rag.__file__).resolve().parent.parent  # importable, wherever this program runs
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=root, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise IndexBroken(f"its check did not end within {_TIMEOUT:.0f} s") from error
    if done.returncode < 0:
        raise IndexBroken(f"opening its store ends the program (signal {-done.returncode})")
    try:
        report = json.loads(done.stdout.strip().rpartition("\n")[2])
    except ValueError as error:
        said = done.stderr.strip().rpartition("\n")[2]
        raise IndexBroken(f"its check failed ({said or 'without a word'})") from error
    if "problem" in report:
        raise IndexBroken(report["problem"])
    digests: dict[str, str] = report["digests"]
    return digests


def main(folder: Path) -> int:
    """Check and print; 0 when all is well, 1 when not."""
    try:
        meant = np.load(folder / EXPECTED) if (folder / EXPECTED).exists() else None
        chunks, rows = check_store(folder / STORE, meant)
        report: dict[str, object] = {
            "digests": {PASSAGES: digest_of(chunks), VECTORS: digest_of_rows(rows)}
        }
    except IndexBroken as error:
        report = {"problem": str(error)}
    print(json.dumps(report))  # noqa: T201
    return 0 if "digests" in report else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
