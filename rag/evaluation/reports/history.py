"""The runs of the past, a line each, to see where quality is going."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.errors import DiskFull

HISTORY_FILE = "history.jsonl"
Data = Mapping[str, Any]


def history_line(data: Data) -> dict[str, Any]:
    """What of a run is kept to compare later ones with by eye."""
    groups = data["summary"]["groups"]
    return {
        **{key: data[key] for key in ("created", "embedding", "answerer", "split", "corpus")},
        "question_set": data["question_set"],
        "n": groups["all"]["n"],
        "worse": data["verdict"]["worse"],
        "means": {name: one["mean"] for name, one in groups["all"]["figures"].items()},
    }


def read_history(folder: Path, last: int = 30) -> list[dict[str, Any]]:
    """The last runs of a reports folder, oldest first; lines that are not whole are left out."""
    try:
        lines = (folder / HISTORY_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found: list[dict[str, Any]] = []
    for line in lines:
        try:
            one = json.loads(line)
        except (ValueError, RecursionError):  # a run that was killed while it wrote
            continue
        if isinstance(one, dict) and isinstance(one.get("means"), dict) and "created" in one:
            found.append(one)
    return found[-last:]


def append_history(folder: Path, data: Data) -> None:
    """Add a run to the history.

    Raises:
        DiskFull: the folder has no room or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / HISTORY_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(history_line(data), ensure_ascii=False) + "\n")
    except OSError as error:
        raise DiskFull(f"{folder} cannot be written: {error.strerror or error}") from None
