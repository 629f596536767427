"""Words that Japanese and English texts can be searched by.

Splitting at spaces finds nothing in Japanese, and English stemmers lose the identifier in
「CloudFormationが」. So ASCII identifiers are taken out first, the rest goes through Sudachi, and
both are folded the same way in questions and texts.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from rag.text.combining import nfkc

if TYPE_CHECKING:
    from sudachipy import Dictionary

TOKENIZER_VERSION = "sudachi-core-bigrams-2"
_MAX_SUDACHI_CHARS = 12_000  # Sudachi refuses input over 49,149 bytes of UTF-8

# An identifier may hold marks inside: c++, ci/cd, re:invent, 1.28
_IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9_]|[.:/&'’-](?=[a-z0-9]))*(?:\+\+|#)?", re.IGNORECASE)
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_PARTS = re.compile(r"[A-Za-z0-9_]+(?:\+\+|#)?")
_URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_JAPANESE_RUN = re.compile(r"[぀-ヿ一-鿿㐀-䶿々ー]{2,}")
_HIRAGANA_PAIR = re.compile(r"[ぁ-ん]{2}")
_NUMBER_COMMAS = re.compile(r"(?<=\d),(?=\d{3})")
_FOLDS = str.maketrans({"〜": "~", "～": "~", "−": "-", "‐": "-", "–": "-", "髙": "高", "﨑": "崎"})
_CONTENT_POS = frozenset(("名詞", "動詞", "形容詞", "形状詞", "副詞", "代名詞", "接頭辞", "接尾辞"))
_STOP = frozenset(
    # English function words; rare in a Japanese corpus, so that their IDF would mislead
    """
    a about all also an and any are as at be been before being but by can could did do does
    for from get give had has have he her his how i if in into is it its just like may me
    more most my no not now of on one or our out s should so some tell than that the their
    them then there these they this those through to too up us use used was we were what
    when where which while who why will with would you your
    """.split()  # noqa: SIM905
    # Japanese words that ask or carry no matter, in Sudachi's normalised form
    + """
    為る 有る 居る 成る 事 物 何 何時 何処 何故 どう どの どれ どんな 其れ 此れ
    此の 其の そう こう 出来る 言う 教える 下さい 呉れる 良い 様 所 時 訳 因る 於く
    対する 就く 因み 誰 何方 幾つ 幾ら 無い 的 等 達 さ
    """.split()  # noqa: SIM905
)


@cache
def _dictionary() -> Dictionary:
    from sudachipy import Dictionary as SudachiDictionary

    return SudachiDictionary(dict="core")


_local = threading.local()


def _sudachi() -> Any:
    """A tokenizer of this thread: one that threads share raises; the dictionary is shared."""
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary().tokenizer()
    return _local.tokenizer


def fold(text: str) -> str:
    """Text as it is compared: NFKC, look-alikes folded, case kept."""
    return nfkc(text).translate(_FOLDS)


def tokenize(text: str) -> list[str]:
    """The terms of a text, in order of script: identifiers and their parts, then Japanese words."""
    folded = _NUMBER_COMMAS.sub("", _URL.sub(_url_words, fold(text)))
    terms: list[str] = []
    rest: list[str] = []
    end = 0
    for match in _IDENTIFIER.finditer(folded):
        rest.append(folded[end : match.start()])
        end = match.end()
        terms += _identifier_terms(match.group())
    rest.append(folded[end:])
    terms += _japanese_terms(" ".join(part for part in rest if part.strip()))
    return [term for term in terms if term not in _STOP]


def _url_words(match: re.Match[str]) -> str:
    """A bare URL counts by its words, without the scheme that all share."""
    return re.sub(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9]+", " ", match.group().split("://", 1)[1])


def _identifier_terms(word: str) -> list[str]:
    """The identifier, its parts at marks and theirs at capitals: CI/CD -> ci/cd ci cd."""
    parts = _PARTS.findall(word)
    terms = [_singular(word.lower())] if len(parts) > 1 else []
    for part in parts:
        inner = [piece.lower() for piece in _CAMEL.findall(part)]
        terms.append(_singular(part.lower()))
        if len(inner) > 1:
            terms += [_singular(piece) for piece in inner if len(piece) > 1]
    return [term for term in terms if len(term) > 1 or len(parts) == 1]


def _singular(word: str) -> str:
    """Plural to singular by Harman's S-stemmer (How effective is suffixing?, JASIS 1991)."""
    if len(word) < 4 or not word.isascii() or not word.endswith("s") or not word.isalpha():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(
        ("aes", "ees", "oes", "sses", "ches", "shes", "xes")
    ):
        return word[:-1]
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word if word.endswith(("us", "ss", "is")) else word[:-1]


def _japanese_terms(text: str) -> list[str]:
    from sudachipy import SplitMode

    terms: list[str] = []
    for start in range(0, len(text), _MAX_SUDACHI_CHARS):
        for word in _sudachi().tokenize(text[start : start + _MAX_SUDACHI_CHARS], SplitMode.C):
            if word.part_of_speech()[0] not in _CONTENT_POS:
                continue
            terms.append(word.normalized_form().lower())
            parts = word.split(SplitMode.A)
            if len(parts) > 1:
                terms += [part.normalized_form().lower() for part in parts]
    return terms


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring Japanese characters, but for pairs of hiragana.

    They find what the dictionary cuts differently in question and text, and survive typos.
    """
    folded = fold(text)
    return [
        folded[i : i + 2]
        for run in _JAPANESE_RUN.finditer(folded)
        for i in range(run.start(), run.end() - 1)
        if not _HIRAGANA_PAIR.match(folded, i)
    ]
