"""Which lines lead to what follows them, and what that is: it stands under them from then on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.notes.line_syntax import SPACES
from ingest.notes.outline import Block, Outline

_COLON = re.compile(r"[:：][*_`\"”」』)）]*\s*(?:[↓⇓▼👇]|→|\^[\w-]+)*\s*$")
_ARROW = re.compile(r"[↓⇓▼👇]\s*$")
# what points to what follows, in the last sentence of a paragraph
_POINTS = re.compile(
    r"\b(?:the following|as follows|following [a-z]+|below"
    r"|these (?:[a-z]+ ){0,2}[a-z]+s|here (?:is|are)|like (?:this|so))\b"
    r"|以下|下記|次の|つぎの|下の|次のとおり|次の通り|以降の",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[。.!?！？][\"'”’」』）)\]*_`]*\s*$")
_LAST = re.compile(r"(?:^|[。！？]|[.!?]\s)([^。！？]{0,400}?)[。.!?！？]?\s*$")
_LONGEST = 400
_NAMELESS = re.compile(r"(?:\s\^[A-Za-z0-9-]+|\s*(?<![\w:]):[a-z][a-z0-9_+-]*:)+$")  # ids, emoji


def with_leads(outline: Outline) -> Outline:
    """The outline with what is led to put under what leads to it."""
    blocks = list(outline.blocks)
    ends = _ends_of(blocks)
    parents = [block.parent for block in blocks]
    holds = [False] * len(blocks)
    for parent in parents:
        if parent >= 0:
            holds[parent] = True
    moved: dict[int, int] = {}
    for kinds in (("item",), ("text", "question")):
        for index, block in enumerate(blocks):
            if block.kind not in kinds or holds[index] or (index in moved and block.kind == "item"):
                continue
            following = ends[index] + 1
            if following >= len(blocks) or parents[following] != parents[index]:
                continue
            if following in moved or not _leads(outline, block, blocks[following]):
                continue
            for led in _led(outline, blocks, following, ends, parents, moved):
                moved[led] = index
    for led, parent in moved.items():
        blocks[led] = replace(blocks[led], parent=parent)
    return replace(outline, blocks=tuple(blocks))


def _ends_of(blocks: Sequence[Block]) -> list[int]:
    """For every block the index of the last that it holds."""
    ends = list(range(len(blocks)))
    for index in range(len(blocks) - 1, -1, -1):
        parent = blocks[index].parent
        if parent >= 0:
            ends[parent] = max(ends[parent], ends[index])
    return ends


def _leads(outline: Outline, block: Block, following: Block) -> bool:
    """Whether a block leads to the one that follows it."""
    text = _NAMELESS.sub("", outline.lines[block.last].text[-_LONGEST:].strip(SPACES))
    quoted = outline.lines[following.first].quoted and not outline.lines[block.last].quoted
    formed = following.kind in ("table", "code") or quoted
    if block.kind == "item":
        return following.kind in ("table", "code", "text") and bool(_COLON.search(text))
    if following.kind not in ("item", "table", "code", "text", "property") or block.marker == ":":
        return False
    if block.kind == "question":
        return True
    if outline.lines[block.last].quoted and not outline.lines[following.first].quoted:
        return False
    if _COLON.search(text):
        return True
    if following.kind == "item" or formed:
        if _ARROW.search(text):
            return True
        last = _LAST.search(text)
        if last and _POINTS.search(last[1]):
            return True
    if following.kind == "table" and block.first == block.last:
        return len(text) <= 80 and not _ENDS.search(text)  # a caption
    return following.kind == "code" and (not _ENDS.search(text) or len(text) <= 200)


def _led(
    outline: Outline,
    blocks: Sequence[Block],
    first: int,
    ends: Sequence[int],
    parents: Sequence[int],
    moved: dict[int, int],
) -> list[int]:
    """The blocks that one leads to: a list, a quotation, pieces of code, or the next block."""
    kind = blocks[first].kind
    quoted = outline.lines[blocks[first].first].quoted
    found = [first]
    index = ends[first] + 1
    while index < len(blocks) and parents[index] == parents[first]:
        block = blocks[index]
        within = quoted and outline.lines[block.first].quoted
        listed = kind == "item" and (block.kind == "item" or index in moved)
        if not within and not listed:
            break
        if index not in moved:
            found.append(index)
        index = ends[index] + 1
    return found
