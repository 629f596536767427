"""Properties and tags that stand in the text of a note: in bullets, in lines, below the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.notes.line_syntax import HEADING, SPACES
from ingest.notes.lines import Line
from ingest.notes.properties import Property, cleaned

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


@dataclass(slots=True)
class Fields:
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
