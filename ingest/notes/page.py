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
from ingest.notes.fields import Fields
from ingest.notes.front_matter import front_matter
from ingest.notes.html import without_html
from ingest.notes.line_syntax import HEADING, SPACES, indent_of, item_marker
from ingest.notes.lines import Line, numbered
from ingest.notes.properties import Property

_FOOTNOTE = re.compile(r"[ \t]{0,3}\[\^([^\[\]\s]{1,80})\]:[ \t]*(.*)$")


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
    fields = Fields()
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
