"""Which blocks of an outline make a chunk together.

Every chunk is a run of consecutive blocks, so nothing is orphaned and nothing is lost: a bullet
stays with its explanation while both fit, a bullet that is too long for one chunk leads the first
of its parts and stands in the breadcrumb of the others, and only what is too long by itself is cut.
What leads to something is never parted from the first of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.notes.outline import Block, Outline
from ingest.notes.rendering import heading_label, title_of
from ingest.notes.segments import Segmenter
from ingest.notes.splitting import Piece, pieces_of
from ingest.notes.weights import GROUP_SIZE, PIECE_SIZE, TOPIC_SIZE, weight

_TARGET = re.compile(r"\]\([^()\s]*\)|https?://\S+")
_PADDING = re.compile(r"[ \-]{2,}")
_MOST_BOUND = 12  # blocks that are kept together for what leads to what
_BOUND = frozenset({"text", "label", "question"})


@dataclass(frozen=True, slots=True)
class Run:
    """Blocks `first`..`last` (indices) that are one chunk; `piece` where the last had to be cut."""

    first: int
    last: int
    piece: Piece | None = None


def runs_of(outline: Outline, segmenter: Segmenter) -> list[Run]:
    """The runs of an outline that become chunks, in reading order."""
    grouping = _Grouping(outline, segmenter)
    index = 0
    while index < len(outline.blocks):
        index = grouping.take(index)
    grouping.close()
    return grouping.runs


class _Grouping:
    """Takes the blocks one after the other; the run that still may grow is open."""

    def __init__(self, outline: Outline, segmenter: Segmenter) -> None:
        self.outline = outline
        self._segmenter = segmenter
        self.runs: list[Run] = []
        self._below = outline.children()
        self._sizes, self._lasts = _subtrees(outline)
        self._filled = _filled(outline, segmenter)
        self._open: Run | None = None
        self._room = 0.0

    def take(self, index: int) -> int:
        """Put the block, or all that it holds, into a run; the index of the next is returned."""
        block = self.outline.blocks[index]
        if block.kind == "rule":
            self.close()
            return index + 1
        if block.kind == "heading":
            self.close()
            if self._must_stand(index):
                self._lead(index)
            return index + 1
        if self._sizes[index] > TOPIC_SIZE:
            self._lead(index)
            return index + 1
        topic = bool(self._below[index]) and block.kind != "text"
        self._add(index, self._lasts[index], self._sizes[index], topic, GROUP_SIZE)
        if topic:  # an explained bullet is a chunk of its own; only what leads to it stands before
            self.close()
        return self._lasts[index] + 1

    def close(self) -> None:
        """End the open run."""
        if self._open:
            self.runs.append(self._open)
        self._open = None

    def _must_stand(self, index: int) -> bool:
        """Whether a heading is more than a step of the breadcrumbs below it."""
        label = self.outline.blocks[index].label
        shortened = heading_label(label) != title_of(label)
        return shortened or not any(self._filled[below] for below in self._below[index])

    def _lead(self, index: int) -> None:
        """A block that stands without what it holds, or is cut when it is too long even so."""
        block = self.outline.blocks[index]
        own = _size(self.outline, block)
        if own > PIECE_SIZE:
            self._cut(index)
            return
        leads = block.kind in ("item", "heading") and bool(self._below[index])
        self._add(index, index, own, False, TOPIC_SIZE if leads else GROUP_SIZE)

    def _cut(self, index: int) -> None:
        """A block in several chunks; what leads to it stands in the first."""
        pieces = pieces_of(self._segmenter.drafts(index))
        first = self._open.first if self._open and self._binds(self._open, index) else index
        if first == index:
            self.close()
        self._open = None
        for number, piece in enumerate(pieces):
            self.runs.append(Run(index if number else first, index, piece))
        if not pieces and first != index:
            self.runs.append(Run(first, index))

    def _binds(self, run: Run, index: int) -> bool:
        """Whether a run ends with what leads to a block, and must not be parted from it."""
        last = self.outline.blocks[run.last]
        if self.outline.blocks[index].parent != run.last or run.last - run.first >= _MOST_BOUND:
            return False
        return last.kind in _BOUND or (
            last.kind == "item" and last.label.rstrip().endswith((":", "："))
        )

    def _add(self, first: int, last: int, own: float, topic: bool, room: float) -> None:
        """Let blocks join the open run, or open one that has room for so much."""
        if self._open and (
            self._binds(self._open, first)
            or (own <= self._room and self._may_join(self._open, first, topic))
        ):
            self._open = Run(self._open.first, last)
            self._room -= own
        else:
            self.close()
            self._open = Run(first, last)
            self._room = room - own

    def _may_join(self, run: Run, index: int, topic: bool) -> bool:
        """Whether a block may stand in the run before it: its siblings, or what leads to it."""
        blocks = self.outline.blocks
        parent = blocks[index].parent
        if parent >= run.first:  # the run leads to it
            return True
        return not topic and parent == blocks[run.first].parent


def _subtrees(outline: Outline) -> tuple[list[float], list[int]]:
    """For every block the size of it with all it holds, and the index of the last of them."""
    blocks = outline.blocks
    sizes = [_size(outline, block) for block in blocks]
    lasts = list(range(len(blocks)))
    for index in range(len(blocks) - 1, -1, -1):
        parent = blocks[index].parent
        if parent >= 0:
            sizes[parent] += sizes[index]
            lasts[parent] = max(lasts[parent], lasts[index])
    return sizes, lasts


def _filled(outline: Outline, segmenter: Segmenter) -> list[bool]:
    """For every block whether it, or anything in it, says something."""
    filled = [bool(segmenter.drafts(index)) for index in range(len(outline.blocks))]
    for index in range(len(filled) - 1, -1, -1):
        parent = outline.blocks[index].parent
        if parent >= 0 and filled[index]:
            filled[parent] = True
    return filled


def _size(outline: Outline, block: Block) -> float:
    text = "\n".join(line.text for line in outline.lines_of(block)).strip()
    if block.kind == "table":
        text = _PADDING.sub(" ", text)
    return weight(_TARGET.sub("https://example.com", text))
