"""A Markdown note as an outline: every line belongs to exactly one block, every block has a parent.

Written by hand rather than on a CommonMark parser because people's outlines are not CommonMark: a
sub-list that starts at 2 is a paragraph there, nesting is cut off at a depth, and a full-width
space is no indentation. What decides here is what a reader sees: the marker and how far it is
indented. Lines are read once, so that 10 MB take seconds and nothing can be dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from ingest.notes.line_syntax import (
    FENCE,
    HEADING,
    RULE,
    SPACES,
    indent_of,
    item_marker,
    without_closing,
)

BlockKind = Literal["heading", "item", "text", "table", "code", "quote", "rule", "meta"]

_SETEXT = re.compile(r" {0,3}(={2,}|-{2,})[ \t]*$")
_TABLE_RULE = re.compile(r":?-+:?")
_FIELD = re.compile(r"[\w\"'.-][\w\"'. -]*(?::(?=\s|$)|=)")
_GOES_ON = re.compile(r"[\s#\-\[\]{}]")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a note.

    `start` and `end` are line numbers, from 1, both inclusive; `parent` is the index of the block
    it stands in (a heading or an item), -1 at the top; `level` is a heading's level; `indent` is in
    columns; `label` is the text of a heading or of an item's first line without its marker.
    """

    kind: BlockKind
    start: int
    end: int
    parent: int
    indent: int = 0
    level: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A note's lines (without line ends) and its blocks in reading order."""

    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    title: str

    def children(self) -> list[list[int]]:
        """For every block the indices of its children; the last list holds the top ones."""
        below: list[list[int]] = [[] for _ in range(len(self.blocks) + 1)]
        for index, block in enumerate(self.blocks):
            below[block.parent].append(index)
        return below


def parse_outline(text: str, name: str = "") -> Outline:
    """Parse a note; `name` is its title when neither front matter nor a heading gives one."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = tuple(text.split("\n"))
    reader = _Reader(lines)
    reader.read()
    return Outline(lines, tuple(reader.blocks), reader.title or name)


class _Reader:
    """The pass over the lines; open headings and items are kept on two stacks."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.blocks: list[Block] = []
        self.title = ""
        self._opened = False  # whether a heading of the first level stood in for a title
        self._headings: list[int] = []
        self._items: list[int] = []
        self._after_blank = True

    def read(self) -> None:
        position = self._front_matter()
        while position < len(self.lines):
            line = self.lines[position]
            if not line.strip():
                self._after_blank = True
                position += 1
                continue
            position = self._block(position, line, line.strip(SPACES))
            self._after_blank = False

    def _front_matter(self) -> int:
        """The index after front matter; 0 without: a note may also start with a rule."""
        fence = self.lines[0].rstrip()
        if fence not in ("---", "+++"):
            return 0
        title, said = "", list[int]()
        for at in range(1, len(self.lines)):
            line = self.lines[at].rstrip()
            if line == fence or (fence == "---" and line == "..."):
                if said:
                    self.blocks.append(Block("meta", said[0] + 1, said[-1] + 1, -1))
                self.title = title
                return at + 1
            field = _FIELD.match(line)
            if line and not field and not (said and _GOES_ON.match(line)):
                break
            if line:
                said.append(at)
            if field and not title and field.group().lower().rstrip(" :=") == "title":
                title = line[field.end() :].strip().strip("\"'")
        return 0

    def _block(self, at: int, line: str, stripped: str) -> int:
        """Read the block that starts at line index `at`; the index after it is returned."""
        indent = indent_of(line)
        heading = HEADING.match(line)
        if heading and not (indent and self._inside(indent)):
            label = without_closing(line[heading.end() :].strip(SPACES))
            return self._heading(at, at, len(heading.group(1)), label)
        if FENCE.match(stripped):
            return self._add("code", at, self._fence_end(at, stripped), indent)
        level = self._setext(at, indent)
        if level:
            last = self.blocks.pop()
            label = " ".join(part.strip() for part in self.lines[last.start - 1 : last.end])
            return self._heading(last.start - 1, at, level, label)
        if RULE.match(stripped):
            return self._add("rule", at, at, indent)
        if item_marker(line):
            return self._item(at, line, indent)
        if self._is_table(at, stripped):
            return self._add("table", at, self._run_end(at), indent)
        if stripped.startswith(">"):
            return self._add("quote", at, self._run_end(at, ">"), indent)
        return self._text(at, indent)

    def _heading(self, start: int, end: int, level: int, label: str) -> int:
        while self._headings and self.blocks[self._headings[-1]].level >= level:
            self._headings.pop()
        parent = self._headings[-1] if self._headings else -1
        self._items.clear()
        self.blocks.append(
            Block("heading", start + 1, end + 1, parent, level=level, label=label.strip())
        )
        self._headings.append(len(self.blocks) - 1)
        if level == 1:
            self._first_level(label.strip())
        return end + 1

    def _first_level(self, label: str) -> None:
        """The only heading of the first level is the title; one of several heads a section."""
        if not self.title and not self._opened:
            self.title, self._opened = label, True
        elif self._opened:
            self.title = ""

    def _item(self, at: int, line: str, indent: int) -> int:
        while self._items and self.blocks[self._items[-1]].indent >= indent:
            self._items.pop()
        label = line.lstrip(SPACES)[len(item_marker(line)) :].strip()
        self.blocks.append(Block("item", at + 1, at + 1, self._parent(), indent, label=label))
        self._items.append(len(self.blocks) - 1)
        # "- ```" opens a fence within the bullet: its lines must not be read as outline
        if FENCE.match(label):
            end = self._fence_end(at, label)
            self.blocks[-1] = replace(self.blocks[-1], end=end + 1)
            return end + 1
        return at + 1

    def _text(self, at: int, indent: int) -> int:
        if not self._after_blank and self.blocks:
            last = self.blocks[-1]
            # a line right below a paragraph or a bullet goes on with it, however it is indented
            if last.kind in ("text", "item") and last.end == at:
                self.blocks[-1] = replace(last, end=at + 1)
                return at + 1
        return self._add("text", at, at, indent)

    def _add(self, kind: BlockKind, start: int, end: int, indent: int) -> int:
        self._inside(indent, close=True)
        self.blocks.append(Block(kind, start + 1, end + 1, self._parent(), indent))
        return end + 1

    def _inside(self, indent: int, close: bool = False) -> bool:
        """Whether a line indented so stands in an open item; `close` ends those it leaves."""
        depth = len(self._items)
        while depth and self.blocks[self._items[depth - 1]].indent >= indent:
            depth -= 1
        if close:
            del self._items[depth:]
        return depth > 0

    def _parent(self) -> int:
        if self._items:
            return self._items[-1]
        return self._headings[-1] if self._headings else -1

    def _setext(self, at: int, indent: int) -> int:
        match = _SETEXT.match(self.lines[at])
        if not match or self._after_blank or not self.blocks:
            return 0
        last = self.blocks[-1]
        if last.kind != "text" or last.end != at or last.indent > 3 or self._items:
            return 0
        return 1 if match.group(1)[0] == "=" else 2

    def _is_table(self, at: int, stripped: str) -> bool:
        if stripped.startswith("|") and stripped.count("|") > 1:
            return True
        if "|" not in stripped or at + 1 >= len(self.lines):
            return False
        below = self.lines[at + 1].strip()
        cells = below.removeprefix("|").removesuffix("|").split("|")
        return "|" in below and all(_TABLE_RULE.fullmatch(cell.strip()) for cell in cells)

    def _fence_end(self, at: int, stripped: str) -> int:
        match = FENCE.match(stripped)
        mark = match.group(1) if match else "```"
        for end in range(at + 1, len(self.lines)):
            line = self.lines[end].strip()
            if line.startswith(mark) and not line.strip(mark[0]):
                return end
        end = len(self.lines) - 1  # never closed: it goes on to the last line that says something
        while end > at and not self.lines[end].strip():
            end -= 1
        return end

    def _run_end(self, at: int, start: str = "") -> int:
        """The last line of the run of non-blank lines from `at` that the block takes."""
        end = at
        while end + 1 < len(self.lines):
            following = self.lines[end + 1].strip(SPACES)
            if not following or (start and not following.startswith(start)):
                break
            if not start and ("|" not in following or self._starts_anew(end + 1)):
                break
            end += 1
        return end

    def _starts_anew(self, at: int) -> bool:
        """Whether a line below a table is a heading or a bullet that happens to hold a bar."""
        return bool(HEADING.match(self.lines[at]) or item_marker(self.lines[at]))
