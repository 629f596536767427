"""What a single line of a note starts with: white space, a heading, a list marker, a fence."""

from __future__ import annotations

import re

SPACES = " \t　\u00a0"
HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t　]|$)")
RULE = re.compile(r"(?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$")
FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})")
_ITEM = re.compile(
    r"(?:[-*+](?=[ \t　]|$)|\d{1,9}[.)](?=[ \t　]|$)|[・•◦‣▪●](?=\S|[ \t　]|$))[ \t　]*"
)
_TAB = 4


def indent_of(line: str) -> int:
    """The columns a line is indented by: a tab goes to the next multiple of 4, 　 counts 2."""
    columns = 0
    for character in line[: len(line) - len(line.lstrip(SPACES))]:
        columns = _after(columns, character)
    return columns


def without_indent(line: str, columns: int) -> str:
    """The line without its first `columns` columns of white space."""
    reached = 0
    for position, character in enumerate(line):
        if reached >= columns or character not in SPACES:
            return line[position:]
        reached = _after(reached, character)
    return ""


def _after(columns: int, character: str) -> int:
    if character == "\t":
        return columns + _TAB - columns % _TAB
    return columns + (2 if character == "　" else 1)


def item_marker(line: str) -> str:
    """The list marker that a line starts with after its indentation, with its space, or ''."""
    stripped = line.lstrip(SPACES)
    if RULE.match(stripped):
        return ""
    match = _ITEM.match(stripped)
    return match.group() if match else ""


def without_closing(label: str) -> str:
    """A heading's text without the `#` that may close it."""
    bare = label.rstrip("#")
    return bare.rstrip(SPACES) if bare[-1:] in ("", *SPACES) else label
