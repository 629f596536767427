"""Whether a quote stands word for word in its source, whatever markup and width it is written in.

Quotes are shown as written; only what is compared is folded: NFKC, look-alike characters, Markdown
marks and list markers, link targets, and all white space.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.text.combining import nfkc

# NFKC leaves these apart although people and tools mix them freely.
_FOLDS = str.maketrans(
    dict.fromkeys("〜～∼˜〰", "~")
    | dict.fromkeys("−－‐‑‒–—―﹣⁃─", "-")
    | dict.fromkeys("“”„‟〝〟″", '"')
    | dict.fromkeys("‘’‚‛′", "'")
    | {"髙": "高", "﨑": "崎", "𠮷": "吉", "栁": "柳", "濵": "浜", "德": "徳", "•": "・"}
)
_MARKS = r"\u0300-\u036f\u3099\u309a\uff9e\uff9f"  # what joins the character before it
_SPACE = r"[^\S\n]"  # notes are also indented by no-break and full-width spaces
# Possessive throughout: no line, however odd, is gone over twice.
_PLAIN = r"(?:[^()\n\\]++|\\[^\n])*+"
_NESTED = rf"(?:{_PLAIN}\({_PLAIN}\))*+{_PLAIN}"
_TARGET = rf"<[^<>\n]*+>{_PLAIN}\)|(?:{_PLAIN}\({_NESTED}\))*+{_PLAIN}\)"
_DROPPED = (
    rf"^{_SPACE}*+\|?(?:{_SPACE}*+:?-{{3,}}+:?{_SPACE}*+\|?)++{_SPACE}*+$"  # table, section rules
    rf"|^{_SPACE}*+(?:>[ \t]?)++"  # quotation marks of a block
    rf"|^{_SPACE}*+(?:(?:[-*+•]|\d{{1,9}}+[.)]){_SPACE}++)++(?:\[[ xX]\][ \t]++)?"  # list markers
    rf"|^{_SPACE}*+\#{{1,6}}+{_SPACE}++"  # headings
    rf"|\]\(\s*+(?:{_TARGET})"  # link targets, with their titles
    r"|!(?=\[)|~~|<br\s*/?>"
    r"|\\(?=[!-/:-@\[-`{-~])"  # Markdown's escapes
    r"|\n|\](?=\()"  # a bracket before a link target must not be swallowed with marks before it
    r"|(?:[^\S\n]|\](?!\()|[*`_\[|\u200b-\u200f\u2060\ufeff\u00ad\ufe00-\ufe0f\U000e0100-\U000e01ef])+"
)
# Runs that NFKC leaves as they are go through as they are, which keeps long sources fast.
_SAME = rf"[A-Za-z0-9ぁ-ゖァ-ヺー一-鿿、。「」]+(?![{_MARKS}])"
_PIECE = re.compile(rf"(?P<drop>{_DROPPED})|(?P<same>{_SAME})|.[{_MARKS}]*", re.M | re.S)
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A text folded for matching; `offsets[i]` is where its character i stands in the original."""

    text: str
    offsets: array[int]


@lru_cache(maxsize=64)
def folded(text: str) -> Folded:
    """Fold a text for matching and remember where each character came from."""
    parts: list[str] = []
    offsets = array("L")
    for piece in _PIECE.finditer(text):
        if piece.lastgroup == "drop":
            continue
        raw = piece.group()
        if piece.lastgroup == "same":
            parts.append(raw.translate(_FOLDS))
            offsets.extend(range(piece.start(), piece.end()))
            continue
        plain = nfkc(raw.translate(_FOLDS)).translate(_FOLDS)
        plain = "".join(plain.split())
        parts.append(plain)
        offsets.extend([piece.start()] * len(plain))
    return Folded("".join(parts), offsets)


def normalise(text: str) -> str:
    """The text as it is compared: folded, without markup, link targets and white space."""
    return folded(text).text


def quote_stands(quote: str, source_text: str) -> bool:
    """Whether the quote stands in the source, not only as a piece of a longer word or number."""
    return next(_places(quote, source_text), None) is not None


def words_stand(quote: str, source_text: str) -> bool:
    """Whether all words of a quote stand in the source in their order, whatever is between them.

    For text that was read out of markup whose marks stand between and within its words.
    """
    source = nfkc(source_text.translate(_FOLDS))
    place = 0
    for word in re.findall(r"\w+", nfkc(quote.translate(_FOLDS))):
        place = source.find(word, place)
        if place < 0:
            return False
        place += len(word)
    return True


def locate_quote(quote: str, source_text: str) -> tuple[int, int] | None:
    """First and last line (from 1, both included) of the quote's first place, None if nowhere."""
    span = locate_span(quote, source_text)
    if span is None:
        return None
    start, end = span
    first = source_text.count("\n", 0, start) + 1
    return first, first + source_text.count("\n", start, end)


def locate_span(quote: str, source_text: str) -> tuple[int, int] | None:
    """Start and end (exclusive) in the source of the quote's first place, None if nowhere."""
    where = next(_places(quote, source_text), None)
    if where is None:
        return None
    offsets = folded(source_text).offsets
    return offsets[where[0]], offsets[where[1] - 1] + 1


def _places(quote: str, source_text: str) -> Iterator[tuple[int, int]]:
    needle, source = normalise(quote), folded(source_text)
    if not needle:
        return
    start = source.text.find(needle)
    while start >= 0:
        end = start + len(needle)
        if not (_cuts_word(source, source_text, start) or _cuts_word(source, source_text, end)):
            yield start, end
        start = source.text.find(needle, start + 1)


def _cuts_word(source: Folded, original: str, place: int) -> bool:
    """Whether `place` (between two folded characters) is inside an ASCII word or a number."""
    if not 0 < place < len(source.text):
        return False
    before, after = source.text[place - 1], source.text[place]
    left, right = source.offsets[place - 1], source.offsets[place]
    if any(char.isspace() for char in original[left + 1 : right]):
        return False
    if _ASCII_WORD.match(before) and _ASCII_WORD.match(after):
        return True
    # 1,000 and 3.5 are one number: neither "1" nor "000" is a quote of it
    if before in ".," and after.isdigit():
        return place > 1 and source.text[place - 2].isdigit()
    return before.isdigit() and after in ".," and source.text[place + 1 : place + 2].isdigit()
