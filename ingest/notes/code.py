"""Blocks of code as segments: whole where they fit, cut between statements where they don't."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.notes.drafts import Draft
from ingest.notes.inline import References
from ingest.notes.line_syntax import FENCE, indent_of, without_indent
from ingest.notes.lines import Line
from ingest.notes.paragraphs import LONGEST, bounded
from ingest.notes.weights import PIECE_SIZE, weight

_MOST_CHARACTERS = LONGEST - 400  # of a part, to which a short last one may be added
# languages of blocks that a program fills or draws: what stands in them is not for readers
_MACHINERY = frozenset(
    ("dataview", "dataviewjs", "query", "tasks", "button", "base", "compressed-json", "datacards")
)
_DIAGRAMS = frozenset(("mermaid",))
_TITLE = re.compile(
    r"(?:title|filename|file|caption)=[\"'“]?([^\"'”{}]+?)[\"'”]?(?:\s|$)|^[\w+#-]+:(\S+)"
)
_LABEL = re.compile(
    r"\[\[?\(?/?\"?([^\[\]\"|]+?)\"?/?\)?\]?\]|\(\[?\(?\"?([^()\"|]+?)\"?\)?\]?\)|\{\{?\"?([^{}\"|]+?)\"?\}?\}"
    r"|\|\"?([^|\"]+?)\"?\||\"([^\"]+)\"|:\s+(.+)$|(?:participant|actor)\s+(?:\S+\s+as\s+)?(.+)$"
    r"|(?:title|section|note (?:over|left of|right of) [^:]+:)\s+(.+)$|--\s+([^->|]+?)\s+--"
)
_DRAWN = re.compile(
    r"\s*(?:graph|flowchart|sequenceDiagram|classDiagram|stateDiagram|erDiagram|gantt|pie|end\b|style\b|classDef\b|class\b|linkStyle\b|%%|click\b|direction\b)"
)
_NAMED = re.compile(r"^\s*([^\W\d_][\w \-　-鿿]*?)\s*(?:-->|---|-\.->|==>|->>?|--x)")


def code_drafts(lines: Sequence[Line], references: References) -> list[Draft]:
    """The segments of a block of code, without its fence."""
    fence = FENCE.match(lines[0].text.strip())
    info = lines[0].text.strip()[len(fence[1]) :].strip() if fence else ""
    body = list(lines[1:] if fence else lines)
    if fence and body and not body[-1].text.strip().strip(fence[1][0]) and body[-1].text.strip():
        body.pop()
    language = re.split(r"[\s:{,]", info.lstrip("{."), maxsplit=1)[0].lower()
    if language in _MACHINERY:
        return []
    while body and not body[0].text.strip():
        body.pop(0)
    while body and not body[-1].text.strip():
        body.pop()
    if not body:
        return []
    if language in _DIAGRAMS:
        return _diagram(body)
    margin = min((indent_of(line.text) for line in body if line.text.strip()), default=0)
    if fence:
        margin = min(margin, max(indent_of(lines[0].text), 0))
    said = [line.saying(without_indent(line.text, margin).rstrip()) for line in body]
    found: list[Draft] = []
    title = _TITLE.search(info)
    if title and (name := (title[1] or title[2] or "").strip()):
        found.append(Draft("lead", name, lines[0].start, lines[0].end, leads=True))
    parent = len(found) - 1
    return [*found, *(_draft(part, parent, language) for part in _parts(said))]


def _draft(lines: Sequence[Line], parent: int, language: str) -> Draft:
    text = "\n".join(line.text for line in lines).strip("\n")
    return Draft("code", text, lines[0].start, lines[-1].end, parent=parent, language=language)


def _parts(lines: Sequence[Line]) -> list[list[Line]]:
    """Code in parts of a bounded size, cut at blank lines where there are any near the end."""
    parts: list[list[Line]] = []
    part: list[Line] = []
    size = 0.0
    length = 0
    for line in _short(lines):
        own = weight(line.text)
        blank = not line.text.strip()
        full = size + own > PIECE_SIZE or length + len(line.text) > _MOST_CHARACTERS
        if part and (full or (blank and size > PIECE_SIZE * 0.6)):
            parts.append(part)
            part, size, length = [], 0.0, 0
        if blank and not part:
            continue
        part.append(line)
        size += own
        length += len(line.text) + 1
    parts = [*parts, part] if part else parts
    for part in parts:
        while not part[-1].text.strip():
            part.pop()
    if len(parts) > 1 and sum(weight(line.text) + 0.5 for line in parts[-1]) < PIECE_SIZE / 8:
        tail = parts.pop()
        parts[-1] += tail
    return parts


def _short(lines: Sequence[Line]) -> list[Line]:
    short: list[Line] = []
    for line in lines:
        short += [line.saying(text) for text in bounded(line.text)]
    return short


def _diagram(lines: Sequence[Line]) -> list[Draft]:
    """A diagram by its labels, each once."""
    seen: dict[str, Line] = {}
    for line in lines:
        text = line.text.strip().rstrip(";")
        labels = [] if _DRAWN.match(text) and "title" not in text else _labels(text)
        for label in labels:
            label = re.sub(r"<br\s*/?>", " ", label).strip().strip('"`')
            if re.search(r"[^\W\d_]", label):
                seen.setdefault(label, line)
    if not seen:
        return []
    text = ", ".join(seen)
    return [
        Draft("code", part, lines[0].start, lines[-1].end, language="") for part in bounded(text)
    ]


def _labels(text: str) -> list[str]:
    found = [next((part for part in match.groups() if part), "") for match in _LABEL.finditer(text)]
    if not found:
        named = _NAMED.match(text)
        found = [named[1]] if named else [text]
    return found
