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
_MOST_MARGIN = 500  # characters that may be spent on the indentation of one piece of code
MOST_CHARACTERS = 2400  # of a passage


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
    length: int = 0  # characters of its text

    def add(self, draft: Draft, parent: int, context: bool = False) -> int:
        """Add a segment; its number is returned."""
        deeper = parent >= 0 and draft.kind not in ("row",) and self.drafts[parent].kind != "header"
        self.drafts.append(draft)
        self.parents.append(parent)
        self.repeated.append(context)
        self.depths.append(min(_DEEPEST, self.depths[parent] + deeper) if parent >= 0 else 0)
        self.length += _length(draft, self.depths[-1])
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


def _length(draft: Draft, depth: int) -> int:
    return len(_shown(draft, _INDENT * depth)) + 1


def _shown(draft: Draft, indent: str) -> str:
    if draft.kind == "code":
        fence = "```" if "```" not in draft.text else "~~~~"
        lines = [fence + draft.language, *draft.text.split("\n"), fence]
        if len(lines) * len(indent) > _MOST_MARGIN:
            indent = ""
        return "\n".join(indent + line if line else line for line in lines)
    if draft.kind in ("header", "row"):
        return f"{indent}| {draft.text} |"
    marker = f"{draft.marker} " if draft.marker else ""
    if draft.marker.startswith("["):
        marker = f"- {marker}"
    return f"{indent}{marker}{draft.text}"


def assembled(outline: Outline, segmenter: Segmenter, run: Run) -> list[Passage]:
    """The passage of a run of blocks, more where it is too long; none when they say nothing."""
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
    return _passages(made)


def _passages(made: _Assembly) -> list[Passage]:
    """What was put together as one passage, or as several where that would be too long."""
    parts = [made] if made.length <= MOST_CHARACTERS else _parted(made)
    return [passage for part in parts if (passage := part.passage())]


def _parted(made: _Assembly) -> list[_Assembly]:
    """Parts of a bounded length; what is led to stands under what leads to it in each."""
    parts = [_Assembly()]
    places: dict[int, int] = {}  # number in the whole -> number in the part
    for number, draft in enumerate(made.drafts):
        if made.repeated[number]:  # stands wherever something stands under it
            continue
        own = _length(draft, made.depths[number])
        if places and parts[-1].length + own > MOST_CHARACTERS:
            parts.append(_Assembly())
            places = {}
        room = MOST_CHARACTERS - own - parts[-1].length
        parent = _again(made, parts[-1], places, made.parents[number], room)
        places[number] = parts[-1].add(draft, parent)
    return parts


def _again(made: _Assembly, part: _Assembly, places: dict[int, int], number: int, room: int) -> int:
    """The number in a part of a segment of the whole, repeated there if there is room for it."""
    chain: list[int] = []
    while number >= 0 and number not in places and len(chain) < _MOST_CONTEXT:
        room -= _length(made.drafts[number], made.depths[number])
        if room < 0:
            break
        chain.append(number)
        number = made.parents[number]
    parent = places.get(number, -1)
    for above in reversed(chain):
        parent = places[above] = part.add(made.drafts[above], parent, True)
    return parent


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


def stray(drafts: Sequence[Draft]) -> list[Passage]:
    """The passages of segments that stand in no block."""
    made = _Assembly()
    for draft in drafts:
        made.add(draft, -1)
    return _passages(made)
