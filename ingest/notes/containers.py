"""Quotations, callouts and admonitions of every dialect as one: a title, and lines under it.

`> [!note] Title`, `!!! note "Title"`, `=== "Tab"`, `:::details Title`, `<details>` and commands of
site generators end as a line with the role `lead` and lines that are four columns further in;
without a title only the marks go. What a site builder reads for itself (imports, tables of contents
to be filled in) goes too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.notes.commands import commands_read
from ingest.notes.line_syntax import FENCE, HEADING, SPACES, indent_of, item_marker, without_indent
from ingest.notes.lines import Line

_QUOTE = re.compile(r"[ \t\u3000\u00a0]{0,12}(?:>[ \t]?)")
_CALLOUT = re.compile(r"[ \t]*\\?\[!([\w| -]{1,60})\\?\][+-]?[ \t]*(.*)$")
_ADMONITION = re.compile(
    r"[ \t]*(?:!!!|\?\?\?\+?)[ \t]+([\w-]+(?:[ \t]+[\w-]+)*)?[ \t]*(?:\"(.*)\")?[ \t]*$"
)
_TAB = re.compile(r"[ \t]*===[!+]?[ \t]+\"(.*)\"[ \t]*$")
_DIRECTIVE = re.compile(r"([ \t]*):{3,}[ \t]*(\{?[\w.-]*\}?)(.*)$")
_END = re.compile(r"[ \t]*:{3,}[ \t]*$")
_ATTRIBUTES = re.compile(r"\{[^{}]*\}")
_TITLE = re.compile(r"(?:title|summary|label)=[\"“]([^\"”]*)[\"”]")
_MACHINERY = re.compile(
    r"[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\$\{toc\}|@\[toc\].*|\\(?:newpage|pagebreak)"
    r"|import\s+(?:[\w*{][^'\"]*\sfrom\s+)?['\"][^'\"]+['\"];?"
    r"|export\s+(?:default|const|let|function|\{)[^\n]*"
    r"|#\+(?:BEGIN|END)_\w+.*)[ \t]*$",
    re.IGNORECASE,
)
_STEP = 4
_DEEPEST = 100  # quotations within quotations


def without_containers(lines: Sequence[Line]) -> list[Line]:
    """The lines with containers as titles and indentation."""
    reader = _Reader(commands_read(lines))
    reader.read()
    return reader.out


@dataclass(slots=True)
class _Frame:
    """An open quotation (`>`), directive (`:`) or admonition (`!`).

    What stands in it is moved by `shift`; an admonition ends at a line indented by no more than
    `indent`.
    """

    kind: str
    shift: int
    indent: int = 0


@dataclass(slots=True)
class _Reader:
    lines: Sequence[Line]
    out: list[Line] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    quotes: int = 0
    quotations: int = 0
    shift: int = 0

    def read(self) -> None:
        """Read all lines."""
        ended = _ended(self.lines)
        for at, line in enumerate(self.lines):
            text = self._unquoted(line)
            if line.role == "code":
                self._emit(line, text)
            elif not self._directive(line, text, at in ended):
                self._other(line, text)

    def _push(self, frame: _Frame) -> None:
        self.frames.append(frame)
        self.shift += frame.shift
        self.quotes += frame.kind == ">"

    def _pop(self) -> None:
        frame = self.frames.pop()
        self.shift -= frame.shift
        self.quotes -= frame.kind == ">"

    def _blank(self, line: Line) -> None:
        if self.out and self.out[-1].text.strip():
            self.out.append(Line("", line.start, line.start))

    def _unquoted(self, line: Line) -> str:  # noqa: C901 - one case a mark
        """The line without its marks of quotation; quotations are opened and closed by them."""
        text, depth = line.text, 0
        lead = ""
        if not self.quotes and line.role != "code" and (marker := item_marker(text)):
            bare = text.lstrip(SPACES)[len(marker) :]
            if bare.startswith("> "):  # a quotation within a bullet
                return text[: len(text) - len(bare)] + bare[1:].lstrip()
        at = 0
        while depth < _DEEPEST and (match := _QUOTE.match(text, at)):
            if line.role == "code" and depth >= self.quotes:
                break
            if not depth:
                lead = match[0][: match[0].index(">")]
            at = match.end()
            depth += 1
        text = text[at:].lstrip(SPACES + ">") if depth == _DEEPEST else text[at:]
        if depth < self.quotes and not depth and line.role != "code" and self._is_lazy(text):
            return text
        while self.quotes > depth:
            self._pop()
            self._blank(line)
        if depth > self.quotes:
            self._blank(line)
            self.quotations += 1
            while self.quotes < depth:
                self._push(_Frame(">", 0))
            callout = _CALLOUT.match(text)
            if callout:
                return self._callout(line, lead, callout)
        return lead + text if depth else text

    def _is_lazy(self, text: str) -> bool:
        """Whether a line without a mark goes on with the quotation above it."""
        plain = text.strip(SPACES)
        above = self.out[-1] if self.out else None
        if not plain or above is None or above.role != "" or not above.text.strip():
            return False
        if item_marker(text) or HEADING.match(text) or FENCE.match(plain):
            return False
        said = above.text.strip()
        return not said.startswith("|") and not said.endswith(("。", ".", ":", "："))

    def _callout(self, line: Line, lead: str, match: re.Match[str]) -> str:
        title = match[2].strip()
        if title:
            self.out.append(replace(line, text=" " * (self.shift + len(lead)) + title, role="lead"))
            self.frames[-1].shift = _STEP
            self.shift += _STEP
        return ""

    def _directive(self, line: Line, text: str, ends: bool) -> bool:
        """Read the start or end of a container with marks of its own; False for other lines."""
        if ":::" not in text:
            return False
        if _END.match(text):
            while any(frame.kind == ":" for frame in self.frames[-9:]):
                last = self.frames[-1].kind
                self._pop()
                if last == ":":
                    break
            self._blank(line)
            return True
        match = _DIRECTIVE.match(text)
        if match is None:
            return False
        if "." in match[2] and not match[3].strip():  # the name of what is documented here
            self._emit(line, match[1] + match[2])
            return True
        title = _directive_title(match[2], match[3])
        self._blank(line)
        if title:
            indent = " " * self.shift + match[1]
            self.out.append(replace(line, text=indent + title, role="lead"))
        if ends:
            self._push(_Frame(":", _STEP if title else 0))
        return True

    def _other(self, line: Line, text: str) -> None:
        if text.strip():
            indent = indent_of(text)
            while self.frames and self.frames[-1].kind == "!" and indent <= self.frames[-1].indent:
                self._pop()
            if self._admonition(line, text, indent) or _MACHINERY.match(text):
                return
        self._emit(line, text)

    def _admonition(self, line: Line, text: str, indent: int) -> bool:
        bare = text.lstrip()
        if not bare.startswith(("!!!", "???", "===")):
            return False
        match = _ADMONITION.match(text)
        tab = None if match else _TAB.match(text)
        if match is None and tab is None:
            return False
        title = (match[2] or "") if match else (tab[1] if tab else "")
        self._blank(line)
        if title.strip():
            self.out.append(
                replace(line, text=" " * (self.shift + indent) + title.strip(), role="lead")
            )
            self._push(_Frame("!", 0, indent))
        else:
            self._push(_Frame("!", -_STEP, indent))
        return True

    def _emit(self, line: Line, text: str) -> None:
        if not text.strip():
            if line.role == "code":
                self.out.append(line.saying(""))
            else:
                self._blank(line)
            return
        if self.shift > 0:
            text = " " * self.shift + text
        elif self.shift < 0:
            text = without_indent(text, -self.shift)
        if line.role != "code" and (self.shift or self.quotes or self._admonished()):
            bare = text.lstrip(SPACES)
            heading = HEADING.match(bare)
            if heading:
                said = bare[heading.end() :].strip(SPACES + "#").replace("**", "")
                text = f"{text[: len(text) - len(bare)]}**{said}**"
        quoted = self.quotes > 0
        if text != line.text or quoted:
            line = replace(
                line,
                text=text,
                quoted=quoted,
                block=line.block or (self.quotations if quoted else 0),
            )
        self.out.append(line)

    def _admonished(self) -> bool:
        return bool(self.frames) and self.frames[-1].kind == "!"


def _directive_title(kind: str, rest: str) -> str:
    rest = rest.strip()
    named = _TITLE.search(rest)
    if named:
        return named[1].strip()
    said = _ATTRIBUTES.sub("", rest).strip()
    if said.startswith("[") and said.endswith("]"):
        return said[1:-1].strip()
    # one word in small letters is a variant: `:::message alert`
    variant = said.isascii() and said.islower() and " " not in said
    return "" if variant or (kind.startswith("{") and not said) else said


def _ended(lines: Sequence[Line]) -> set[int]:
    """Indices of lines that open a container which is ended below."""
    found: set[int] = set()
    opened: list[int] = []
    for at, line in enumerate(lines):
        if line.role == "code" or ":::" not in line.text:
            continue
        bare = line.text.lstrip(SPACES + ">")
        if _END.match(bare):
            if opened:
                found.add(opened.pop())
        elif bare.startswith(":::"):
            opened.append(at)
    return found
