"""A note as lines in one syntax, whatever dialect it was written in, and what is known of it.

Each step reads what the one before it has left: front matter, code, comments, HTML, containers,
then what stands beside the text: definitions of links, footnotes, properties, tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.links.markdown import FoundLink, find_references
from ingest.notes.comments import without_comments
from ingest.notes.containers import without_containers
from ingest.notes.fences import fences_of
from ingest.notes.front_matter import front_matter
from ingest.notes.html import without_html
from ingest.notes.line_syntax import HEADING, SPACES, indent_of, item_marker
from ingest.notes.lines import Line, numbered
from ingest.notes.properties import Property, cleaned

_FOOTNOTE = re.compile(r"[ \t]{0,3}\[\^([^\[\]\s]{1,80})\]:[ \t]*(.*)$")
_FIELD = re.compile(r"[ \t]*(?:[-*+][ \t]+)?([\w./-](?:[\w ./-]{0,60}?[\w./-])?)::(?:[ \t]+(.*)|$)")
_INLINE_FIELD = re.compile(r"[\[(]([\w][\w ./-]{0,40})::[ \t]*([^\[\]()]*)[\])]")
_PLANNED = re.compile(r"[ \t]*(SCHEDULED|DEADLINE|CLOSED):[ \t]*[<\[]([^<>\[\]]+)[>\]][ \t]*$")
_DRAWER = re.compile(r"[ \t]*:(?:PROPERTIES|END|[A-Z]+):[ \t]*$|[ \t]*CLOCK:[ \t]*\[")
_TAGS = re.compile(
    r"[ \t]*(?:[-*+][ \t]+)?(?:(?:tags|タグ)[:：][ \t]*)?(?:#[\w/&-]*[^\W\d_][\w/&-]*[\s,、]*)+$",
    re.IGNORECASE,
)
_ONE_TAG = re.compile(r"#([^\s#,、]*[^\W\d_][^\s#,、]*)")
_LAST_TAGS = re.compile(
    r"(?<=[.。!?！？)）])(?:[ \t　]+#[^\s#.,;:()]*[^\W\d_][^\s#.,;:()]*)+[ \t]*$"
)
_DRESS = re.compile(
    r"[ \t]*\{:?[ \t]*[.#][\w.#=\"' -]{0,200}\}[ \t]*$|\#\+(?:BEGIN|END)_\w+", re.IGNORECASE
)
_KEYED = re.compile(r"([^\s:：#>|`\[*_-][^:：。.|`\[]{0,30})(?::(?:[ \t]+|$)|：[ \t　]*)(.*)$")
_PLACEHOLDER = re.compile(r"[ \t>]*(?:[-*+][ \t]+)?(?:\{\{[^{}]*\}\}|<%.*%>)[ \t]*$")
_ABBREVIATION = re.compile(r"\*\[([^\[\]]{1,60})\]:[ \t]*(\S.*)$")
_RUNS = 300  # lines of properties below a title


@dataclass(frozen=True, slots=True)
class Page:
    """A note without dialect: its `source` lines as they are, and the `lines` to be read."""

    source: tuple[str, ...]
    lines: tuple[Line, ...]
    properties: tuple[Property, ...] = ()
    references: Mapping[str, FoundLink] = field(default_factory=dict)
    footnotes: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


def page_of(text: str) -> Page:
    """Read the text of a note."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = tuple(text.split("\n"))
    properties, start = front_matter(source)
    lines = _with_code(numbered(source))[start:]
    lines = without_containers(without_html(without_comments(lines)))
    references, lines = _references(lines)
    footnotes, lines = _footnotes(lines)
    fields = _Fields()
    lines = fields.read(lines)
    lines = fields.below_title(lines)
    return Page(
        source,
        tuple(lines),
        (*properties, *fields.properties),
        references,
        footnotes,
        tuple(dict.fromkeys(fields.tags)),
    )


def _with_code(lines: list[Line]) -> list[Line]:
    """The lines with code marked as such; a fence in a bullet is a line of its own."""
    marked: list[Line] = []
    at = 0
    for number, fence in enumerate(fences_of([line.text for line in lines]), 1):
        marked += lines[at : fence.start]
        for index in range(fence.start, fence.end + 1):
            line = lines[index]
            if index == fence.start and not fence.own_line:
                marker = item_marker(line.text)
                before = line.text[: line.text.index(marker) + len(marker)]
                marked.append(line.saying(before))
                line = line.saying(
                    " " * (indent_of(before) + len(marker)) + line.text[len(before) :]
                )
            if fence.info == "command" and index in (fence.start, fence.end):
                line = line.saying(" " * indent_of(line.text) + "```")
            marked.append(replace(line, role="code", block=number))
        at = fence.end + 1
    return [*marked, *lines[at:]]


def _references(lines: Sequence[Line]) -> tuple[dict[str, FoundLink], list[Line]]:
    """Definitions of links, and the lines without them."""
    found: dict[str, FoundLink] = {}
    kept: list[Line] = []
    for line in lines:
        if line.role == "" and "]:" in line.text and line.text.lstrip(SPACES + ">")[:1] == "[":
            defined = find_references(line.text)
            if defined:
                for key, link in defined.items():
                    found.setdefault(key, link)
                continue
        kept.append(line)
    return found, kept


def _footnotes(lines: Sequence[Line]) -> tuple[dict[str, tuple[Line, ...]], list[Line]]:
    """Footnotes by label, with the indented lines that go on with them, and the lines without."""
    found: dict[str, tuple[Line, ...]] = {}
    kept: list[Line] = []
    name, body = "", list[Line]()
    blank = False
    for line in lines:
        match = _FOOTNOTE.match(line.text) if line.role == "" and "[^" in line.text else None
        if match:
            if name:
                found[_unused(name, found)] = tuple(body)
            name, body = match[1], [line.saying(match[2])] if match[2].strip() else []
            blank = False
            continue
        if name and line.role == "":
            said = line.text.strip()
            goes_on = (
                said
                and (indent_of(line.text) >= 2 or not blank)
                and not (HEADING.match(line.text) or item_marker(line.text))
            )
            if goes_on:
                body.append(line.saying(said))
                continue
            if not said:
                blank = True
                continue
        if name:
            found[_unused(name, found)] = tuple(body)
            if blank:
                kept.append(Line("", line.start, line.start))
            name, body, blank = "", [], False
        kept.append(line)
    if name:
        found[_unused(name, found)] = tuple(body)
    return found, kept


def _unused(name: str, found: Mapping[str, object]) -> str:
    """The label of a footnote; a second one of the same label is kept under a label of its own."""
    return name if name not in found else f"{name}\n{len(found)}"


@dataclass(slots=True)
class _Fields:
    """Takes properties and tags out of the text: those of the page, and those of a bullet."""

    properties: list[Property] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    _begun: bool = False  # text has been read

    def read(self, lines: Sequence[Line]) -> list[Line]:
        """The lines, with properties of bullets and paragraphs marked as such."""
        kept: list[Line] = []
        for line in lines:
            if line.role != "" or not line.text.strip():
                kept.append(line)
                continue
            kept += self._line(line)
        return kept

    def _line(self, line: Line) -> list[Line]:  # noqa: C901 - one case a dialect
        text = line.text
        if "::" in text:
            match = _FIELD.match(text)
            if match and "`" not in match[1]:
                return self._field(line, match)
            if "`" not in text:
                text = _INLINE_FIELD.sub(r"\1: \2", text)
                line = line.saying(text)
        if _PLACEHOLDER.match(text) or _DRAWER.match(text):
            return []
        planned = _PLANNED.match(text)
        if planned:
            said = f"{planned[1].capitalize()}: {planned[2]}"
            return [replace(line, text=_margin(text) + said, role="property")]
        if "#" in text and not HEADING.match(text):
            if _TAGS.match(text):
                self.tags += _ONE_TAG.findall(text)
                return []
            last = _LAST_TAGS.search(text)
            if last:
                self.tags += _ONE_TAG.findall(last[0])
                line = line.saying(text[: last.start()])
        if ("{" in text or "#+" in text) and not HEADING.match(text):
            bare = _DRESS.sub("", line.text)
            if not bare.strip():
                return []
            line = line.saying(bare)
        abbreviation = _ABBREVIATION.match(text)
        if abbreviation:
            return [replace(line, text=f"{abbreviation[1]}: {abbreviation[2]}", role="property")]
        self._begun = self._begun or not text.lstrip().startswith("#")
        return [line]

    def _field(self, line: Line, match: re.Match[str]) -> list[Line]:
        values = tuple(filter(None, (cleaned(part) for part in (match[2] or "").split(","))))
        found = Property(match[1].strip(), values, line.start, line.end)
        if not self._begun and not found.asked_for and (found.names or found.title or found.dated):
            self.properties.append(found)
            return []
        if found.names:
            self.tags += [value.lstrip("#") for value in values]
            return []
        if not found.asked_for:
            return []
        return [replace(line, text=_margin(line.text) + found.text, role="property")]

    def below_title(self, lines: list[Line]) -> list[Line]:
        """Lines `Key: value` right below the title are the properties of a page (Notion)."""
        at = 0
        while at < len(lines) and not lines[at].text.strip():
            at += 1
        if at >= len(lines) or not lines[at].text.startswith("# ") or lines[at].role:
            return lines
        at += 1
        while at < len(lines) and not lines[at].text.strip():
            at += 1
        end = at
        while end < len(lines) and end - at < _RUNS and lines[end].text.strip():
            if lines[end].role or not _KEYED.match(lines[end].text):
                return lines
            end += 1
        if not any(_value(line) for line in lines[at:end]):
            return lines  # a colon alone leads to what follows
        fields = []
        for line in lines[at:end]:
            match = _KEYED.match(line.text)
            key, value = (match[1].strip(), match[2]) if match else ("", "")
            found = Property(key, (cleaned(value),), line.start, line.end)
            if found.names:
                self.tags += [part.strip().lstrip("#") for part in value.split(",")]
            elif found.asked_for:
                fields.append(replace(line, text=line.text.strip(), role="property"))
        return [*lines[:at], *fields, *lines[end:]]


def _value(line: Line) -> str:
    match = _KEYED.match(line.text)
    return match[2].strip() if match else ""


def _margin(text: str) -> str:
    """The indentation of what a line belongs to."""
    return text[: len(text) - len(text.lstrip(SPACES))]
