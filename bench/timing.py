"""Two sides of a comparison take turns, so that a busy moment of the machine hits both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of every turn of one side."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def best(self) -> float:
        """The fastest: closest to what the machine can do when left alone."""
        return min(self.seconds)


def timed(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def side_by_side(
    items: Sequence[T], sides: Mapping[str, Callable[[T], object]]
) -> dict[str, Times]:
    """Give every item to every side in turn; which side begins changes from item to item."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for number, item in enumerate(items):
        for name in names if number % 2 == 0 else reversed(names):
            seconds[name].append(timed(partial(sides[name], item)))
    return {name: Times(tuple(values)) for name, values in seconds.items()}


def paired_ratio(ours: Times, theirs: Times) -> float:
    """Median over the items of ours by theirs: what a busy moment did to both cancels out."""
    return statistics.median(a / b for a, b in zip(ours.seconds, theirs.seconds, strict=True))
