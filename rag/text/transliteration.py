"""Whether a katakana word and a Latin one may be the same name (テラフォーム, Terraform).

Both are reduced to the classes of their consonants, in the manner of Soundex (Russell 1918): vowels
go, and so does an r that Japanese does not voice. Only like skeletons of some length count, so a
name is rarely taken for another one.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SHORT = 3  # a skeleton of so few consonants tells little: the word must begin alike, too
KATAKANA = re.compile(r"[ァ-ヺー]{2,}(?:・[ァ-ヺー]{2,})*")

_ROWS = {
    "K": "カキクケコガギグゲゴヵヶ",
    "S": "サシスセソザジズゼゾ",
    "T": "タチツテトダヂヅデド",
    "N": "ナニヌネノマミムメモン",
    "P": "ハヒフヘホバビブベボパピプペポヴ",
    "R": "ラリルレロ",
}
_KANA = {char: row for row, chars in _ROWS.items() for char in chars}
_LATIN = (
    (re.compile(r"([bcdfghjklmnpqrstvwxyz])\1+"), r"\1"),
    (re.compile(r"tion|sion|cean"), "sn"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"gh(?=t|$)|(?<=[aeiou])h|h(?=[^aeiouy])|(?<=w)h"), ""),
    (re.compile(r"ph"), "p"),
    (re.compile(r"tch|ch"), "t"),
    (re.compile(r"sh|th"), "s"),
    (re.compile(r"ck"), "k"),
    (re.compile(r"c(?=[eiy])|g(?=[eiy])|j"), "s"),
    (re.compile(r"r(?=[bcdfgklmnpqstvz])|r$|(?<=[aeiou])re$"), ""),
)
_CLASSES = str.maketrans(
    dict.fromkeys("kcqg", "K")
    | dict.fromkeys("sz", "S")
    | dict.fromkeys("td", "T")
    | dict.fromkeys("nm", "N")
    | dict.fromkeys("pbvf", "P")
    | dict.fromkeys("rl", "R")
)


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """The consonant classes of a katakana or Latin word: クラウド and cloud are both KRT."""
    if KATAKANA.search(word):
        return "".join(_KANA.get(char, "") for char in word)
    plain = re.sub(r"[^a-z]", "", word.lower())
    for pattern, replacement in _LATIN:
        plain = pattern.sub(replacement, plain)
    plain = re.sub(r"^h", "p", plain)
    return re.sub(r"[^KSTNPR]", "", plain.translate(_CLASSES))


def sounds_like(one: str, other: str) -> bool:
    """Whether two words of different scripts may be one name.

    Skeletons must be the same and not too short; in long ones one consonant may differ. An acronym
    is spelt, not sounded, so it is like no other word.
    """
    if (one.isupper() and one.isascii()) or (other.isupper() and other.isascii()):
        return False
    return any(
        _alike(a, b) and (len(a) > _SHORT or _opening(one) == _opening(other))
        for a in _skeletons(one)
        for b in _skeletons(other)
    )


def sounds_within(word: str, compound: str) -> bool:
    """Whether a Latin word sounds like the first part of a katakana compound."""
    part, whole = skeleton(word), skeleton(compound)
    return len(part) > _SHORT and whole.startswith(part) and len(whole) >= len(part) + _SHORT


def _opening(word: str) -> str:
    """How a word begins: a vowel, m or another consonant (モデル is not Intel)."""
    first = word[0].lower()
    if first in "aeiouアイウエオ":
        return "vowel"
    return "m" if first in "mマミムメモ" else "consonant"


def _skeletons(word: str) -> set[str]:
    """The skeleton, and those of the singular, of a th written as t and a ch as s (キャッシュ)."""
    lower = word.lower()
    singular = lower[:-1] if lower.isascii() and len(lower) > 4 and lower.endswith("s") else lower
    others = (lower.replace("th", "t"), lower.replace("ch", "s"))
    return {skeleton(word), skeleton(singular), *map(skeleton, others)}


def _alike(a: str, b: str) -> bool:
    if len(a) < 3 or len(b) < 3:
        return False
    return a == b or (min(len(a), len(b)) >= 7 and abs(len(a) - len(b)) <= 1 and _one_edit(a, b))


def _one_edit(a: str, b: str) -> bool:
    """Whether one insertion, deletion or change turns a into b."""
    prefix = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    rest_a, rest_b = a[prefix:], b[prefix:]
    return rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:]
