"""HTML within a note as the Markdown that says the same, so that all else reads one syntax."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.notes.line_syntax import SPACES, item_marker
from ingest.notes.lines import Line
from ingest.notes.tags import BLOCKS, Tag, component_names, tags_of

_OPEN_TAG = re.compile(r"<[A-Za-z][\w.-]*(?:\s[^<>]*)?$")
_TAG_LINES = 30  # a tag written over more lines is none
_BARE_BLOCK = re.compile(r"</?(?:" + "|".join(sorted(BLOCKS)) + r")\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_STRICT = frozenset({"ul", "ol", "dl", "table", "p"})
_MARKS = {"b": "**", "strong": "**", "code": "`", "tt": "`"}


def without_html(lines: Sequence[Line]) -> list[Line]:
    """The lines with tags turned into marks, or dropped where they only format."""
    if not any("<" in line.text for line in lines if line.role != "code"):
        return list(lines)
    names = component_names("\n".join(line.text for line in lines if "</" in line.text))
    writer = _Writer(names)
    for line in _joined(lines):
        if line.role == "code":
            writer.break_line()
            writer.out.append(line)
        else:
            writer.line(line)
    writer.close()
    return writer.out


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Lines of which none ends within a tag."""
    joined: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.role != "code" and "<" in line.text and _OPEN_TAG.search(line.text):
            parts = [line.text]
            for ahead in range(at, min(at + _TAG_LINES, len(lines))):
                if lines[ahead].role == "code" or not lines[ahead].text.strip():
                    break
                parts.append(lines[ahead].text.strip())
                if ">" in lines[ahead].text:
                    line = Line(" ".join(parts), line.start, lines[ahead].end)
                    at = ahead + 1
                    break
        joined.append(line)
    return joined


@dataclass(slots=True)
class _Table:
    block: int
    cells: list[str] = field(default_factory=list)
    heads: int = 0
    start: int = 0
    open: bool = False  # a cell is
    rows: int = 0


@dataclass(slots=True)
class _Writer:
    components: frozenset[str]
    out: list[Line] = field(default_factory=list)
    lists: list[list[int]] = field(default_factory=list)  # of each open list: 0 or the next number
    tables: list[_Table] = field(default_factory=list)
    strict: int = 0  # open elements in which indentation means nothing
    pre: bool = False
    head: str = ""  # written before the text of the line: a marker
    text: str = ""
    start: int = 0
    end: int = 0
    blocks: int = 0
    named: list[bool] = field(default_factory=list)  # of open components, whether they have a title
    links: list[str] = field(default_factory=list)  # targets of the `<a>` that are open

    def line(self, line: Line) -> None:
        """Read one line."""
        text = line.text
        if self.pre:
            self._preformatted(line)
            return
        if "<" not in text:
            self._whole(line)
            return
        tags = list(tags_of(text, self.components))
        if not tags:
            self._whole(line)
            return
        inner = _in_row(text)
        if self.strict or text.lstrip(SPACES).startswith("<"):
            text, cut = text.lstrip(SPACES), len(text) - len(text.lstrip(SPACES))
        else:
            cut = 0
        at = 0
        for tag in tags:
            self._say(text[at : tag.start - cut], line)
            at = tag.end - cut
            self._tag(tag, line, inner)
            if self._in_code():
                rest = line.saying(text[at:])
                if rest.text.strip():
                    self._preformatted(rest)
                return
        self._say(text[at:], line)
        if not self._goes_on():
            self.break_line()

    def _in_code(self) -> bool:
        return self.pre

    def _goes_on(self) -> bool:
        """Whether an element that is one line of Markdown is still open."""
        return bool(self.head) or bool(self.tables and self.tables[-1].open)

    def _whole(self, line: Line) -> None:
        if self._goes_on() and line.text.strip():
            self._say(" " + line.text.strip(), line)
            return
        if self._goes_on():
            return
        self.break_line()
        self.out.append(line.saying(line.text.strip(SPACES)) if self.strict else line)

    def _say(self, text: str, line: Line) -> None:
        if not text:
            return
        if not self.text:
            self.start = self.start or line.start
        self.text += text
        self.end = line.end
        self.start = self.start or line.start

    def break_line(self) -> None:
        """Write down what has been said."""
        said = self.text
        if self.tables and self.tables[-1].open:
            return
        if said.strip() and self.tables and self.tables[-1].cells:
            said = said.strip()
        if said.strip():
            body = _SPACE.sub(" ", said).strip() if self.head else said
            self.out.append(Line(self.head + body, self.start, self.end))
        self.text, self.head, self.start = "", "", 0

    def blank(self, line: Line) -> None:
        """End a paragraph."""
        self.break_line()
        if self.out and self.out[-1].text.strip():
            self.out.append(Line("", line.start, line.start))

    def close(self) -> None:
        """Write down what is left open."""
        if self.tables:
            self.tables[-1].open = False
            self._row(self.tables[-1], self.end)
        self.break_line()

    def _tag(self, tag: Tag, line: Line, inner: bool) -> None:  # noqa: C901 - one case a tag
        name = tag.name
        if self.tables and self._table_tag(tag, line):
            return
        if name in _MARKS:
            self._say(_MARKS[name], line)
        elif name == "a":
            self._link(tag, line)
        elif name == "br":
            self._break(line, inner)
        elif name == "img":
            self._say(_alt(tag), line)
        elif name == "sup" and not tag.closing:
            self._say("^" if self.text[-1:].isdigit() else "", line)
        elif name == "table" and not tag.closing:
            self.blank(line)
            self.blocks -= 1
            self.tables.append(_Table(self.blocks))
        elif inner or name not in BLOCKS:
            if tag.component or not name:
                self._component(tag, line)
        elif name in _HEADINGS or name in ("summary", "dt", "li", "dd"):
            self._headed(tag, line)
        elif name in ("ul", "ol"):
            self._list(tag, line)
        elif name == "pre":
            self._pre(tag, line)
        elif name == "details":
            self.blank(line)
            if tag.closing:
                self.out.append(Line(":::", line.start, line.end))
        elif name == "hr":
            self.blank(line)
        else:
            self.blank(line)
            if name in _STRICT:
                self.strict = max(0, self.strict + (-1 if tag.closing else 1))

    def _link(self, tag: Tag, line: Line) -> None:
        if not tag.closing:
            self.links.append(tag.attribute("href"))
            self._say("[" if self.links[-1] else "", line)
        elif self.links and (target := self.links.pop()):
            self._say(f"](<{target}>)", line)

    def _component(self, tag: Tag, line: Line) -> None:
        label = "" if tag.closing else tag.label()
        paired = bool(tag.name) and tag.name in self.components and not tag.empty
        if paired and tag.closing:
            if self.named and self.named.pop():
                self.blank(line)
                self.out.append(Line(":::", line.start, line.end))
                return
        elif paired:
            self.named.append(bool(label) and not self.text.strip())
            if self.named[-1]:
                self.blank(line)
                self.out.append(Line(f":::x {label}", line.start, line.end))
                return
        if self.text.strip():  # within a sentence
            self._say(label, line)
            return
        self.blank(line)
        if label:
            self.out.append(Line(label, line.start, line.end))
            self.blank(line)

    def _break(self, line: Line, inner: bool) -> None:
        if inner or self._goes_on() or (self.tables and self.tables[-1].open):
            self._say(" ", line)
            return
        said = self.text
        lead = said[: len(said) - len(said.lstrip(SPACES))]
        marker = item_marker(said)
        self.text = said.rstrip() + "  " if said.strip() else said
        self.break_line()
        self._say(lead + " " * len(marker), line)

    def _headed(self, tag: Tag, line: Line) -> None:
        """An element that is one line: a heading, a summary, a term or an item."""
        self.blank(line) if tag.name != "li" else self.break_line()
        if tag.closing:
            return
        if tag.name == "summary":
            self.head = ":::details "
        elif tag.name == "dt":
            self.head = ""
        elif tag.name == "dd":
            if self.out and not self.out[-1].text.strip():
                self.out.pop()
            self.head = ": "
        elif tag.name == "li":
            depth = max(0, len(self.lists) - 1)
            number = self.lists[-1][0] if self.lists else 0
            if number:
                self.lists[-1][0] += 1
            self.head = "  " * depth + (f"{number}. " if number else "- ")
            if number:
                self.head = "   " * depth + f"{number}. "
        else:
            self.head = "#" * _HEADINGS[tag.name] + " "

    def _list(self, tag: Tag, line: Line) -> None:
        if not self.lists:
            self.blank(line)
        else:
            self.break_line()
        if tag.closing:
            if self.lists:
                self.lists.pop()
                self.strict = max(0, self.strict - 1)
            if not self.lists:
                self.blank(line)
        else:
            self.lists.append([1 if tag.name == "ol" else 0])
            self.strict += 1

    def _pre(self, tag: Tag, line: Line) -> None:
        self.blank(line)
        if not tag.closing:
            self.pre = True
            self.blocks -= 1
            self.out.append(Line("```", line.start, line.end, "code", self.blocks))

    def _preformatted(self, line: Line) -> None:
        text = line.text
        end = text.lower().find("</pre>")
        code = re.sub(r"</?(?:code|span)[^<>]*>", "", text[:end] if end >= 0 else text)
        if code.strip() or (end < 0 and self.out[-1].text != "```"):
            self.out.append(Line(code, line.start, line.end, "code", self.blocks))
        if end >= 0:
            self.out.append(Line("```", line.start, line.end, "code", self.blocks))
            self.pre = False
            if text[end + 6 :].strip():
                self.line(line.saying(text[end + 6 :]))

    def _table_tag(self, tag: Tag, line: Line) -> bool:
        """Read a tag of a table; other tags in a cell are read as within a row."""
        table, name = self.tables[-1], tag.name
        if name == "tr" or (name == "table" and tag.closing):
            table.open = False
            self._row(table, line.end)
            if name == "table":
                self.tables.pop()
                self.blank(line)
        elif name in ("td", "th"):
            self._cell(table)
            if not tag.closing:
                table.open = True
                table.heads += name == "th"
                table.start = table.start or line.start
        elif name == "caption":
            self.text += ""
            if tag.closing:
                table.open = False
                self.out.append(Line(self.text.strip().rstrip(":：") + ":", self.start, line.end))
                self.text, self.start = "", 0
            else:
                table.open = True
                table.cells = []
                self.text = ""
        elif name in ("thead", "tbody", "tfoot", "colgroup", "col"):
            pass
        elif name in BLOCKS:
            self._say(" ", line)
        else:
            return False
        return True

    def _cell(self, table: _Table) -> None:
        """End the open cell."""
        if table.open:
            table.cells.append(_SPACE.sub(" ", self.text).strip().replace("|", "\\|"))
        table.open = False
        self.text = ""

    def _row(self, table: _Table, end: int) -> None:
        if self.text.strip():
            table.open = True
            self._cell(table)
        self.text, self.start = "", 0
        if any(table.cells):
            head = table.rows == 0 and table.heads >= len(table.cells)
            said = "| " + " | ".join(table.cells) + " |"
            role = "header" if head else "row"
            self.out.append(Line(said, table.start or end, end, role, table.block))  # type: ignore[arg-type]
            table.rows += 1
        table.cells, table.heads, table.start = [], 0, 0


def _in_row(text: str) -> bool:
    """Whether a line is one of a Markdown table or a heading: what is in it stays one line."""
    bare = text.lstrip(SPACES + ">")
    return bare.startswith(("|", "#")) or " | " in bare


def _alt(tag: Tag) -> str:
    alt = tag.attribute("alt").strip()
    return f"![{alt}](,)" if alt else ""
