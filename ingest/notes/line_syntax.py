"""What a single line of a note starts with: white space, a heading, a list marker, a fence."""

from __future__ import annotations

import re

SPACES = " \t　\u00a0"
HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t　]|$)")
RULE = re.compile(r"(?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$")
FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})")
_ITEM = re.compile(
    r"(?:[-*+](?=[ \t　]|$)|\d{1,9}[.)](?=[ \t　]|$)|[・•◦‣▪●○◯▸▹►➤✓✔☐☑✅](?=\S|[ \t　]|$)"
    r"|[①-⑳㉑-㉟❶-❿⑴-⒇](?=\S|[ \t　]|$)|(?:\d{1,3}）|[（(]\d{1,3}[)）])(?=\S|[ \t　]|$))[ \t　]*"
)
TASK = re.compile(r"\[[ xX/-]\](?=[ \t　]|$)[ \t　]*")
LABEL_MARKS = frozenset("■◆◇□▼▽★☆▲△")
_LABEL = re.compile(
    r"[ \t　]*(?:(?P<mark>[■◆◇□▼▽★☆▲△])[ \t　]*(?P<said>[^。\n]{1,80})"
    r"|(?P<bracket>[【［〔〈《≪])(?P<inner>[^【】［］〔〕〈〉《》≪≫\n]{1,60})[】］〕〉》≫])"
    r"[ \t　]*[:：]?[ \t　]*$"
)
_BOLD = re.compile(
    r"[ \t　]*(\*\*|__)(?=\S)((?:(?!\1).){1,120}?)(?<=\S)\1[ \t]*([:：]?)[ \t　]*\\?$"
)
QUESTION = re.compile(
    r"[ \t　]*(?:\*\*|__)?[ \t]*(?:Q(?:uestion)?[ \t]?\d{0,3}|Ｑ\d{0,3}|質問\d{0,3}|問\d{1,3})"
    r"(?:\*\*|__)?[ \t　]*[.:．：、)）][ \t　]*\S",
    re.IGNORECASE,
)
ANSWER = re.compile(
    r"[ \t　]*(?:\*\*|__)?[ \t]*(?:A(?:nswer)?[ \t]?\d{0,3}|Ａ\d{0,3}|回答\d{0,3}|答え?\d{0,3})"
    r"(?:\*\*|__)?[ \t　]*[.:．：、)）](?:\*\*|__)?(?=\S|[ \t　]|$)",
    re.IGNORECASE,
)
_TAB = 4


def indent_of(line: str) -> int:
    """The columns a line is indented by: a tab goes to the next multiple of 4, 　 counts 2."""
    margin = line[: len(line) - len(line.lstrip(SPACES))]
    return len(margin.replace("　", "  ").expandtabs(_TAB))


def without_indent(line: str, columns: int) -> str:
    """The line without its first `columns` columns of white space."""
    reached = 0
    for position, character in enumerate(line):
        if reached >= columns or character not in SPACES:
            return line[position:]
        reached = _after(reached, character)
    return ""


def _after(columns: int, character: str) -> int:
    if character == "\t":
        return columns + _TAB - columns % _TAB
    return columns + (2 if character == "　" else 1)


def item_marker(line: str) -> str:
    """The list marker that a line starts with after its indentation, with its space, or ''."""
    stripped = line.lstrip(SPACES)
    if RULE.match(stripped):
        return ""
    match = _ITEM.match(stripped)
    return match.group() if match else ""


def without_closing(label: str) -> str:
    """A heading's text without the `#` that may close it."""
    bare = label.rstrip("#")
    return bare.rstrip(SPACES) if bare[-1:] in ("", *SPACES) else label


def label_of(line: str) -> tuple[str, str]:
    """The mark and the words of a line that names what is below it; two empty texts otherwise.

    `■ Things to bring`, `【場所】` and a line that is wholly in bold type are such lines.
    """
    bold = _BOLD.match(line) if "**" in line or "__" in line else None
    if bold:
        said = bold[2].rstrip()
        if said[-1:] in "。.!！、," and not said.endswith("..."):
            return "", ""
        return bold[1], said + bold[3]
    match = _LABEL.match(line)
    if match is None:
        return "", ""
    return match["mark"] or match["bracket"], (match["said"] or match["inner"]).strip()
