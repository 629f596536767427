"""Peak memory of processes, where the system tells it (Linux)."""

from __future__ import annotations

import re
from pathlib import Path

PROC = Path("/proc")


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
