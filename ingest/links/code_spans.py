"""Markdown with its code and comments blanked, so that nothing in them is taken for a link."""

from __future__ import annotations

import re

# possessive: a line of nothing but indentation is gone over once
_FENCE = re.compile(r"^[ \t]*+(?:(?:[-*+>]|\d++[.)])[ \t]*+)?(`{3,}+|~{3,}+)(.*)$")
_BACKTICKS = re.compile(r"`+")
_NOT_NEWLINE = re.compile(r"[^\n]")


def without_code(text: str) -> str:
    """The same text, of the same length and lines, with fences, code spans and comments blanked."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence:
            lines.append(" " * len(line))
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
            lines.append(" " * len(line))
        else:
            lines.append(line)
    return _without_comments(_without_spans("\n".join(lines)))


def blank(text: str, stretches: list[tuple[int, int]]) -> str:
    """The same text with stretches (start, end; in order, apart) as spaces; lines stay lines."""
    pieces: list[str] = []
    done = 0
    for start, end in stretches:
        pieces += [text[done:start], _NOT_NEWLINE.sub(" ", text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _without_spans(text: str) -> str:
    """Blank each run of backticks up to the next equal run in the same paragraph."""
    runs = list(_BACKTICKS.finditer(text))
    # Runs by length, last first: a run without a partner must not be searched for again and again.
    later: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        later.setdefault(len(runs[number][0]), []).append(number)
    stretches: list[tuple[int, int]] = []
    number = 0
    while number < len(runs):
        same = later[len(runs[number][0])]
        while same and same[-1] <= number:
            same.pop()
        if same and "\n\n" not in text[runs[number].end() : runs[same[-1]].start()]:
            stretches.append((runs[number].start(), runs[same[-1]].end()))
            number = same[-1]
        number += 1
    return blank(text, stretches)


def _without_comments(text: str) -> str:
    stretches: list[tuple[int, int]] = []
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        stretches.append((start, end + 3))
        start = text.find("<!--", end + 3)
    return blank(text, stretches)
