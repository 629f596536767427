"""Where code and mathematics stand in a note: fences and formulas, also those never closed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.notes.line_syntax import HEADING, indent_of, item_marker

# possessive: a line of nothing but marks is gone over once
_PREFIX = re.compile(r"[ \t　]*+(?:>[ \t]?+[ \t]*+)*+")
_OPEN = re.compile(r"(`{3,}+(?=[^`]*$)|~{3,}+)[ \t]*+(.*)$")
_COMMAND = re.compile(
    r"[ \t]*(?:\{\{[<%]|\{%-?)[ \t]*(?P<name>highlight|code[\w-]*)\b[^{}]*(?:[>%]\}\}|%\})[ \t]*$"
)
_COMMAND_END = re.compile(
    r"[ \t]*(?:\{\{[<%][ \t]*/[ \t]*|\{%-?[ \t]*end)(?P<name>[\w-]+)[ \t]*(?:[>%]\}\}|-?%\})[ \t]*$"
)
_COMMAND_LINES = 1000
_MATH_LINES = 200  # a longer formula is none


@dataclass(frozen=True, slots=True)
class Fence:
    """Line indices `start`..`end` of a fence with its marks, or of a formula (`info` is "math").

    `closed` says that the last line is its closing mark; `own_line` that the first line holds
    nothing else.
    """

    start: int
    end: int
    info: str
    closed: bool
    own_line: bool = True


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line that may open or close a fence."""

    at: int
    indent: int
    quoted: bool
    marker: bool
    character: str
    length: int
    info: str


def fences_of(lines: Sequence[str]) -> list[Fence]:
    """The fences and formulas of a note, in order."""
    return _Finder(lines).find()


class _Finder:
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.marks = {at: mark for at, line in enumerate(lines) if (mark := _mark(at, line))}
        self._never_ended: set[str] = set()
        self._closers: dict[str, dict[int, list[int]]] = {"`": {}, "~": {}}
        for at, mark in self.marks.items():
            if not mark.info and not mark.marker:
                self._closers[mark.character].setdefault(mark.length, []).append(at)

    def find(self) -> list[Fence]:
        found: list[Fence] = []
        at = 0
        while at < len(self.lines):
            fence = self._fence(at) if at in self.marks else self._formula(at) or self._command(at)
            if fence is None:
                at += 1
                continue
            found.append(fence)
            at = fence.end + 1
        return found

    def _fence(self, at: int) -> Fence:
        mark = self.marks[at]
        close = self._closer(mark)
        limit = self._limit(mark, close)
        if close is not None and close <= limit:
            return Fence(at, close, mark.info, True, not mark.marker)
        end = limit
        while end > at and not self.lines[end].strip():
            end -= 1
        return Fence(at, end, mark.info, False, not mark.marker)

    def _closer(self, mark: _Mark) -> int | None:
        """The next line that closes a fence, wherever it stands."""
        best: int | None = None
        for length, places in self._closers[mark.character].items():
            if length >= mark.length:
                place = bisect_right(places, mark.at)
                if place < len(places) and (best is None or places[place] < best):
                    best = places[place]
        return best

    def _limit(self, mark: _Mark, close: int | None) -> int:
        """The last line that the quotation or list item a fence stands in can hold.

        Code in a list is often not indented with its fence. So a line further left ends the item
        only where all code before it was indented, or no fence is closed later.
        """
        last = len(self.lines) - 1
        if not mark.quoted and not mark.indent:
            return last
        neat, after_blank = True, False
        for at in range(mark.at + 1, last + 1):
            line = self.lines[at]
            if mark.quoted:
                if not line.lstrip().startswith(">"):
                    return at - 1
                continue
            if at == close:
                return at
            if not line.strip():
                after_blank = True
                continue
            other = self.marks.get(at)
            if other and (other.info or other.marker) and other.character == mark.character:
                return at - 1
            if indent_of(line) < mark.indent:
                leaves = after_blank or HEADING.match(line) or item_marker(line)
                if leaves and (neat or close is None):
                    return at - 1
                neat = False
            after_blank = False
        return last

    def _command(self, at: int) -> Fence | None:
        """Code between two commands of a site generator: `{{< highlight go >}}`."""
        opened = _COMMAND.match(self.lines[at]) if "{" in self.lines[at] else None
        if opened is None or opened["name"] in self._never_ended:
            return None
        for end in range(at + 1, min(at + _COMMAND_LINES, len(self.lines))):
            closed = _COMMAND_END.match(self.lines[end]) if "{" in self.lines[end] else None
            if closed and closed["name"] == opened["name"]:
                return Fence(at, end, "command", True)
        self._never_ended.add(opened["name"])
        return None

    def _formula(self, at: int) -> Fence | None:
        """A block of mathematics: `$$` on a line before and after, or `\\[` and `\\]`."""
        line = self.lines[at].strip()
        for opening, closing in (("$$", "$$"), ("\\[", "\\]")):
            if not line.startswith(opening):
                continue
            if len(line) > 2 and closing in line[2:]:
                whole = line.endswith(closing)
                return Fence(at, at, "math", True) if whole else None
            for end in range(at + 1, min(at + _MATH_LINES, len(self.lines))):
                if not self.lines[end].strip():
                    return None
                if self.lines[end].rstrip().endswith(closing):
                    return Fence(at, end, "math", True)
            return None
        return None


def _mark(at: int, line: str) -> _Mark | None:
    if "```" not in line and "~~~" not in line:
        return None
    prefix = _PREFIX.match(line)
    place = prefix.end() if prefix else 0
    before = line[:place]
    marker = item_marker(line[place:])
    rest = line[place + len(marker) :]
    found = _OPEN.match(rest)
    if found is None:
        return None
    indent = indent_of(before.replace(">", " ")) + len(marker)
    return _Mark(
        at, indent, ">" in before, bool(marker), found[1][0], len(found[1]), found[2].strip()
    )
