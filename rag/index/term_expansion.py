"""A question's words as the corpus writes them: in the other script, by initials, misspelt.

Japanese technical prose writes half of its English in katakana, so `balancer` and バランサー are
one word to a reader and two to an index. What stands for a word of the question is looked for among
the words of the corpus alone: nothing is invented, and no dictionary is needed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from rag.text.tokenization import fold, tokenize
from rag.text.transliteration import KATAKANA, skeleton

# Least likeness of two spellings of one sound, 0..100, by its consonants; the more of them agree,
# the less can be chance. `kind` and キーノート reach 60 with three.
_ALIKE = {2: 75.0, 3: 62.0}
_ALIKE_LONG = 52.0
_MISSPELT = 82.0
_SHORTEST_MISSPELT = 5
_LONGEST_INITIALS = 4
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_PLAIN = re.compile(r"[a-z]{3,}")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = frozenset("aiueoyアイウエオヤユヨ")
_ROMAJI: Mapping[str, str] = {
    char: consonant + vowel
    for consonant, row in (
        *(("", "アイウエオ"), ("k", "カキクケコ"), ("g", "ガギグゲゴ"), ("s", "サシスセソ")),
        *(("z", "ザジズゼゾ"), ("t", "タチツテト"), ("d", "ダヂヅデド"), ("n", "ナニヌネノ")),
        *(("h", "ハヒフヘホ"), ("b", "バビブベボ"), ("p", "パピプペポ"), ("m", "マミムメモ")),
        ("r", "ラリルレロ"),
    )
    for char, vowel in zip(row, "aiueo", strict=True)
} | dict(zip("ヤユヨワヲンヴ", ("ya", "yu", "yo", "wa", "o", "n", "bu"), strict=True))
_SMALL: Mapping[str, str] = dict(zip("ァィゥェォャュョ", "aiueoauo", strict=True))
# One letter for what Japanese hears as one sound.
_HEARD = str.maketrans({"l": "r", "c": "k", "q": "k", "v": "b", "f": "h", "j": "z"})


@dataclass(frozen=True, slots=True)
class Expansion:
    """What may stand for a question's words.

    `terms` maps a term of the question to words of the corpus that may be it; `phrases` are further
    words, each for several of the question (cloud watch: cloudwatch) or a run of katakana.
    """

    terms: Mapping[str, tuple[str, ...]]
    phrases: tuple[str, ...]


class Expander:
    """Finds words of a vocabulary that may be those of a question; immutable, thread-safe."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        """Read the vocabulary: folded and in lower case, as `tokenize` gives it."""
        self._words = frozenset(vocabulary)
        self._kana: dict[str, list[str]] = {}
        self._latin: dict[str, list[str]] = {}
        self._by_initial: dict[str, list[str]] = {}
        for word in sorted(self._words):
            if KATAKANA.fullmatch(word):
                self._kana.setdefault(skeleton(word), []).append(word)
            elif len(word) > 3 and _PLAIN.fullmatch(word):
                self._latin.setdefault(skeleton(word), []).append(word)
                self._by_initial.setdefault(word[0], []).append(word)

    def expand(self, question: str, terms: Sequence[str]) -> Expansion:
        """What may stand for the words of a question; `terms` are its own, from `tokenize`."""
        folded = fold(question)
        words = _WORD.findall(folded)
        # SQL is spelt, not sounded; the Cloud of CloudFormation is part of a name
        sounded = {
            term: word.lower()
            for word in words
            if not word.isupper()
            for term in tokenize(word)[:1]
        }
        found: dict[str, tuple[str, ...]] = {}
        for term in dict.fromkeys(terms):
            if not _PLAIN.fullmatch(term):
                continue
            others = self._in_katakana(term, sounded[term]) if term in sounded else ()
            if not others and term not in self._words:
                others = self._respelt(term)
            if others:
                found[term] = others
        phrases = (*self._joined(words), *self._initials(words), *self._in_latin(folded))
        return Expansion(found, tuple(dict.fromkeys(word for word in phrases if word not in terms)))

    def _in_katakana(self, *forms: str) -> tuple[str, ...]:
        """Words of the corpus that sound like one form of a word: metric, metrics."""
        found = (
            word
            for form in forms
            for sound in (skeleton(form), skeleton(form.replace("th", "t")))
            for word in self._kana.get(sound, ())
            if _sound_alike(form, word, sound)
        )
        return tuple(dict.fromkeys(found))

    def _in_latin(self, folded: str) -> Iterable[str]:
        """Names that the question writes in katakana and the corpus does not."""
        for run in KATAKANA.findall(folded):
            for form in dict.fromkeys((run, run.removesuffix("ズ"))):  # its plural, too
                sound = skeleton(form)
                if len(sound) > 2:
                    near = self._latin.get(sound, ())
                    yield from (word for word in near if _sound_alike(word, form, sound))

    def _respelt(self, term: str) -> tuple[str, ...]:
        """The word that a misspelt one, or another form of it, comes nearest to."""
        if len(term) < _SHORTEST_MISSPELT:
            return ()
        near = self._by_initial.get(term[0], ())
        best = process.extractOne(term, near, scorer=fuzz.ratio, score_cutoff=_MISSPELT)
        return (best[0],) if best else ()

    def _joined(self, words: Sequence[str]) -> Iterable[str]:
        """Names of the corpus that the question writes apart: cloud watch."""
        for first, second in itertools.pairwise(words):
            if (first + second).lower() in self._words:
                yield (first + second).lower()

    def _initials(self, words: Sequence[str]) -> Iterable[str]:
        """Acronyms of the corpus that neighbouring words of the question spell out."""
        for size in range(3, _LONGEST_INITIALS + 1):
            for start in range(len(words) - size + 1):
                run = words[start : start + size]
                initials = "".join(word[0] for word in run).lower()
                # "as" may stand within an acronym's words, but not begin or end them
                if initials in self._words and tokenize(run[0]) and tokenize(run[-1]):
                    yield initials


def _sound_alike(latin: str, katakana: str, sound: str) -> bool:
    """Whether two words with the same consonants are spelt alike as well."""
    if len(sound) < 2 or (latin[0] in _VOWELS) != (katakana[0] in _VOWELS):
        return False
    likeness = fuzz.ratio(_heard(latin), _heard(_romaji(katakana)))
    return likeness >= _ALIKE.get(len(sound), _ALIKE_LONG)


def _romaji(katakana: str) -> str:
    """Katakana in Latin letters, long vowels short: バランサー is baransa."""
    letters = ""
    for char in katakana:
        if char in _SMALL:
            letters = letters[:-1] + _SMALL[char] if letters[-1:] in _VOWELS else letters
        else:
            letters += _ROMAJI.get(char, "")
    return letters


def _heard(word: str) -> str:
    for written, heard in (("tch", "t"), ("ch", "t"), ("ph", "h"), ("th", "s"), ("x", "ks")):
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word.translate(_HEARD))
