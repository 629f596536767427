"""How much room a text takes: full-width characters take twice that of others."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """Columns of a terminal, and halves of a square in print.

    >>> width("Git"), width("栞"), width("Ａ")
    (3, 2, 2)
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
