"""A chunk's segments laid out as lines, as they are indexed, read and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Chunk, Segment

_STEP = 2  # columns that a nested segment is indented by


@dataclass(frozen=True, slots=True)
class Layout:
    """Segments as text; `spans[i]` is where the text of segment i stands in it (start, end)."""

    text: str
    spans: tuple[tuple[int, int], ...]


def laid_out(
    segments: Sequence[Segment],
    indices: Sequence[int] | None = None,
    *,
    markdown: bool = False,
    fenced: bool = True,
) -> Layout:
    """The segments, or some of them in their order, as lines.

    A list item stands behind its marker, two spaces further in than the item it explains; sentences
    of one paragraph share a line; rows of a table stand between bars; code between fences.

    Args:
        segments: of a chunk.
        indices: which of them; all where none are given.
        markdown: for a page that renders it: further in by as much as the marker above is wide,
            and with a rule below the header of a table.
        fenced: whether code stands between fences; a quote of it has none.
    """
    chosen = range(len(segments)) if indices is None else indices
    indents = _indents(segments, frozenset(chosen), markdown)
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    length, before = 0, -1
    for index in chosen:
        segment = segments[index]
        gap = _gap(segments, before, index) if parts else ""
        opens, closes = _around(
            segment, " " * indents[index] if gap not in ("", " ") or not parts else ""
        )
        if segment.kind == "code" and not fenced:
            opens = closes = ""
        if markdown and segment.kind == "header":
            closes += f"\n|{' --- |' * (segment.text.count(' | ') + 1)}"
        parts += [gap, opens, segment.text, closes]
        start = length + len(gap) + len(opens)
        spans.append((start, start + len(segment.text)))
        length = start + len(segment.text) + len(closes)
        before = index
    return Layout("".join(parts), tuple(spans))


def context_of(chunk: Chunk) -> tuple[str, ...]:
    """All that a chunk stands under, outermost first: folders, breadcrumb, date, other names."""
    path = chunk.path or (chunk.title,)
    folders = tuple(step for step in chunk.folder.split("/") if step)
    date = () if not chunk.date or any(chunk.date in step for step in path) else (chunk.date,)
    return (*folders, *path, *date, *chunk.tags)


def under(segments: Sequence[Segment], index: int) -> list[int]:
    """All that stands under a segment, at any depth, in order."""
    held = {index}
    found: list[int] = []
    for place in range(index + 1, len(segments)):
        if segments[place].parent in held:
            held.add(place)
            found.append(place)
    return found


def above(segments: Sequence[Segment], index: int) -> list[int]:
    """What a segment stands under, outermost first."""
    found: list[int] = []
    parent = segments[index].parent
    while 0 <= parent < index:
        found.insert(0, parent)
        index, parent = parent, segments[parent].parent
    return found


def _indents(segments: Sequence[Segment], chosen: frozenset[int], markdown: bool) -> list[int]:
    """The columns that each segment is indented by, below the list items that are shown."""
    indents: list[int] = []
    for index, segment in enumerate(segments):
        parent = segment.parent if 0 <= segment.parent < index else -1
        if parent < 0:
            indents.append(0)
            continue
        step = 0
        if segments[parent].kind == "item" and parent in chosen:
            step = len(segments[parent].marker) + 1 if markdown else _STEP
        indents.append(indents[parent] + step)
    return indents


def _gap(segments: Sequence[Segment], before: int, index: int) -> str:
    """What stands between a segment and the one before it."""
    last, segment = segments[before], segments[index]
    if last.kind == segment.kind == "sentence" and last.parent == segment.parent:
        if index == before + 1 and _goes_on(last, segment):
            return "" if _joins(last.text, segment.text) else " "
        return "\n"
    return "\n"


def _goes_on(last: Segment, segment: Segment) -> bool:
    """Whether a sentence stands in the same paragraph as the one before: no empty line between."""
    end, start = last.locator.end_line, segment.locator.start_line
    return end is not None and start is not None and start - end <= 1


def _joins(left: str, right: str) -> bool:
    """Whether two sentences are written without a space between them, as in Japanese."""
    return bool(left and right) and ord(left[-1]) > 0x2E7F and ord(right[0]) > 0x2E7F


def _around(segment: Segment, indent: str) -> tuple[str, str]:
    if segment.kind == "code":  # its lines stand as they are: so do its fences
        return "```\n", "\n```"
    if segment.kind in ("header", "row"):
        return f"{indent}| ", " |"
    if segment.marker:
        return f"{indent}{segment.marker} ", ""
    return indent, ""
