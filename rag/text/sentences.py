"""Where sentences end, in Japanese and in languages with spaces.

Brackets that close again within the text keep what they hold together, as in 「はい。」と言った。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PAIRS = {
    "「": "」",
    "『": "』",
    "（": "）",
    "【": "】",
    "〈": "〉",
    "《": "》",
    "“": "”",
    "(": ")",
}
_CLOSERS = "」』）】〉》”’\"')]"
_END = re.compile(
    rf"[。！？!?．][。！？!?．]*[{re.escape(_CLOSERS)}]*\s*|[.…]+[{re.escape(_CLOSERS)}]*\s+|\n+"
)
_ASCII_END = re.compile(r"[!?.]")
_NOT_AN_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|approx|Mr|Mrs|Ms|Dr|Prof|St|No|Fig|Sec|Eq|Vol|pp?|Inc|Ltd|Co|Corp"
    r"|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Za-z]|\b[A-Z]\.[A-Z])\.\s*$"
)
_LONGEST_BRACKET = 200
_DEEPEST = 8
_MARKS = frozenset("。！？!?．.…")
_BRACKETS = re.compile(rf"[\n{re.escape(''.join(_PAIRS) + ''.join(_PAIRS.values()))}]")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end) offsets; space around them is left out.

    A line end is a sentence end. The spans are in order and cover all but white space.
    """
    spans: list[tuple[int, int]] = []
    start = at = 0
    shut = _brackets(text)
    while match := _END.search(text, at):
        end = match.end()
        if match.start() in shut:  # within brackets: on after they close
            at = max(shut[match.start()], match.start() + 1)
            continue
        at = end
        if _ends(text, start, match):
            _add(spans, text, start, end)
            start = end
    _add(spans, text, start, len(text))
    return spans


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match[0][0]
    if mark == "\n":
        return True
    if not _ASCII_END.match(mark):
        return mark != "…" or match.end() == len(text)
    following = text[match.end() : match.end() + 1]
    if not match[0][-1].isspace() and following and following.isascii():
        return False  # `example.com?q=`, `v1.2`, `Yahoo!JAPAN`
    if mark == "." and _NOT_AN_END.search(text[start : match.end()]):
        return False
    return not following.islower()


def _brackets(text: str) -> dict[int, int]:
    """For each end mark inside brackets, the place where the outermost of them closes."""
    inside: dict[int, int] = {}
    spans = sorted(_pairs(text))
    done = -1
    for first, last in spans:
        if last <= done:
            continue
        for place in range(max(first, done + 1), last):
            if text[place] in _MARKS:
                inside[place] = last
        done = last
    return inside


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Brackets that close again within their line and a bound: where they open and close."""
    opened: list[tuple[str, int]] = []
    for match in _BRACKETS.finditer(text):
        char, place = match[0], match.start()
        if char == "\n":
            opened.clear()
        elif char in _PAIRS:
            opened.append((_PAIRS[char], place))
        else:
            near = range(1, min(len(opened), _DEEPEST) + 1)
            depth = next((back for back in near if opened[-back][0] == char), 0)
            if depth:
                first = opened[-depth][1]
                del opened[-depth:]
                if place - first <= _LONGEST_BRACKET:
                    yield first, place


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
