"""Which words of a question a passage holds, in either language.

A word counts as heard as it stands, by the concept that it names (`memory`, メモリ) or by its sound
(`policy`, ポリシー). Between languages most words have no known counterpart; such a word says
less when it is missing than one that a text of its own language does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.text.concepts import concepts, telling
from rag.text.tokenization import fold, tokenize
from rag.text.transliteration import KATAKANA, skeleton

_SOUND = 3  # consonants that a word must have for its sound to tell it from others


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text holds: its terms, its concepts and the sounds of its names."""

    terms: frozenset[str]
    concepts: frozenset[int]
    sounds: frozenset[str]

    def holds(self, term: str, common: bool = True) -> bool:
        """Whether the text holds a term of a question, in any of the three ways.

        Args:
            term: as the tokenizer gives it.
            common: whether a concept that any text may hold counts.
        """
        named = concepts(term) if common else telling(concepts(term))
        return term in self.terms or bool(named & self.concepts) or _sound(term) in self.sounds


@lru_cache(maxsize=512)
def heard_in(text: str) -> Heard:
    """What a passage holds."""
    terms = frozenset(tokenize(text))
    words = {*terms, *KATAKANA.findall(fold(text))}
    sounds = frozenset(sound for word in words if (sound := _sound(word)))
    return Heard(terms, concepts(text), sounds)


def _sound(word: str) -> str:
    """A word's consonants, empty for one that has too few, or is in neither script."""
    if not (word.isascii() or KATAKANA.fullmatch(word)):
        return ""
    sound = skeleton(word)
    return sound if len(sound) >= _SOUND else ""
