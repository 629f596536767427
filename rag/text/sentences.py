"""Where sentences end, in Japanese and in languages with spaces.

Brackets that close again within the text keep what they hold together, as in 「はい。」と言った; so
do code spans and addresses. This is the only place that knows ends of sentences.
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
    "〔": "〕",
    "［": "］",
    "“": "”",
    "(": ")",
    "[": "]",
}
_CLOSERS = "」』）】〉》”’\"')]*_"
_END = re.compile(
    rf"[。！？!?．][。！？!?．]*[{re.escape(_CLOSERS)}]*\s*|[.…]+[{re.escape(_CLOSERS)}]*\s+|\n+"
)
_ASCII_END = re.compile(r"[!?.]")
_NOT_AN_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|approx|resp|incl|excl|Mr|Mrs|Ms|Dr|Prof|St|Nos?|Figs?|Sec|Eq|Ch|Vols?|vers?|pp?"
    r"|Inc|Ltd|Co|Corp|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun"
    r"|al|ca|ext|tel|bzw|ca|usw|max|min|est|dept)|(?<![\w+#/-])[A-Za-z]|\b[A-Z]\.[A-Z])\.\s*$|(?:^|\n)\s*(?:[QA]\d{0,3}|\d{1,3})\.\s*$"
)
_LONGEST_BRACKET = 200
_LONGEST_SPAN = 400
_DEEPEST = 8
_MARKS = frozenset("。！？!?．.…")
_BRACKETS = re.compile(rf"[\n{re.escape(''.join(_PAIRS) + ''.join(_PAIRS.values()))}]")
_WHOLE = re.compile(
    rf"(`+)(?!`)[^\n]{{1,{_LONGEST_SPAN}}}?(?<!`)\1(?!`)"
    r"|(?P<quoted>(?<![\w\"])\"(?=\S)[^\"\n]{1,200}(?<=\S)\"(?!\w))"
    r"|(?:https?://|www\.|mailto:)[^\s<>\"'「」（）、。]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
)
_SPAN_END = re.compile(r"[.?!,;:]+$")


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


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in sentence_spans(text)]


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match[0][0]
    if mark == "\n":
        return True
    following = text[match.end() : match.end() + 1]
    if mark in "！？" and following == "と":
        return False  # 本当か？と聞く
    if not _ASCII_END.match(mark):
        return mark != "…" or match.end() == len(text)
    if not match[0][-1].isspace() and following and following.isascii():
        return False  # `example.com?q=`, `v1.2`, `Yahoo!JAPAN`
    if mark == "." and _NOT_AN_END.search(text[max(start, match.start() - 24) : match.end()]):
        return False
    return not (following.islower() and following.isascii())


def _brackets(text: str) -> dict[int, int]:
    """For each end mark that ends nothing, the place from which to go on.

    Those are marks in brackets (on where the outermost of them closes), in code and in addresses.
    """
    inside: dict[int, int] = {}
    done = -1
    for first, last in sorted([*_pairs(text), *_wholes(text)]):
        if last <= done:
            continue
        for place in range(max(first, done + 1), last):
            if text[place] in _MARKS:
                inside[place] = last
        done = last
    return inside


def _wholes(text: str) -> Iterator[tuple[int, int]]:
    """Code spans and addresses; an address may end a sentence with its last mark."""
    if not any(mark in text for mark in ("`", "://", "www.", "@", '"')):
        return
    for match in _WHOLE.finditer(text):
        end = match.end()
        if match["quoted"]:
            end -= 2  # its last mark may end the sentence around it
        elif not match[1]:
            marks = _SPAN_END.search(match[0])
            end -= len(marks[0]) if marks else 0
        yield match.start(), end


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
