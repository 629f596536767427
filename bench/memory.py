"""Peak memory of processes, where the system tells it (Linux), and of the bare model."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PROC = Path("/proc")
# A program that loads the model, embeds one question, and prints its own peak memory.
BARE_MODEL = """
import os
from bench.memory import peak_of_tree
from rag.embedding import load_embedder
load_embedder().encode_queries(["what is new?"])
print(peak_of_tree(os.getpid()) or 0)
"""


def bare_model() -> float | None:
    """Peak memory in MB of a process that only embeds a question, or None where it is not told."""
    done = subprocess.run(
        [sys.executable, "-c", BARE_MODEL], capture_output=True, text=True, check=True, timeout=300
    )
    return float(done.stdout) or None


def peak_of_tree(pid: int) -> float | None:
    """Peak resident memory of a process and its children in MB, or None where it is not told.

    The peaks of the processes are added up, which is never less than the true peak of all.
    """
    peaks = [_peak(one) for one in _tree(pid)]
    known = [peak for peak in peaks if peak is not None]
    return sum(known) if known else None


def _peak(pid: int) -> float | None:
    try:
        status = (PROC / str(pid) / "status").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else None


def _tree(pid: int) -> list[int]:
    try:
        text = (PROC / str(pid) / "task" / str(pid) / "children").read_text(encoding="utf-8")
    except OSError:
        return [pid]
    return [pid, *(one for child in text.split() for one in _tree(int(child)))]
