"""Runs `python -m ingest` as a program of its own and follows what it says.

The page and the ingest share nothing but the data folder: an ingest that fails, or is killed,
leaves the page and the index that it answers from as they are.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from rag.settings import Settings

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_KEPT = 12


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: its last lines, and its outcome once it has ended.

    `summary` is the JSON object that the program ends with, `exit_code` None while it runs.
    """

    lines: tuple[str, ...] = ()
    exit_code: int | None = None
    summary: dict[str, Any] | None = None
    seconds: float = 0.0

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.exit_code is None


class IngestProgram:
    """At most one ingest at a time, for all readers; safe to use from several threads."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._lock = threading.Lock()
        self._lines: deque[str] = deque(maxlen=_KEPT)
        self._progress: Progress | None = None
        self._began = 0.0

    @property
    def progress(self) -> Progress | None:
        """How far the last run is; None when there was none."""
        with self._lock:
            if self._progress and self._progress.running:
                return Progress(tuple(self._lines), seconds=time.monotonic() - self._began)
            return self._progress

    def start(self) -> None:
        """Start a run, unless one is running."""
        with self._lock:
            if self._progress and self._progress.running:
                return
            self._lines.clear()
            self._progress = Progress()
            self._began = time.monotonic()
        threading.Thread(target=self._run, name="ingest", daemon=True).start()

    def _run(self) -> None:
        code, said = 1, ""
        try:
            with subprocess.Popen(  # noqa: S603 - our own command, no word of it from a reader
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
            ) as process:
                follower = threading.Thread(target=self._follow, args=(process.stderr,))
                follower.start()
                said = process.stdout.read() if process.stdout else ""
                follower.join()
                code = process.wait()
        except OSError as error:
            self._add(str(error))
        with self._lock:
            spent = time.monotonic() - self._began
            self._progress = Progress(tuple(self._lines), code, summary_of(said), spent)

    def _follow(self, stream: IO[str] | None) -> None:
        for line in progress_lines(stream or ()):
            self._add(line)

    def _add(self, line: str) -> None:
        """Add a line; a progress bar that moved takes the place of how it stood before."""
        with self._lock:
            if self._lines and _bar_name(line) and _bar_name(line) == _bar_name(self._lines[-1]):
                self._lines[-1] = line
            else:
                self._lines.append(line)


def ingest_command(settings: Settings) -> tuple[str, ...]:
    """The command that indexes the corpus of these settings."""
    return (
        *(sys.executable, "-P"),  # nothing is imported from the folder of the notes
        *("-m", "ingest", "--json"),
        *("--corpus", str(settings.corpus_dir), "--data", str(settings.data_dir)),
    )


def progress_lines(stream: Iterable[str]) -> Iterable[str]:
    """The lines of a program's progress, without control sequences; a bar's every step is one."""
    for line in stream:
        for part in re.split(r"[\r\n]", _ESCAPES.sub("", line)):
            text = "".join(char for char in part if char.isprintable()).rstrip()
            if text:
                yield text


def summary_of(said: str) -> dict[str, Any] | None:
    """The JSON object in the last line that a program said, if there is one."""
    lines = said.strip().splitlines()
    try:
        summary = json.loads(lines[-1]) if lines else None
    except (ValueError, RecursionError):
        return None
    return summary if isinstance(summary, dict) else None


def _bar_name(line: str) -> str:
    """What a progress bar is of; empty for a line that is no bar."""
    match = re.match(r"(.*?)[:\s]*\d{1,3}%\|", line)
    return f"bar {match[1]}" if match else ""
