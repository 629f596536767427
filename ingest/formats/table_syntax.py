"""The records of a delimited file, each with its lines.

Python's csv reader takes one record; where a record ends is found here, since that reader lets a
quote that nothing closes swallow the rest of the file.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_DELIMITERS = ",\t;|"
_SAMPLE = 200  # lines
_MAX_LINES = 200  # of one record; a quote that is open for longer is a stray one
_TOLD = re.compile(r"sep=(.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its cells without blanks around them, and its lines, from 1, both included."""

    cells: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a file that hold anything; `unclosed` are lines whose quote has no end."""

    records: tuple[Record, ...]
    unclosed: tuple[int, ...]


def read_records(text: str) -> Records:
    """The records of a CSV file, whatever its delimiter.

    Args:
        text: the file, with `\\n` line ends.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    told = _TOLD.fullmatch(lines[0].strip())
    first = 1 if told else 0
    delimiter = told[1] if told else _delimiter(lines[: _SAMPLE + 1])
    return _records(lines, first, delimiter)


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that gives the most records the same number of cells."""
    best, chosen = (0.0, 0), ","
    for delimiter in _DELIMITERS:
        widths = Counter(len(one.cells) for one in _records(lines, 0, delimiter).records)
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        score = (count / widths.total(), width)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def _records(lines: Sequence[str], first: int, delimiter: str) -> Records:
    records: list[Record] = []
    unclosed: list[int] = []
    at = first
    while at < len(lines):
        end = _end(lines, at, delimiter)
        if end < 0:
            unclosed.append(at + 1)
            end = at
            cells = [cell.strip().strip('"') for cell in lines[at].split(delimiter)]
        else:
            cells = _cells("\n".join(lines[at : end + 1]), delimiter)
        if any(cells):
            records.append(Record(tuple(cells), at + 1, end + 1))
        at = end + 1
    return Records(tuple(records), tuple(unclosed))


def _cells(record: str, delimiter: str) -> list[str]:
    if '"' not in record:
        return [" ".join(cell.split()) for cell in record.split(delimiter)]
    try:
        # an escaped quote at a cell's end and blanks before a quote are what spreadsheets write
        rows = list(csv.reader([record], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:  # a cell longer than its bound
        rows = [record.replace('"', "").split(delimiter)]
    return [" ".join(cell.split()) for row in rows for cell in row]


def _end(lines: Sequence[str], at: int, delimiter: str) -> int:
    """The index of the last line of the record that begins at `at`; -1 if its quote has no end."""
    quoted = False
    for number in range(at, min(at + _MAX_LINES, len(lines))):
        quoted = _is_open(lines[number], delimiter, quoted)
        if not quoted:
            return number
    return -1


def _is_open(line: str, delimiter: str, quoted: bool) -> bool:
    """Whether a quoted cell goes on after a line.

    Args:
        line: the line.
        delimiter: what parts cells.
        quoted: whether the line begins in a quoted cell.
    """
    at = 0
    while True:
        if not quoted:
            start = at
            while line[start : start + 1] == " ":
                start += 1
            if line[start : start + 1] != '"':
                at = line.find(delimiter, at) + 1
                if not at:
                    return False
                continue
            at = start + 1
        close = line.find('"', at)
        while close >= 0 and line[close + 1 : close + 2] == '"':
            close = line.find('"', close + 2)
        if close < 0:
            return True
        quoted = False
        at = line.find(delimiter, close) + 1
        if not at:
            return False
