"""A Markdown note as an outline: every line belongs to exactly one block, every block has a parent.

Written by hand rather than on a CommonMark parser because people's outlines are not CommonMark: a
sub-list that starts at 2 is a paragraph there, nesting is cut off at a depth, and a full-width
space is no indentation. What decides here is what a reader sees: the marker and how far it is
indented. Lines are read once, so that 10 MB take seconds and nothing can be dropped. What it reads
are lines whose dialect is already gone (`page`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ingest.notes.line_syntax import (
    ANSWER,
    FENCE,
    HEADING,
    QUESTION,
    RULE,
    SPACES,
    indent_of,
    item_marker,
    label_of,
    without_closing,
)
from ingest.notes.lines import Line

BlockKind = Literal[
    "heading", "item", "text", "table", "code", "rule", "label", "question", "property"
]

_SETEXT = re.compile(r" {0,3}(={2,}|-{2,})[ \t]*$")
_TABLE_RULE = re.compile(r":?-+:?")
_DEFINED = re.compile(r"[ \t]{0,3}:[ \t]+\S")
_CODE_INDENT = 4
_LEADS_ON = (":", "：")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a note.

    `first` and `last` are indices of its lines in the outline; `parent` is the index of the block
    it stands in or under (a heading, an item, a label, what leads to it), -1 at the top; `level` is
    a heading's level; `indent` is in columns; `label` is the text of a heading, a label, or of an
    item's first line without its `marker`.
    """

    kind: BlockKind
    first: int
    last: int
    parent: int
    indent: float = 0
    level: int = 0
    label: str = ""
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A note's lines and its blocks in reading order; `title` is that of its only first heading."""

    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]
    title: str

    def children(self) -> list[list[int]]:
        """For every block the indices of its children; the last list holds the top ones."""
        below: list[list[int]] = [[] for _ in range(len(self.blocks) + 1)]
        for index, block in enumerate(self.blocks):
            below[block.parent].append(index)
        return below

    def lines_of(self, block: Block) -> tuple[Line, ...]:
        """The lines of a block."""
        return self.lines[block.first : block.last + 1]


def outline_of(lines: Sequence[Line]) -> Outline:
    """Read lines as an outline."""
    reader = _Reader(list(lines))
    reader.read()
    return Outline(tuple(reader.lines), tuple(reader.blocks), reader.title)


@dataclass(slots=True)
class _Reader:
    lines: list[Line]
    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    _opened: bool = False  # a heading of the first level has been read
    _headings: list[int] = field(default_factory=list)
    _items: list[int] = field(default_factory=list)  # open items and labels, outermost first
    _after_blank: bool = True

    def read(self) -> None:
        """Read all lines."""
        position = 0
        while position < len(self.lines):
            line = self.lines[position]
            if not line.text.strip() and line.role != "code":
                self._after_blank = True
                position += 1
                continue
            position = self._block(position, line)
            self._after_blank = False

    def _block(self, at: int, line: Line) -> int:  # noqa: C901 - one case a kind
        """Read the block that starts at line index `at`; the index after it is returned."""
        text = line.text
        indent = indent_of(text)
        stripped = text.strip(SPACES)
        if line.role == "code":
            return self._add("code", at, self._same_block(at), indent)
        if line.role in ("header", "row"):
            return self._add("table", at, self._same_block(at), indent)
        if line.role == "property":
            return self._property(at, indent)
        if line.role == "lead":
            return self._open("label", at, indent, stripped, ">")
        heading = HEADING.match(text)
        if heading and not (indent and self._inside(indent)):
            label = without_closing(text[heading.end() :].strip(SPACES))
            return self._heading(at, at, len(heading.group(1)), label)
        level = self._setext(at)
        if level:
            last = self.blocks.pop()
            label = " ".join(self.lines[n].text.strip() for n in range(last.first, last.last + 1))
            return self._heading(last.first, at, level, label)
        if RULE.match(stripped):
            self._items.clear()
            return self._add("rule", at, at, indent)
        if self._is_code(at, text, indent):
            return self._add("code", at, self._code_end(at, indent), indent)
        if item_marker(text):
            return self._item(at, text, indent)
        if self._is_table(at, stripped):
            return self._add("table", at, self._table_end(at), indent)
        return self._named(at, text, indent) or self._text(at, indent)

    def _heading(self, start: int, end: int, level: int, label: str) -> int:
        while self._headings and self.blocks[self._headings[-1]].level >= level:
            self._headings.pop()
        parent = self._headings[-1] if self._headings else -1
        self._items.clear()
        self.blocks.append(Block("heading", start, end, parent, level=level, label=label.strip()))
        self._headings.append(len(self.blocks) - 1)
        if level == 1:
            self._first_level(label.strip())
        return end + 1

    def _first_level(self, label: str) -> None:
        """The only heading of the first level is the title; one of several heads a section."""
        if not self._opened:
            self.title, self._opened = label, True
        else:
            self.title = ""

    def _item(self, at: int, text: str, indent: int) -> int:
        marker = item_marker(text)
        label = text.lstrip(SPACES)[len(marker) :].strip()
        answer = bool(ANSWER.match(label))
        while self._items and self.blocks[self._items[-1]].indent >= indent:
            last = self.blocks[self._items[-1]]
            if answer and last.indent == indent and QUESTION.match(last.label):
                break
            self._items.pop()
        self.blocks.append(
            Block("item", at, at, self._parent(), indent, label=label, marker=marker.strip(SPACES))
        )
        self._items.append(len(self.blocks) - 1)
        return at + 1

    def _named(self, at: int, text: str, indent: int) -> int:
        """Read a line that names what is below it: a label or a question; 0 for other lines."""
        begins = (
            self._after_blank or not self.blocks or self.blocks[-1].kind not in ("text", "item")
        )
        if QUESTION.match(text):
            return self._open("question", at, indent, text.strip(SPACES), "Q")
        mark, said = label_of(text)
        if not said or not (begins or mark not in ("**", "__")):
            return 0
        if not begins and self.blocks[-1].kind == "item":
            return (
                0
                if indent > self.blocks[-1].indent
                else self._open("label", at, indent, said, mark)
            )
        return self._open("label", at, indent, said, mark)

    def _open(self, kind: BlockKind, at: int, indent: int, label: str, mark: str) -> int:
        """A line under which all stands that is not further left, up to the next of its kind."""
        self._inside(indent, close=True)
        own = indent if mark == ">" else indent - 0.5
        for depth in range(max(0, len(self._items) - 9), len(self._items)):
            other = self.blocks[self._items[depth]]
            if other.marker == mark and other.kind == kind and other.indent >= own:
                del self._items[depth:]
                break
        else:
            self._leave_labels(at, own, mark)
        self.blocks.append(Block(kind, at, at, self._parent(), own, label=label, marker=mark))
        self._items.append(len(self.blocks) - 1)
        return at + 1

    def _leave_labels(self, at: int, indent: float, mark: str) -> None:
        """End labels of other marks that already have something under them.

        Which of two marks outranks the other is told only where one directly follows the other;
        bold lines and questions stand under any.
        """
        if mark in ("**", "__", "Q", ">"):
            return
        while self._items:
            last = self.blocks[self._items[-1]]
            ranked = last.kind == "label" and last.marker != ">" and last.indent >= indent
            if not ranked or (self._items[-1] == len(self.blocks) - 1 and last.last == at - 1):
                break
            self._items.pop()

    def _text(self, at: int, indent: int) -> int:
        text = self.lines[at].text
        if not self._after_blank and self.blocks:
            last = self.blocks[-1]
            # a line right below a paragraph or a bullet goes on with it, however it is indented
            goes_on = last.kind in ("text", "item", "question") and last.last == at - 1
            if goes_on and not ANSWER.match(text) and not _DEFINED.match(text) and self._alike(at):
                self.blocks[-1] = replace(last, last=at)
                return at + 1
        if _DEFINED.match(text) and self.blocks and self.blocks[-1].kind in ("text", "label"):
            return self._definition(at, indent)
        return self._add("text", at, at, indent)

    def _alike(self, at: int) -> bool:
        """Whether two lines stand in the same quotation, or in none."""
        line, before = self.lines[at], self.lines[at - 1]
        return line.quoted == before.quoted or not line.quoted

    def _definition(self, at: int, indent: int) -> int:
        """A line that explains the term above it: `: it is ...`."""
        last = self.blocks[-1]
        line = self.lines[at]
        self.lines[at] = line.saying(line.text.lstrip(SPACES)[1:].strip())
        parent = last.parent if last.marker == ":" else len(self.blocks) - 1
        self.blocks.append(Block("text", at, at, parent, indent, marker=":"))
        return at + 1

    def _property(self, at: int, indent: int) -> int:
        end = at
        while end + 1 < len(self.lines) and self.lines[end + 1].role == "property":
            end += 1
        return self._add("property", at, end, indent)

    def _add(self, kind: BlockKind, start: int, end: int, indent: int) -> int:
        self._inside(indent, close=True)
        self.blocks.append(Block(kind, start, end, self._parent(), indent))
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

    def _setext(self, at: int) -> int:
        match = _SETEXT.match(self.lines[at].text)
        if not match or self._after_blank or not self.blocks:
            return 0
        last = self.blocks[-1]
        if last.kind != "text" or last.last != at - 1 or last.indent > 3 or self._items:
            return 0
        if self.lines[at - 1].quoted or self.lines[at].quoted:
            return 0
        return 1 if match.group(1)[0] == "=" else 2

    def _is_code(self, at: int, text: str, indent: int) -> bool:
        """Whether a line is code by its indentation: after a blank line, four columns further in.

        A marked line is a sloppy list, and a full-width space indents no code.
        """
        if not self._after_blank or indent < _CODE_INDENT or text[:1] not in " \t":
            return False
        base = 0.0
        for index in reversed(self._items):
            block = self.blocks[index]
            if block.indent < indent:
                if block.kind == "item":
                    base = block.indent + max(2, len(block.marker) + 1)
                    if not block.label.rstrip().endswith(_LEADS_ON):
                        base += _CODE_INDENT  # more likely text than code
                else:
                    base = block.indent + _CODE_INDENT if block.marker == ">" else block.indent
                break
        if indent < base + _CODE_INDENT or "　" in text[: len(text) - len(text.lstrip(SPACES))]:
            return False
        return not item_marker(text) and not text.strip().startswith(("|", ">"))

    def _code_end(self, at: int, indent: int) -> int:
        end = at
        for here in range(at + 1, len(self.lines)):
            line = self.lines[here]
            if line.role:
                break
            if not line.text.strip():
                continue
            if indent_of(line.text) < indent or (item_marker(line.text) and end < here - 1):
                break
            end = here
        return end

    def _same_block(self, at: int) -> int:
        """The last of the lines that belong to one block of code or one table."""
        end = at
        line = self.lines[at]
        while end + 1 < len(self.lines):
            other = self.lines[end + 1]
            if other.block != line.block or (other.role == "code") != (line.role == "code"):
                break
            if other.role not in ("code", "header", "row"):
                break
            end += 1
        return end

    def _is_table(self, at: int, stripped: str) -> bool:
        if stripped.startswith("|") and stripped.count("|") > 1:
            return True
        if "|" not in stripped or at + 1 >= len(self.lines):
            return False
        return is_table_rule(self.lines[at + 1].text)

    def _table_end(self, at: int) -> int:
        """The last line of the table that starts at `at`."""
        end = at
        while end + 1 < len(self.lines):
            following = self.lines[end + 1]
            text = following.text.strip(SPACES)
            if "|" not in text or following.role or HEADING.match(text):
                break
            if FENCE.match(text) or (item_marker(text) and not text.startswith("|")):
                break
            end += 1
        return end


def is_table_rule(line: str) -> bool:
    """Whether a line parts the header of a table from its rows."""
    below = line.strip(SPACES)
    cells = below.removeprefix("|").removesuffix("|").split("|")
    return "|" in below and all(_TABLE_RULE.fullmatch(cell.strip()) for cell in cells)
