"""Text as it may be shown: nothing in it hides, and nothing turns what stands around it.

Notes, pages, questions and models can hold characters that nobody sees: some turn the direction of
what follows, so that it reads as something else; some spell out words that only a machine reads;
some draw over the lines above. They stay what they are in the index and in JSON; wherever a person
looks, they go through here.
"""

from __future__ import annotations

import re
import unicodedata

from rag.text.combining import few_marks

# Shown by their number: they change what is read, or hold what is not.
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u206a-\u206f"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_HIDDEN = (
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters without a shape
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U00013430-\U0001345f"
    "\ud800-\udfff\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    "\U000f0000-\U0010ffff"
)
# Left out: they only say where a line may break, or are signs of a font that is not here.
_LOOSE = "\u00ad\u034f\u180b-\u180f\u200b\u2060-\u2065\ue000-\uf8ff\ufeff\ufff0-\ufff8"
_JOINERS = "\u200c\u200d"
_VARIANTS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_LINES = "\x85\u2028\u2029"

_ODD = re.compile(f"[{_TURNING}{_CONTROLS}{_HIDDEN}{_LOOSE}{_JOINERS}{_VARIANTS}{_LINES}\r]")
_SHOWN = re.compile(f"[{_TURNING}{_CONTROLS}{_HIDDEN}]+")
_LEFT_OUT = re.compile(f"[{_LOOSE}]+")
_LINE_END = re.compile(f"\r\n?|[{_LINES}]")
_JOINED = re.compile(f"[{_JOINERS}{_VARIANTS}]+")


def visible(text: str) -> str:
    """The text with a mark (`⟨U+202E⟩`) in place of what hides or turns, and lines that end in \\n.

    A run of them is one mark, which tells the first and how many there are. What is invisible but
    harmless is left out; what joins letters or emoji stays where it does.
    """
    if _ODD.search(text):
        text = _LINE_END.sub("\n", text)
        text = _LEFT_OUT.sub("", text)
        text = _JOINED.sub(_joined, text)
        text = _SHOWN.sub(_mark, text)
    return few_marks(text)


def visible_line(text: str) -> str:
    """The same in one line, for titles, names and addresses."""
    return " ".join(visible(text).split())


def _mark(match: re.Match[str]) -> str:
    count = len(match[0])
    many = f" ×{count}" if count > 1 else ""
    return f"⟨U+{ord(match[0][0]):04X}{many}⟩"


def _joined(match: re.Match[str]) -> str:
    """What of joiners and variants is kept: one after a sign that can have it."""
    text, start, end = match.string, match.start(), match.end()
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    run = match[0]
    variant = run[0] if run[0] not in _JOINERS and _takes_variant(before, run[0]) else ""
    joiner = run[-1] if run[-1] in _JOINERS and _joins(before, after) else ""
    return variant + joiner


def _takes_variant(before: str, variant: str) -> bool:
    """Whether a sign comes in variants: ideographs, symbols, digits of keycaps."""
    if unicodedata.category(before) in {"So", "Sm", "Sk", "Po"} or before in "0123456789":
        return variant < "\U000e0100"
    return "\u3400" <= before <= "\u9fff" or "\uf900" <= before <= "\ufaff" or before > "\U00020000"


def _joins(before: str, after: str) -> bool:
    """Whether something is joined here: signs, or letters of scripts that are written joined."""
    symbols = {"So", "Sk"}
    if unicodedata.category(before) in symbols or before == "\ufe0f":
        return unicodedata.category(after) in symbols or after in "\u2640\u2642"
    return all(
        "\u0600" <= char < "\u2000" and unicodedata.category(char)[0] in "LM"
        for char in (before, after)
    )
