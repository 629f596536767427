"""The whole evaluation as CI runs it: a new process, every question asked, figures, reports."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from bench.report import Row, Table
from bench.timing import timed
from rag.settings import Settings

TITLE = "The evaluation of all questions, answers without a model"
NOTE = "From the start of the process to its end, the model's loading included; "


def measure(settings: Settings) -> Table:
    """Seconds of two runs over the index of the settings, and whether both say the same."""
    folder = settings.corpus_dir / "questions"
    if not folder.is_dir() or not any(folder.glob("*.yaml")):
        return Table(TITLE, (), skipped=f"no questions in {folder}")
    with tempfile.TemporaryDirectory(prefix="shiori-bench-") as name:
        targets = [Path(name) / one for one in ("first", "second")]
        seconds = [timed(partial(run, settings, target)) for target in targets]
        first, second = (figures(target) for target in targets)
    asked = float(len(first["questions"]))
    figured = {"seconds": min(seconds), "questions": asked, "a second": asked / min(seconds)}
    rows = (Row("the better of two runs", figured, goal="under 120 s"),)
    same = "the same figures twice." if first == second else "NOT the same figures twice."
    return Table(TITLE, rows, NOTE + same)


def run(settings: Settings, target: Path) -> None:
    """`python -m rag evaluate` into a folder; a verdict of worse is none of a benchmark's."""
    where = ["--corpus", str(settings.corpus_dir), "--data", str(settings.data_dir)]
    command = [sys.executable, "-m", "rag", "evaluate", *where, "--report", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1_800)
    if done.returncode > 1:
        raise RuntimeError(f"the evaluation failed: {done.stderr[-500:]}")


def figures(target: Path) -> dict[str, Any]:
    """All that a run found, without its times."""
    data: dict[str, Any] = json.loads((target / "report.json").read_text(encoding="utf-8"))
    for timed_part in (data, data["summary"], *data["questions"]):
        timed_part.pop("created", None)
        timed_part.pop("seconds", None)
    return data
