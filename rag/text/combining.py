"""Characters that join the one before them: no letter of any language carries more than a few.

Endless ones paint over the lines around them, and bringing them into order takes time that grows
with the square of their number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MOST = 8
"""Marks on one letter; what is written by people has at most four or five."""


def few_marks(text: str) -> str:
    """The text with at most `MOST` marks on a letter; the others are left out.

    >>> len(few_marks("a" + 1000 * chr(0x301)))
    9
    """
    return text if text.isascii() else _run().sub(r"\1", text)


def nfkc(text: str) -> str:
    """The text in the form NFKC, in time that grows with its length alone."""
    return unicodedata.normalize("NFKC", few_marks(text))


@cache
def _run() -> re.Pattern[str]:
    """More marks in a row than a letter carries; half-width ones of Japanese join it in NFKC."""
    codes = [code for code in range(0x300, 0x1F000) if _joins(chr(code))]
    ranges: list[list[int]] = []
    for code in [*codes, 0xFF9E, 0xFF9F]:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    mark = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
    return re.compile(f"([{mark}]{{{MOST}}})[{mark}]+")


def _joins(char: str) -> bool:
    return unicodedata.combining(char) > 0 or unicodedata.category(char) in ("Mn", "Me")
