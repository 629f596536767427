"""Text as it is shown: without the marks of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LABEL = 60  # longest name of a bullet
_OPENS: dict[tuple[str, ...], re.Pattern[str]] = {
    marks: re.compile(f"(?:{'|'.join(map(re.escape, marks))})(?=\\S)")
    for marks in (("**", "__"), ("**", "__", "`"), ("**",))
}
_CLOSES = {mark: re.compile(rf"(?<=\S){re.escape(mark)}|\n") for mark in ("**", "__", "`")}


def plain(text: str) -> str:
    """A unit as it is shown: without the marks of bold type."""
    return without_pairs(text, ("**", "__"))


def without_pairs(text: str, marks: tuple[str, ...]) -> str:
    """A text without marks that stand in pairs about something in a line.

    >>> without_pairs("a **b** and __c__ but ** d", ("**", "__"))
    'a b and c but ** d'
    """
    parts: list[str] = []
    end = 0
    for start, after, mark in pairs(text, marks):
        parts += [text[end:start], text[start + len(mark) : after - len(mark)]]
        end = after
    return "".join([*parts, text[end:]])


def pairs(text: str, marks: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Start and end of each stretch between two marks of a line, marks included, outermost alone.

    Goes over no line more than once for a mark: where one is never closed, none after it is.
    """
    unclosed: dict[str, int] = {}  # up to where a mark is known not to be closed
    at = 0
    while opened := _OPENS[marks].search(text, at):
        mark, at = opened.group(), opened.end()
        if at < unclosed.get(mark, 0):
            continue
        closed = _CLOSES[mark].search(text, at + 1)
        if closed is None or closed.group() == "\n":
            unclosed[mark] = len(text) if closed is None else closed.start()
            at = opened.start() + 1
            continue
        yield opened.start(), closed.end(), mark
        at = closed.end()


def label(text: str) -> str:
    """What names a unit where it leads others: up to its colon, without brackets left open."""
    bare = plain(text)
    cut = re.split(r"：|:\s", bare)[0].strip(" \t　")
    if len(re.findall(r"[（(]", cut)) > len(re.findall(r"[）)]", cut)):
        cut = re.split(r"[（(](?=[^（(]*$)", cut)[0].strip(" \t　") or bare
    return cut if len(cut) <= _LABEL else cut[: _LABEL - 1] + "…"
