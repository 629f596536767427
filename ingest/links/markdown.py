"""Links in Markdown: where they stand, how they are written, what they point at.

A scanner of our own rather than a Markdown parser, because notes are not always Markdown: Notion
writes targets with spaces and parentheses, and Japanese text has URLs glued to it without a space.
Offsets are those of the text that was given. What a URL means (its canonical form, its kind) is
`ingest.links.canonical`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.links.bare_urls import BARE_START, bare_end
from ingest.links.code_spans import blank, without_code

LinkSyntax = Literal["inline", "reference", "autolink", "bare", "image"]

_MAX_TARGET = 4096  # no link is longer; bounds the scan for a missing parenthesis
_MAX_PARENTHESES = 32  # as in CommonMark
_MAX_LABEL = 999  # as in CommonMark

# `<URL:https://...>` is RFC 3986, appendix C
_AUTOLINK = re.compile(
    r"<(?:URL:[ \t]*+(?=https?:))?([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>", re.IGNORECASE
)
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_SECOND_LABEL = re.compile(r"\[((?:[^\[\]\\\n]|\\.){0,999})\]")
_ANGLE_TARGET = re.compile(r"<([^<>\n]*)>[^()\n]*\)")
_TITLE = re.compile(r"""(?<=\S)\s+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\))\s*$""")
_ENTITY = re.compile(r"&(?:amp|#38|#x26);", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_DEFINITION = re.compile(
    r"^[ \t>]*\[(?!\^)((?:[^\[\]\\\n]|\\.)+)\]:(?:[ \t]*\n)?[ \t]*(?:<([^<>\n]*)>|(\S+))"
    r"""(?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$""",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as written: `text[start:end]` is all of its Markdown.

    `url` is the target without escapes; `label` is what a reader sees (empty for a URL that stands
    for itself).
    """

    url: str
    label: str
    start: int
    end: int
    syntax: LinkSyntax


def find_links(markdown: str, references: Mapping[str, FoundLink] | None = None) -> list[FoundLink]:
    """All links of a text, in order; links in code, comments and definitions are not links.

    Args:
        markdown: A line, a block or a whole note.
        references: Definitions from `find_references`, for when `markdown` is only a part of the
            note; without it those in `markdown` itself.
    """
    text = without_code(markdown)
    definitions = _definitions(text)
    known = references if references is not None else {_key(d.label): d for d in definitions}
    text = blank(text, [(definition.start, definition.end) for definition in definitions])
    return list(_scan(text, markdown, 0, len(text), known))


def find_references(markdown: str) -> dict[str, FoundLink]:
    """The definitions (`[label]: url`) of a note, by normalised label; the first one counts."""
    found: dict[str, FoundLink] = {}
    for definition in _definitions(without_code(markdown)):
        found.setdefault(_key(definition.label), definition)
    return found


def _key(label: str) -> str:
    return " ".join(label.casefold().split())


def _definitions(text: str) -> list[FoundLink]:
    found = []
    for match in _DEFINITION.finditer(text):
        target = match[2] if match[2] is not None else match[3]
        label, url = match[1].strip(), _plain(target)
        if label and any(char in url for char in ":/.#"):  # not "[TODO]: later"
            found.append(FoundLink(url, label, match.start(), match.end(), "reference"))
    return found


def _plain(target: str) -> str:
    """A target without backslash escapes and with `&amp;` as `&`."""
    return _ENTITY.sub("&", _ESCAPE.sub(r"\1", target)).strip()


def _pairs(text: str, start: int, end: int) -> dict[int, int]:
    """Offsets of `[` with those of their `]`, within paragraphs, in one pass."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    at = start
    while at < end:
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "[":
            stack.append(at)
        elif char == "]" and stack:
            pairs[stack.pop()] = at
        elif char == "\n" and not text[at + 1 : at + 2].strip(" \t\r\n"):
            stack.clear()
        at += 1
    return pairs


def _scan(
    text: str, original: str, start: int, end: int, known: Mapping[str, FoundLink]
) -> Iterator[FoundLink]:
    pairs = _pairs(text, start, end)
    at = start
    while at < end:
        char = text[at]
        link: FoundLink | None = None
        if char == "\\" and at + 1 < end and text[at + 1] in "[]!<`\\":
            at += 2
            continue
        if char == "[" and at in pairs:
            link = _bracketed(text, original, at, pairs[at], end, known)
        elif char == "<" and (match := _AUTOLINK.match(text, at, end)):
            link = FoundLink(_plain(match[1]), "", at, match.end(), "autolink")
        elif char in "hHwW" and BARE_START.match(text, at, end):
            stop = bare_end(text, at, end)
            if stop > at:
                link = FoundLink(_ENTITY.sub("&", text[at:stop]), "", at, stop, "bare")
        if link is None:
            at += 1
            continue
        yield link
        if char == "[":  # an image inside a link: [![alt](image)](page)
            inner = _scan(text, original, at + 1, pairs[at], known)
            yield from (found for found in inner if found.syntax == "image")
        at = link.end


def _bracketed(
    text: str, original: str, at: int, close: int, end: int, known: Mapping[str, FoundLink]
) -> FoundLink | None:
    """The link whose `[` is at `at` and whose `]` is at `close`."""
    image = at > 0 and text[at - 1] == "!" and text[at - 2 : at - 1] != "\\"
    start = at - 1 if image else at
    label = original[at + 1 : close]
    if text[close + 1 : close + 2] == "(":
        target = _target(text, close + 2, end)
        if target is not None and target[0]:
            if text[at - 1 : at] == "@" and label == "youtube" and _VIDEO_ID.fullmatch(target[0]):
                video = f"https://www.youtube.com/watch?v={target[0]}"  # as Zenn embeds them
                return FoundLink(video, label, at - 1, target[1], "inline")
            return FoundLink(target[0], label, start, target[1], "image" if image else "inline")
    if not known or len(label) > _MAX_LABEL:
        return None
    stop, key = close + 1, _key(label)
    match = _SECOND_LABEL.match(text, close + 1, end)
    if match:
        stop, key = match.end(), _key(match[1]) or key
    if key not in known:
        return None
    return FoundLink(known[key].url, label, start, stop, "image" if image else "reference")


def _target(text: str, at: int, end: int) -> tuple[str, int] | None:
    """The target that starts after `](`, and the offset after its `)`; None when there is none."""
    end = min(end, at + _MAX_TARGET)
    while at < end and text[at] in " \t\n":
        at += 1
    if text[at : at + 1] == "<":
        match = _ANGLE_TARGET.match(text, at, end)
        return (_plain(match[1]), match.end()) if match else None
    depth, here, last = 0, at, -1
    while here < end and depth <= _MAX_PARENTHESES and text[here] != "\n":
        char = text[here]
        if char == "\\":
            here += 1
        elif char == "(":
            depth += 1
        elif char == ")":
            last = here
            if depth == 0:
                break
            depth -= 1
        here += 1
    if last < 0 or depth > _MAX_PARENTHESES:
        return None
    # Without a balanced end the last parenthesis closes the link: wiki/Name_(thing).
    written = text[at:last]
    return _plain(_TITLE.sub("", written)), last + 1
