"""A line as it is read: what is left of one or more lines of a file, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Role = Literal[
    "",  # read by its marks
    "code",  # of a fence, its marks included, or of mathematics
    "lead",  # the title of what is indented under it
    "header",  # of a table; cells parted by bars
    "row",  # of a table
    "property",  # `key: value`
]


@dataclass(frozen=True, slots=True)
class Line:
    """Text with the lines (from 1, both included) of the file that it stands in.

    `block` tells lines of one fence, formula, table or quotation from those of the next; 0 for
    what belongs to none. `quoted` says that it stands in a quotation.
    """

    text: str
    start: int
    end: int
    role: Role = ""
    block: int = 0
    quoted: bool = False

    def saying(self, text: str) -> Line:
        """The same line with another text."""
        return replace(self, text=text)


def numbered(texts: tuple[str, ...]) -> list[Line]:
    """The lines of a file, as they are."""
    return [Line(text, number, number) for number, text in enumerate(texts, 1)]
