"""Texts that nobody wrote to be read as one piece, cut where a reader can stop."""

from __future__ import annotations

import re

LONGEST = 4_000
"""Characters of one quote; what people write as one item or paragraph is shorter."""
_STOP = re.compile(r"(?<=[。．！？!?])|(?<=[.!?;])\s|\s|(?<=[、，])")


def clip(text: str, most: int = LONGEST) -> str:
    """The text, or its first `most` characters up to the last place where one can stop.

    The result is a part of the text, word for word.

    >>> clip("one two three", 9)
    'one two'
    """
    if len(text) <= most:
        return text
    stops = [stop.start() for stop in _STOP.finditer(text, most // 2, most + 1)]
    return text[: stops[-1] if stops else most].rstrip()
