"""A run of blocks as one passage: its segments with what they stand under, its text, its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.notes.drafts import Draft
from ingest.notes.grouping import Run
from ingest.notes.outline import Outline
from ingest.notes.segments import Segmenter
from rag.types import Locator, Segment

_INDENT = "  "
_DEEPEST = 12  # steps of indentation that are shown
_MOST_CONTEXT = 3  # repeated leads, innermost first


@dataclass(frozen=True, slots=True)
class Passage:
    """What a chunk is made of."""

    segments: tuple[Segment, ...]
    text: str
    locator: Locator
    navigation: bool


@dataclass(slots=True)
class _Assembly:
    drafts: list[Draft] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    repeated: list[bool] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)

    def add(self, draft: Draft, parent: int, context: bool = False) -> int:
        """Add a segment; its number is returned."""
        deeper = parent >= 0 and draft.kind not in ("row",) and self.drafts[parent].kind != "header"
        self.drafts.append(draft)
        self.parents.append(parent)
        self.repeated.append(context)
        self.depths.append(min(_DEEPEST, self.depths[parent] + deeper) if parent >= 0 else 0)
        return len(self.drafts) - 1

    def passage(self) -> Passage | None:
        """All of it; None when nothing but repeated context is there."""
        own = [
            draft for draft, context in zip(self.drafts, self.repeated, strict=True) if not context
        ]
        placed = [draft for draft in own if not draft.aside] or own
        if not placed:
            return None
        followed = set(self.parents)
        segments = tuple(
            Segment(
                "sentence" if draft.kind == "lead" and number not in followed else draft.kind,
                draft.text,
                Locator(start_line=draft.start, end_line=draft.end),
                parent,
                draft.marker,
                draft.leads and (number in followed or draft.kind == "item"),
                context,
            )
            for number, (draft, parent, context) in enumerate(
                zip(self.drafts, self.parents, self.repeated, strict=True)
            )
        )
        lines = [
            _shown(draft, _INDENT * depth)
            for draft, depth in zip(self.drafts, self.depths, strict=True)
        ]
        start, end = min(d.start for d in placed), max(d.end for d in placed)
        return Passage(
            segments,
            "\n".join(lines),
            Locator(start_line=start, end_line=end),
            all(draft.kind == "links" for draft in placed),
        )


def _shown(draft: Draft, indent: str) -> str:
    if draft.kind == "code":
        fence = "```" if "```" not in draft.text else "~~~~"
        lines = [fence + draft.language, *draft.text.split("\n"), fence]
        return "\n".join(indent + line if line else line for line in lines)
    if draft.kind in ("header", "row"):
        return f"{indent}| {draft.text} |"
    marker = f"{draft.marker} " if draft.marker else ""
    if draft.marker.startswith("["):
        marker = f"- {marker}"
    return f"{indent}{marker}{draft.text}"


def assembled(outline: Outline, segmenter: Segmenter, run: Run) -> Passage | None:
    """The passage of a run of blocks; None when they say nothing."""
    made = _Assembly()
    places: dict[tuple[int, int], int] = {}  # block and number of its segment -> number here
    for index in range(run.first, run.last + 1):
        drafts = segmenter.drafts(index)
        numbers: Sequence[int] = range(len(drafts))
        if run.piece is not None and index == run.last:
            numbers = run.piece
        for number in numbers:
            draft = drafts[number]
            if draft.parent >= 0:
                parent = _place(made, places, segmenter, index, draft.parent)
            else:
                parent = _above(made, places, outline, segmenter, index, run.first)
            places[index, number] = made.add(draft, parent)
    return made.passage()


def _place(
    made: _Assembly,
    places: dict[tuple[int, int], int],
    segmenter: Segmenter,
    index: int,
    number: int,
) -> int:
    """The number of a segment of the same block, which is repeated where it stands earlier."""
    found = places.get((index, number))
    if found is None:
        found = places[index, number] = made.add(segmenter.drafts(index)[number], -1, True)
    return found


def _above(
    made: _Assembly,
    places: dict[tuple[int, int], int],
    outline: Outline,
    segmenter: Segmenter,
    index: int,
    first: int,
) -> int:
    """The number of the segment that a block stands under, -1 where the breadcrumb names it."""
    chain: list[tuple[int, int]] = []
    block = outline.blocks[index].parent
    while block >= 0 and len(chain) < _MOST_CONTEXT:
        anchor = segmenter.anchor(block)
        known = places.get((block, anchor))
        if known is not None:
            break
        if block >= first or anchor < 0:  # it says nothing: what it stands in counts
            block = outline.blocks[block].parent
            continue
        if outline.blocks[block].kind != "text":
            block = -1
            break
        chain.append((block, anchor))
        block = outline.blocks[block].parent
    else:
        block = -1
    parent = places[block, segmenter.anchor(block)] if block >= 0 else -1
    for place in reversed(chain):
        parent = places[place] = made.add(segmenter.drafts(place[0])[place[1]], parent, True)
    return parent


def stray(drafts: Sequence[Draft]) -> Passage:
    """The passage of segments that stand in no block."""
    made = _Assembly()
    for draft in drafts:
        made.add(draft, -1)
    passage = made.passage()
    if passage is None:
        raise ValueError("a passage needs a segment")
    return passage
