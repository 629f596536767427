"""What the last ingest left out of the notes folder: a row a file, with the reason in words.

`skipped.jsonl` in the data folder, written by the ingest as a whole, read by the library page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ShioriError
from rag.storage.atomic import write_atomically

SKIPPED_FILE = "skipped.jsonl"


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file, by its path within the notes folder, and why it is not indexed or not whole."""

    source: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        """The row for JSON."""
        return {"source": self.source, "reason": self.reason}


def write_skipped(data_dir: Path, rows: Iterable[SkippedFile]) -> None:
    """Replace the rows of a data folder.

    Raises:
        DiskFull: the folder cannot be written.
    """
    lines = [json.dumps(row.as_dict(), ensure_ascii=False) + "\n" for row in rows]
    write_atomically(data_dir / SKIPPED_FILE, "".join(lines).encode("utf-8", "replace"))


def read_skipped(data_dir: Path) -> list[SkippedFile]:
    """The rows of the last ingest; none when there was no ingest.

    Raises:
        ShioriError: the file is damaged; names the line.
    """
    path = data_dir / SKIPPED_FILE
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ShioriError(f"The list {path} cannot be read: {error}.") from error
    rows: list[SkippedFile] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                values = json.loads(line)
                rows.append(SkippedFile(str(values["source"]), str(values["reason"])))
            except (ValueError, TypeError, KeyError) as error:
                raise ShioriError(
                    f"The list {path} is damaged in line {number} ({error}). "
                    "Delete the file and run: python -m ingest"
                ) from error
    return rows
