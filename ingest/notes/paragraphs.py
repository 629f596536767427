"""Wrapped lines as the sentences they hold, each with its lines.

A line end within a sentence is a space, or nothing between Japanese characters. Whether a line end
was meant (a list without marks, an address, `key: value`) or only wraps is told by what stands
around it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.notes.inline import References, Rendered, rendered, squeezed
from ingest.notes.line_syntax import SPACES
from ingest.notes.lines import Line
from rag.text.sentences import sentence_spans

LONGEST = 1800  # characters of a segment
_MARKS = 50  # characters that may belong to one
_SHORT = 45  # columns: nobody wraps lines so early
_WIDE = re.compile(r"[⺀-〿぀-ヿ㇀-㋿㐀-䶿一-鿿豈-﫿＀-￯]")
_END = re.compile(r"[.!?。．！？…:：][\"'”’」』）)\]*_`]*$")
_PROSE_END = re.compile(r"[。．.!?！？][\"'”’」』）)\]*_`]*$")
_GOES_ON = re.compile(
    r"[,、，;；・（(「『\[&+/-]$|(?:^|\s)(?:and|or|the|a|an|of|to|in|for|with|by|und|et|de)$|[をにのはがへとやも]$"
)
_KEYED = re.compile(r"[*_]{0,2}[^\s:：。、.,][^:：。、.]{0,24}?[*_]{0,2}(?::[*_]{0,2}(?=\s)|：)")
_ANNOTATION = re.compile(r"[※＊†→⇒]|\*\d")
_TAIL = 24  # characters that tell how a line ends
_ID = re.compile(r"(?:^|\s)\^[A-Za-z0-9-]{2,40}$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is read, with its first and last line and the footnotes it refers to."""

    text: str
    start: int
    end: int
    linked: bool = False
    footnotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines joined: `read` is all of it, `sentences` its parts."""

    read: Rendered
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """All of it on one line."""
        return squeezed(self.read.text)


def paragraph(lines: Sequence[tuple[str, Line]], references: References) -> Paragraph:
    """Join the lines of a paragraph (each its text, and where it stands) and read them."""
    joined, starts = _joined(lines)
    read = rendered(joined, references)
    found: list[Sentence] = []
    notes = list(read.footnotes)
    spans = sentence_spans(read.text)
    for number, (start, end) in enumerate(spans):
        following = spans[number + 1][0] if number + 1 < len(spans) else len(read.text) + 1
        mine = tuple(
            name for place, name in notes if start < place <= following - 1 or place == end
        )
        first = _line_at(read.origin(start), starts)
        last = _line_at(read.origin(end - 1), starts)
        for said in bounded(read.text[start:end]):
            text = squeezed(said)
            if text:
                found.append(
                    Sentence(text, lines[first][1].start, lines[last][1].end, read.linked, mine)
                )
    return Paragraph(read, tuple(found))


def bounded(text: str) -> list[str]:
    """A text in parts of at most `LONGEST` characters, cut at spaces where there are any."""
    if len(text) <= LONGEST:
        return [text]
    parts: list[str] = []
    start = 0
    while len(text) - start > LONGEST:
        end = start + LONGEST
        space = max(
            text.rfind(" ", start + LONGEST // 2, end), text.rfind("、", start + LONGEST // 2, end)
        )
        end = space + 1 if space > start else end
        most = min(len(text), end + _MARKS)
        while end < most and _continues(text[end]):
            end += 1
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


def _continues(character: str) -> bool:
    """Whether a character is a part of the one before it."""
    return bool(unicodedata.combining(character)) or character in "ﾞﾟ\u200d\ufe0f"


def _line_at(offset: int, starts: Sequence[int]) -> int:
    return max(0, bisect_right(starts, offset) - 1)


def _joined(lines: Sequence[tuple[str, Line]]) -> tuple[str, list[int]]:
    """The lines as one text, and the offset at which each begins in it."""
    bodies = [_without_id(text.strip(SPACES)) for text, _ in lines]
    hard = [text.endswith(("  ", "\\")) for text, _ in lines]
    widths = [_width(body) for body in bodies]
    widest = max(widths, default=0)
    prose = any(_PROSE_END.search(body[-_TAIL:]) for body in bodies)
    listed = len(bodies) > 2 and not prose and widest < _SHORT  # a list without marks
    text = ""
    parts: list[str] = []
    starts: list[int] = []
    size = 0
    for at, body in enumerate(bodies):
        if hard[at] and body.endswith("\\"):
            body = body[:-1].rstrip()
        if at:
            meant = listed or _is_meant(text, body, hard[at - 1], widths[at - 1], widest, prose)
            glue = "\n" if meant else _glue(text, body)
            parts.append(glue)
            size += len(glue)
        starts.append(size)
        parts.append(body)
        size += len(body)
        text = body or text
    return "".join(parts), starts


def _without_id(text: str) -> str:
    """A line without the id by which other notes refer to it."""
    return _ID.sub("", text) if "^" in text else text


def _width(text: str) -> int:
    return len(text) + len(_WIDE.findall(text)) if not text.isascii() else len(text)


def _is_meant(before: str, after: str, hard: bool, width: int, widest: int, prose: bool) -> bool:
    """Whether a line end between two lines was meant rather than wraps a sentence."""
    if not before or not after:
        return True
    keyed, before = bool(_KEYED.match(before)), before[-_TAIL:]
    if _ANNOTATION.match(after):
        return True
    if _GOES_ON.search(before) or (after[0].isascii() and after[0].islower() and not hard):
        return False
    if hard:
        return not (after[0].isascii() and after[0].islower())
    if _KEYED.match(after) and (keyed or _END.search(before) or width < 50):
        return True
    if _END.search(before):
        return before[-1] in ":：" and width < widest * 0.7
    if prose:
        return False
    return width < 50 or width < widest * 0.75


def _glue(before: str, after: str) -> str:
    left, right = before[-1], after[0]
    if left == "-" and len(before) > 1 and before[-2].isalpha() and right.islower():
        return ""
    wide = (bool(_WIDE.match(left)), bool(_WIDE.match(right)))
    if all(wide) or (
        any(wide) and (left in "、。，．・：；（「『【" or right in "、。，．・：；）」』】")
    ):
        return ""
    return " "
