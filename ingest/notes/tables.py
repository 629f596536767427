"""The rows of a table, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.notes.inline import References, words_of
from ingest.notes.line_syntax import SPACES
from ingest.notes.lines import Line
from ingest.notes.outline import is_table_rule

_BAR = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|\\.|\[\[[^\[\]]*\]\]|\|")
_WORD = re.compile(r"\w")
SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is read; the first of a table may be its header."""

    text: str
    start: int
    end: int
    header: bool = False


def rows_of(lines: Sequence[Line], references: References) -> list[Row]:
    """The rows of a table, without those that are empty or only draw it."""
    rows: list[Row] = []
    ruled = len(lines) > 1 and is_table_rule(lines[1].text) and lines[0].role == ""
    for number, line in enumerate(lines):
        if line.role == "" and _is_rule(line.text):
            continue
        cells = [words_of(cell, references) for cell in cells_of(line.text)]
        if not any(_WORD.search(cell) for cell in cells):
            continue
        while cells and not cells[-1]:
            cells.pop()
        header = line.role == "header" or (ruled and number == 0)
        rows.append(Row(SEPARATOR.join(cells), line.start, line.end, header))
    return rows


def _is_rule(text: str) -> bool:
    return not text.strip(SPACES + "|:-=+")


def cells_of(text: str) -> list[str]:
    """The cells of a line; bars in code, escaped ones and those in links part none."""
    text = text.strip(SPACES)
    cells: list[str] = []
    start = 0
    for match in _BAR.finditer(text):
        if match[0] == "|":
            cells.append(text[start : match.start()])
            start = match.end()
    cells.append(text[start:])
    if cells and not cells[0].strip() and text.startswith("|"):
        cells = cells[1:]
    if len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    return [cell.replace("\\|", "|").strip() for cell in cells]
