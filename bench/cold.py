"""What a command takes in a process of its own: seconds from start to end, and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median

from bench.report import Row, Table
from rag.settings import Settings

TITLE = "Commands in a process of their own"
ROUNDS = 3
QUESTION = "what is new?"
COMMANDS: dict[str, tuple[Sequence[str], str]] = {
    "status": (("status",), ""),
    "search": (("search", QUESTION), ""),
    "ask": (("ask", QUESTION), "at most 4 s, 600 MB"),
}


def measure(settings: Settings) -> Table:
    """Seconds and memory of each command, over the index in the settings' data folder."""
    if not hasattr(os, "wait4"):
        return Table(TITLE, (), skipped="this system does not tell what a process took")
    rows = []
    for name, (arguments, goal) in COMMANDS.items():
        command = [sys.executable, "-m", "rag", *arguments, "--data", str(settings.data_dir)]
        taken = [_taken(command) for _ in range(ROUNDS)]
        seconds, memory = (median(values) for values in zip(*taken, strict=True))
        rows.append(Row(name, {"seconds": seconds, "peak MB": memory}, goal))
    return Table(TITLE, tuple(rows), f"The middle of {ROUNDS} runs each.")


def _taken(command: Sequence[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of a command.

    Raises:
        RuntimeError: it failed.
    """
    started = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # bytes there, kilobytes elsewhere
    return seconds, usage.ru_maxrss / unit
