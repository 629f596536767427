"""Numbers of texts, however long they are written: no text makes a value that overflows."""

from __future__ import annotations

import math
from typing import Any

_DIGITS = 200  # no figure is longer; what is may be an identifier, and is told by its beginning


def number_of(digits: str) -> float:
    """The value of digits with at most one point; of very long ones, that of the first.

    >>> number_of("1.5")
    1.5
    >>> number_of("9" * 5000) < float("inf")
    True
    """
    return float(digits[:_DIGITS])


def count_of(value: Any, most: int = 10**12) -> int:
    """A count that another program told; 0 where it is none, such as NaN or below zero.

    >>> count_of(12.0), count_of(float("nan")), count_of("many"), count_of(10**400)
    (12, 0, 0, 1000000000000)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    if isinstance(value, float) and math.isnan(value):
        return 0
    return int(min(max(value, 0), most))


def seconds_of(value: float) -> int:
    """Whole seconds of a video; 0 where nobody can have been told such a time."""
    return int(value) if 0 <= value < 10**9 else 0
