"""The marks before a line that make it an item, a heading or a quote in Markdown."""

from __future__ import annotations

import re

MARKS = re.compile(r"(?:(?:[-*+•・>]|\d{1,9}[.)]|#{1,6})[ \t\u3000]+)+")
"""One or several, at the beginning of a line without its indentation."""


def without_marks(line: str) -> str:
    """A line without the space around it and the marks before it.

    >>> without_marks("  - 1. Water the beans ")
    'Water the beans'
    """
    bare = line.lstrip()
    marks = MARKS.match(bare)
    return (bare[marks.end() :] if marks else bare).strip()
