"""The segments of an article's passage: its sentences, items, rows and code."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.articles.layout import Unit
from rag.types import Locator, Segment, SegmentKind

_KINDS: dict[str, SegmentKind] = {"list": "item", "table": "row", "code": "code"}
_BULLET = "- "


def segments_of(text: str, units: Sequence[Unit], locator: Locator) -> tuple[Segment, ...]:
    """The segments of a run of units, each under what leads to it.

    Args:
        text: the article's text.
        units: what the passage consists of.
        locator: of the passage: an article has no lines to tell.
    """
    segments: list[Segment] = []
    lead = -1  # what introduces the block that is being read
    open_items: list[tuple[int, int]] = []  # indentation and index of the items that may hold more
    before: Unit | None = None
    for unit in units:
        raw = text[unit.start : unit.end]
        if unit.opens:
            open_items.clear()
            lead = len(segments) - 1 if segments and segments[-1].leads else -1
        kind = _KINDS.get(unit.block.kind, "sentence")
        if kind == "code" and before is not None and before.block is unit.block and segments:
            joined = text[before.end : unit.end]
            last = segments[-1]
            segments[-1] = Segment("code", last.text + joined, locator, last.parent)
            before = unit
            continue
        parent, marker, said = lead, "", raw.strip()
        if kind == "item":
            indent = len(raw) - len(raw.lstrip())
            while open_items and open_items[-1][0] >= indent:
                open_items.pop()
            parent = open_items[-1][1] if open_items else lead
            open_items.append((indent, len(segments)))
            if said.startswith(_BULLET):
                marker, said = "-", said.removeprefix(_BULLET)
        if unit.leads:
            kind = "lead"
        segments.append(Segment(kind, said, locator, parent, marker, leads=unit.leads))
        before = unit
    return tuple(segments)
