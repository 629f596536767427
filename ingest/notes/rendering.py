"""The lines of a note as they are read: without link targets, markup where it only disturbs."""

from __future__ import annotations

import re

from ingest.links.markdown import find_links
from ingest.notes.line_syntax import SPACES, indent_of, item_marker, without_indent
from ingest.notes.outline import Block, Outline
from rag.text.quotes import normalise

LABEL_LENGTH = 80

_MARKS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_TASK = re.compile(r"^\[[ xX]\][ \t　]+")
_LONGEST = 2000  # of a label, more is not even looked at
_LETTER = re.compile(r"[^\W\d_]")
_OPEN, _CLOSE = "（(「『[【", "）)」』]】"


def readable(markdown: str) -> str:
    """Markdown with links and images reduced to their labels; bare URLs stay."""
    if "](" not in markdown:
        return markdown
    parts: list[str] = []
    end = 0
    for link in find_links(markdown):
        if link.syntax in ("bare", "autolink") or link.start < end:
            continue
        parts += [markdown[end : link.start], link.label]
        end = link.end
    return "".join([*parts, markdown[end:]])


def title_of(text: str) -> str:
    """A heading or bullet without markup and without the box of a task."""
    return _MARKS.sub(r"\2", readable(_TASK.sub("", text[:_LONGEST]))).strip()


def heading_label(text: str) -> str:
    """A heading as a step of a breadcrumb: without markup, not longer than a line."""
    label = title_of(text)
    return label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1].rstrip() + "…"


def item_label(text: str) -> str:
    """A bullet as a step of a breadcrumb: a long one only up to the colon after what it names."""
    label = title_of(text)
    if len(label) <= LABEL_LENGTH // 2:
        return label
    depth = 0
    for position, character in enumerate(label):
        depth += (character in _OPEN) - (character in _CLOSE)
        ends = character == "：" or (
            character == ":" and label[position + 1 : position + 2] in " 　"
        )
        if depth <= 0 and ends and position > 1:
            return label[:position].strip()
    return heading_label(text)


def says_something(text: str) -> bool:
    """Whether there is more in a text than link targets, list markers, bars and rules."""
    shown = readable(text)
    return bool(_LETTER.search(shown) or normalise(shown).strip("#"))


def block_lines(outline: Outline, block: Block, indent: str = "") -> list[tuple[int, str]]:
    """The lines of a block with their numbers, each after `indent`; empty ones only in code."""
    raw = outline.lines[block.start - 1 : block.end]
    if block.kind == "code" or (block.kind == "item" and _has_fence(block)):
        margin = min((indent_of(line) for line in raw if line.strip()), default=0)
        return [
            (n, indent + without_indent(line, margin)) for n, line in enumerate(raw, block.start)
        ]
    stripped = [line.strip(SPACES) for line in raw]
    marker = item_marker(raw[0]) if block.kind == "item" else ""
    bullet = marker.rstrip(SPACES)
    body = readable(stripped[0][len(marker) :])
    # no space is added where none was: what stands in a chunk must stand in the note
    first = bullet if marker == bullet else bullet + " "
    hang = indent + " " * len(first)
    following = [(n, readable(line)) for n, line in enumerate(stripped[1:], block.start + 1)]
    return [(block.start, indent + first + body), *((n, hang + t) for n, t in following if t)]


def rendered(outline: Outline, first: int, last: int) -> str:
    """The text of blocks `first`..`last`: their lines without what all are indented by."""
    depths: dict[int, int] = {}
    lines: list[str] = []
    for index in range(first, last + 1):
        block = outline.blocks[index]
        depths[index] = depths.get(block.parent, -1) + 1
        lines += [line for _, line in block_lines(outline, block, "  " * depths[index])]
    return "\n".join(lines)


def _has_fence(block: Block) -> bool:
    return block.label.startswith(("```", "~~~"))
