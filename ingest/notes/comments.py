"""What a reader of a note never sees: comments of every dialect, embedded data, placeholders.

It is taken out before anything else is read, in one pass; code is left as it is. What a comment
leaves empty is no line any more; where no end is found, the mark alone is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.notes.lines import Line

_DATA = re.compile(r"\bdata:[a-zA-Z]+/[\w.+-]+(?:;[\w=.+-]+)*,[^\s\"'()<>]*")
# what opens something that is no text, and what closes it
_CLOSERS = {
    "<!--": "-->",
    "{/*": "*/}",
    "{{/*": "*/}}",
    "{{<!--": "-->}}",
    "<%": "%>",
    "<script": "</script>",
    "<style": "</style>",
    ":LOGBOOK:": ":END:",
    "#+BEGIN_COMMENT": "#+END_COMMENT",
}
_OPEN = re.compile(
    r"(?=[`\\%{<:#])(?:(?P<ticks>`+)|(?P<escape>\\[<{%`])"
    r"|(?P<percent>%%)"
    r"|(?P<liquid>\{%-?\s*(?P<word>comment|raw_comment)\b[^%\n]*%\})"
    r"|(?P<mark><!--|\{\{/\*|\{/\*|<%|<(?:script|style)(?=[\s>])|:LOGBOOK:|\#\+BEGIN_COMMENT))",
    re.IGNORECASE,
)
_LIQUID_END = re.compile(r"\{%-?\s*endcomment\s*-?%\}", re.IGNORECASE)
_LINE_COMMENT = re.compile(
    r"[ \t>]*\[(?://|comment|_|)\]:[ \t]*(?:#|<>)?[ \t]*(?:\([^\n]*\)|\"[^\n]*\"|'[^\n]*'|[^\n]*)$",
    re.IGNORECASE,
)


def without_comments(lines: Sequence[Line]) -> list[Line]:
    """The lines without what is no text; those that are empty by it are left out."""
    texts = [
        line.text
        if line.role == "code" or "data:" not in line.text
        else _DATA.sub("data:,", line.text)
        for line in lines
    ]
    starts = _starts(texts)
    codes = [
        (start, start + len(line.text) + 1)
        for line, start in zip(lines, starts, strict=True)
        if line.role == "code"
    ]
    gone = _Scan("\n".join(texts), codes).stretches()
    return _rest(lines, texts, starts, gone)


def _starts(texts: Sequence[str]) -> list[int]:
    starts: list[int] = []
    at = 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    return starts


def _rest(
    lines: Sequence[Line],
    texts: Sequence[str],
    starts: Sequence[int],
    gone: list[tuple[int, int]],
) -> list[Line]:
    """The lines with the stretches cut out."""
    kept: list[Line] = []
    number = 0
    for line, text, start in zip(lines, texts, starts, strict=True):
        end = start + len(text)
        while number < len(gone) and gone[number][1] <= start:
            number += 1
        left, at, here = "", start, number
        while here < len(gone) and gone[here][0] < max(end, start + 1) and gone[here][1] > start:
            left += text[max(0, at - start) : max(0, gone[here][0] - start)]
            at = max(at, gone[here][1])
            here += 1
        touched = here > number
        left = left + text[max(0, at - start) :] if touched else text
        if touched and not left.strip():
            continue
        if line.role != "code" and _LINE_COMMENT.match(left):
            continue
        kept.append(line if left == line.text else line.saying(left.rstrip() if touched else left))
    return kept


@dataclass(slots=True)
class _Scan:
    """Finds what is no text; each closing mark is looked for once when there is none."""

    text: str
    fences: list[tuple[int, int]]

    def stretches(self) -> list[tuple[int, int]]:
        """Offsets of what is no text, in order and apart."""
        found: list[tuple[int, int]] = []
        missing: set[str] = set()
        spans = _Spans(self.text)
        fence = at = 0
        while match := _OPEN.search(self.text, at):
            while fence < len(self.fences) and self.fences[fence][1] <= match.start():
                fence += 1
            if fence < len(self.fences) and self.fences[fence][0] <= match.start():
                at = max(self.fences[fence][1], match.end())
                continue
            if match["ticks"]:
                at = spans.end(match.start(), match.end())
            elif match["escape"]:
                at = match.end()
            else:
                end = self._end(match, missing)
                if end is None:
                    end = match.end()
                    if match["mark"] != "<!--":  # others are words of their own right
                        at = end
                        continue
                found.append((match.start(), end))
                at = end
        return found

    def _end(self, match: re.Match[str], missing: set[str]) -> int | None:
        """The offset after what closes the comment that a match opens; None where nothing does."""
        if match["percent"]:
            return self._percent(match, missing)
        if match["liquid"]:
            if "liquid" in missing:
                return None
            close = _LIQUID_END.search(self.text, match.end())
            if close is None:
                missing.add("liquid")
            return close.end() if close else None
        mark = match["mark"]
        closer = next(v for k, v in _CLOSERS.items() if k.lower() == mark.lower())
        if closer in missing:
            return None
        end = self.text.find(closer, match.end())
        if end < 0 and closer.lower() != closer.upper():
            end = self.text.find(closer.lower(), match.end())
        if end < 0:
            missing.add(closer)
            return None
        return end + len(closer)

    def _percent(self, match: re.Match[str], missing: set[str]) -> int | None:
        """A comment of Obsidian: within a line, or from one line's start to another line."""
        before = self.text[match.start() - 1 : match.start()]
        if before and not (before.isspace() or not before.isascii() or before in ".,;:!?)"):
            return None  # 50%%
        line_end = self.text.find("\n", match.end())
        line_end = len(self.text) if line_end < 0 else line_end
        same = self.text.find("%%", match.end(), line_end)
        if same >= 0:
            return same + 2
        if "%%" in missing:
            return None
        end = self.text.find("%%", match.end())
        if end < 0:
            missing.add("%%")
            return None
        return end + 2


class _Spans:
    """Code spans: each run of backticks ends at the next run of its length in the paragraph."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._later: dict[int, list[int]] = {}
        for run in reversed(list(re.finditer(r"`+", text))):
            self._later.setdefault(len(run[0]), []).append(run.start())

    def end(self, start: int, after: int) -> int:
        """The offset after the span that a run opens, or after the run where it opens none."""
        same = self._later[after - start]
        while same and same[-1] <= start:
            same.pop()
        if same and self._text.find("\n\n", after, same[-1]) < 0:
            return same[-1] + after - start
        return after
