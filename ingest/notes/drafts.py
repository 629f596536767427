"""A segment in the making: what it says, before it is known in which chunk it stands."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import SegmentKind


@dataclass(frozen=True, slots=True)
class Draft:
    """A segment of a block; `parent` is the number of another one of the block, -1 for none.

    `anchor` says that what the block holds stands under it; `aside` that it stands elsewhere in the
    note (a footnote), so that its lines are not those of the passage; `language` is that of code.
    """

    kind: SegmentKind
    text: str
    start: int
    end: int
    parent: int = -1
    marker: str = ""
    leads: bool = False
    anchor: bool = False
    aside: bool = False
    language: str = ""
