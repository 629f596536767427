"""How much of one note is read: far more than a person writes, and little enough to take seconds.

No more than `MAX_PASSAGES` are kept of a source anyway. What is left out is named by its line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_CHARACTERS = 2_000_000  # of a note; about 3,000 passages of the usual size
MOST_LINES = 50_000
MOST_OF_A_LINE = 200_000
_TAIL = 2000  # characters at the end of what is read in which a place to cut is looked for
_SENTENCE_END = re.compile(r"[。．！？]|[.!?](?=\s)")


def within_limits(text: str) -> tuple[str, tuple[str, ...]]:
    """The part of a note's text that is read, and in words what of it is left out."""
    if len(text) <= MOST_LINES:
        return text, ()
    told: list[str] = []
    lines = text.split("\n")
    long = [at for at, line in enumerate(lines) if len(line) > MOST_OF_A_LINE]
    for at in long:
        lines[at] = _cut(lines[at])
    if long:
        more = f" and {len(long) - 1:,} more" if len(long) > 1 else ""
        told.append(
            f"is cut after {MOST_OF_A_LINE:,} characters of a line (line {long[0] + 1:,}{more}); "
            "break it up"
        )
    kept, bound = _kept(lines)
    if kept < len(lines):
        told.append(f"is cut after {bound}, from line {kept + 1:,} on; split it up")
    return "\n".join(lines[:kept]), tuple(told)


def _kept(lines: Sequence[str]) -> tuple[int, str]:
    """How many lines are read, and what bounds them."""
    size = -1
    for at, line in enumerate(lines[:MOST_LINES]):
        size += len(line) + 1
        if size > MOST_CHARACTERS:
            return at, f"{MOST_CHARACTERS:,} characters"
    return min(len(lines), MOST_LINES), f"{MOST_LINES:,} lines"


def _cut(line: str) -> str:
    """The start of a line, up to the end of a sentence or a word where there is one."""
    line = line[:MOST_OF_A_LINE]
    tail = line[-_TAIL:]
    ends = [match.end() for match in _SENTENCE_END.finditer(tail)]
    end = ends[-1] if ends else tail.rfind(" ")
    return line[: len(line) - len(tail) + end] if end > 0 else line
