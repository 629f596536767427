"""Repairs of what PDFs give as text."""

from __future__ import annotations

import re
import unicodedata

# Radicals that fonts of Japanese PDFs put for the ideographs they look like. Those of the Kangxi
# block have NFKC forms; most of the supplement's have none, only an equivalent ideograph (Unicode
# Character Database, EquivalentUnifiedIdeograph.txt).
_SUPPLEMENT = {
    "⺃": "乚", "⺅": "亻", "⺊": "卜", "⺋": "㔾", "⺎": "兀", "⺏": "尣", "⺗": "㣺", "⺙": "攵",
    "⺛": "旡", "⺝": "月", "⺟": "母", "⺠": "民", "⺡": "氵", "⺢": "氺", "⺣": "灬", "⺤": "爫",
    "⺦": "丬", "⺨": "犭", "⺫": "罒", "⺭": "礻", "⺮": "竹", "⺹": "耂", "⺾": "艹", "⻁": "虎",
    "⻂": "衤", "⻄": "西", "⻆": "角", "⻉": "贝", "⻌": "辶", "⻏": "阝", "⻑": "長", "⻒": "镸",
    "⻖": "阝", "⻗": "雨", "⻘": "青", "⻝": "食", "⻟": "飠", "⻢": "马", "⻣": "骨", "⻤": "鬼",
    "⻨": "麦", "⻩": "黄", "⻫": "斉", "⻭": "歯", "⻯": "竜", "⻲": "亀", "⻳": "龟",
}  # fmt: skip
_RADICAL = re.compile(r"[\u2f00-\u2fd5\u2e80-\u2ef3\ufb00-\ufb06]")
_HYPHENATED = re.compile(r"[\x02\ufffe\u00ad]\s*$")
_JUNK = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\u00ad\u200b\ufeff]")
HYPHEN = "\u2010"


def clean(text: str) -> str:
    """A line without control characters, with ideographs for radicals and letters for ligatures.

    A word that goes on in the next line ends with U+2010.
    """
    text = _HYPHENATED.sub(HYPHEN, text)
    text = _JUNK.sub("", text)
    text = _RADICAL.sub(_ideograph, text)
    text = re.sub(r"[^\S\n]+", " ", text).strip()
    return re.sub(r"(?<=[。、]) (?=[\u3000-\u9fff])", "", text)


def _ideograph(match: re.Match[str]) -> str:
    char = match[0]
    return _SUPPLEMENT.get(char) or unicodedata.normalize("NFKC", char)


def is_garbled(text: str) -> bool:
    """Whether a text is glyph numbers rather than characters: its fonts have no mapping."""
    letters = [char for char in text if not char.isspace()]
    odd = sum(
        char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc", "Cs")
        for char in letters
    )
    return odd > 0.1 * len(letters)
