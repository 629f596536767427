"""Results as rows: a table for people, JSON for the next comparison."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rag.text.width import width


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what was measured, its figures by column, and a goal where there is one.

    Figures are numbers in the unit that the column names.
    """

    name: str
    figures: dict[str, float]
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one benchmark; `note` says what is compared with what."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""
    skipped: str = field(default="")

    def text(self) -> str:
        """The table for a terminal."""
        if self.skipped:
            return f"\n{self.title}\n  not measured: {self.skipped}\n"
        columns = list(dict.fromkeys(name for row in self.rows for name in row.figures))
        lines = [["", *columns, "goal"]]
        lines += [
            [row.name, *(_figure(row.figures.get(name)) for name in columns), row.goal]
            for row in self.rows
        ]
        if not any(row.goal for row in self.rows):
            lines = [line[:-1] for line in lines]
        return f"\n{self.title}\n{_aligned(lines)}\n" + (f"  {self.note}\n" if self.note else "")


def write_json(path: Path, tables: Sequence[Table]) -> None:
    """Write all tables to a file.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = json.dumps([asdict(table) for table in tables], ensure_ascii=False, indent=1)
    path.write_text(whole + "\n", encoding="utf-8")


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    if value == int(value) and abs(value) >= 10:
        return f"{int(value):,}"
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(width(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = []
    for line in lines:
        first = line[0] + " " * (widths[0] - width(line[0]))
        rest = (
            " " * (size - width(cell)) + cell
            for size, cell in zip(widths[1:], line[1:], strict=True)
        )
        shown.append("  " + "   ".join([first, *rest]).rstrip())
    return "\n".join(shown)
