"""What a question is about, in words that mean the same in both languages.

An English question and a Japanese passage share no words, and an embedding hardly tells `the
memory of X` from `the price of X`. So words that questions ask for are looked up in a small table
of concepts, each with its English and Japanese wordings. A concept of the question that no near
passage holds is a sign that the passage speaks of the right thing and says something else about it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rag.text.concept_table import COMMON, TELLING
from rag.text.tokenization import fold

_ENDING = "(?:e?s|e?d|ing)?"
_LAST_TELLING = TELLING.strip().count("\n")


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    """The wordings of each concept."""
    lines = f"{TELLING.strip()}\n{COMMON.strip()}".split("\n")
    return tuple(tuple(line.replace(" | ", ", ").split(", ")) for line in lines)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile("|".join(map(_pattern, row)), re.IGNORECASE) for row in _rows())


def _pattern(word: str) -> str:
    """A wording where it is a word by itself.

    English may be inflected; 階 is none in 段階, nor レビュー in プレビュー.
    """
    if word.isascii():
        return rf"(?<![A-Za-z0-9]){re.escape(word)}{_ENDING}(?![A-Za-z0-9])"
    if len(word) == 1:
        return rf"(?<![一-鿿]){word}(?![一-鿿])"
    return rf"(?<![ァ-ヺー]){word}" if "ァ" <= word[0] <= "ヺ" else re.escape(word)


@lru_cache(maxsize=1024)
def concepts(text: str) -> frozenset[int]:
    """The concepts that a text names, by their place in the table; common ones come last."""
    folded = fold(text)
    return frozenset(number for number, pattern in enumerate(_patterns()) if pattern.search(folded))


def telling(found: frozenset[int]) -> frozenset[int]:
    """Those of some concepts that a passage on the matter would name, the common ones left out."""
    return frozenset(number for number in found if number <= _LAST_TELLING)
