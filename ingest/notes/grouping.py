"""Which blocks of an outline make a chunk together.

Every chunk is a run of consecutive blocks, so nothing is orphaned and nothing is lost: a bullet
stays with its explanation while both fit, a bullet that is too long for one chunk leads the first
of its parts and stands in the breadcrumb of the others, and only what is too long by itself is cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.notes.outline import Block, Outline
from ingest.notes.rendering import heading_label, says_something, title_of
from ingest.notes.splitting import PIECE_SIZE, Piece, pieces_of, weight

# In weighted characters, see `weight`; measured on public Japanese and parallel sets, see
# ARCHITECTURE.md.
TOPIC_SIZE = 280
GROUP_SIZE = 200

_TARGET = re.compile(r"\]\([^()\s]*\)|https?://\S+")


@dataclass(frozen=True, slots=True)
class Run:
    """Blocks `first`..`last` (indices) that are one chunk; `piece` where a block had to be cut."""

    first: int
    last: int
    piece: Piece | None = None


def runs_of(outline: Outline) -> list[Run]:
    """The runs of an outline that become chunks, in reading order."""
    grouping = _Grouping(outline)
    index = 0
    while index < len(outline.blocks):
        index = grouping.take(index)
    grouping.close()
    return grouping.runs


class _Grouping:
    """Takes the blocks one after the other; the run that still may grow is open."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.runs: list[Run] = []
        self._below = outline.children()
        self._sizes, self._lasts = _subtrees(outline)
        self._filled = _filled(outline)
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
        topic = bool(self._below[index])
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
            self.close()
            self.runs += [Run(index, index, piece) for piece in pieces_of(self.outline, index)]
            return
        leads = block.kind in ("item", "heading") and bool(self._below[index])
        self._add(index, index, own, False, TOPIC_SIZE if leads else GROUP_SIZE)

    def _add(self, first: int, last: int, own: float, topic: bool, room: float) -> None:
        """Let blocks join the open run, or open one that has room for so much."""
        if self._open and own <= self._room and self._may_join(self._open, first, topic):
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


def _filled(outline: Outline) -> list[bool]:
    """For every block whether it, or anything in it, says something."""
    filled = [
        block.kind != "rule" and says_something(block.label or _text(outline, block))
        for block in outline.blocks
    ]
    for index in range(len(filled) - 1, -1, -1):
        parent = outline.blocks[index].parent
        if parent >= 0 and filled[index]:
            filled[parent] = True
    return filled


def _size(outline: Outline, block: Block) -> float:
    return weight(_TARGET.sub("https://example.com", _text(outline, block).strip()))


def _text(outline: Outline, block: Block) -> str:
    return "\n".join(outline.lines[block.start - 1 : block.end])
