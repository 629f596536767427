"""Finds the latest report of an evaluation in the data folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

REPORT_URL = "/reports/latest"
COMMAND = "make eval"


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its page, its verdict in one line, and when it was written."""

    html: Path
    verdict: str
    written: datetime


def latest_report(data_dir: Path) -> Report | None:
    """The report of the last evaluation; None when there is none."""
    page = data_dir / "reports" / "latest" / "report.html"
    try:
        written = datetime.fromtimestamp(page.stat().st_mtime, UTC)
    except OSError:
        return None
    return Report(page, _verdict(page.with_suffix(".json")), written)


def _verdict(path: Path) -> str:
    try:
        line = json.loads(path.read_text(encoding="utf-8"))["verdict"]["line"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(line)
