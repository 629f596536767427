"""Keyword search that works in Japanese: words by Sudachi, identifiers kept whole, BM25.

Splitting at spaces finds nothing in Japanese, and English stemmers lose the identifier in
「CloudFormationが」. So ASCII identifiers are taken out first, the rest goes through Sudachi, and
both are folded the same way in questions and texts.
"""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rag.types import Chunk

if TYPE_CHECKING:
    from sudachipy import Dictionary

TOKENIZER_VERSION = "sudachi-core-1"
K1, B = 1.2, 0.75
PATH_WEIGHT = 1.0
_MAX_SUDACHI_CHARS = 12_000  # Sudachi refuses input over 49,149 bytes of UTF-8

# An identifier starts with a letter or figure and may hold marks inside: c++, ci/cd, re:invent, 1.28
_IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9_]|[.:/&'’-](?=[a-z0-9]))*(?:\+\+|#)?", re.IGNORECASE)
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_PARTS = re.compile(r"[a-z0-9]+(?:\+\+|#)?")
_URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_NUMBER_COMMAS = re.compile(r"(?<=\d),(?=\d{3})")
_FOLDS = str.maketrans({"〜": "~", "～": "~", "−": "-", "‐": "-", "–": "-", "髙": "高", "﨑": "崎"})
_CONTENT_POS = frozenset(("名詞", "動詞", "形容詞", "形状詞", "副詞", "代名詞", "接頭辞", "接尾辞"))
_STOP = frozenset(
    # English function words; rare in a Japanese corpus, so that their IDF would mislead
    "a about all also an and any are as at be been before being but by can could did do does for "
    "from get give had has have he her his how i if in into is it its just like may me more most "
    "my no not now of on one or our out s should so some tell than that the their them then there "
    "these they this those through to too up us use used was we were what when where which while "
    "who why will with would you your "
    # Japanese words that ask or carry no matter, in Sudachi's normalised form
    "為る 有る 居る 成る 事 物 何 何時 何処 何故 どう どの どれ どんな 其れ 此れ 此の 其の そう こう "
    "出来る 言う 教える 下さい 呉れる 良い 様 所 時 訳 因る 於く 対する 就く 因み 誰 何方 幾つ 幾ら 無い "
    "的 等 達 さ".split()
)


@cache
def _dictionary() -> Dictionary:
    from sudachipy import Dictionary as SudachiDictionary

    return SudachiDictionary(dict="core")


_local = threading.local()


def _sudachi() -> Any:
    """A tokenizer of this thread: one that threads share raises; the dictionary is shared."""
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary().create()
    return _local.tokenizer


def fold(text: str) -> str:
    """Text as it is compared: NFKC, look-alikes folded, case kept."""
    return unicodedata.normalize("NFKC", text).translate(_FOLDS)


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
    """The identifier itself, its parts at marks and at capitals: CI/CD -> ci/cd ci cd."""
    whole = _singular(word.lower())
    parts = [_singular(part) for part in _PARTS.findall(word.lower())]
    if len(parts) <= 1:
        parts = [_singular(part.lower()) for part in _CAMEL.findall(word)]
    small = [part for part in parts if len(part) > 1 and part != whole]
    return [whole, *small] if len(small) > 1 or (small and len(whole) > 2) else [whole]


def _singular(word: str) -> str:
    """Plural to singular by Harman's S-stemmer (How effective is suffixing?, JASIS 1991)."""
    if len(word) < 4 or not word.isascii() or not word.endswith("s") or not word.isalpha():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes", "sses", "ches", "shes", "xes")):
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


def indexed_text(chunk: Chunk) -> tuple[str, str]:
    """The two fields of a chunk: what it says, and what it stands under (or is linked from)."""
    linked = " ".join(f"{' '.join(place.path)} {place.text}" for place in chunk.linked_from)
    return chunk.text, f"{' '.join(chunk.path)} {linked}".strip()


@dataclass(frozen=True, slots=True, eq=False)
class LexicalIndex:
    """BM25 over chunks (Robertson & Zaragoza 2009), term weights computed once.

    `weights` is a sparse matrix (chunks x terms) of what a term adds to a chunk's score; `idf` holds
    one value a term. A breadcrumb's terms count `PATH_WEIGHT` times as much as the text's.
    """

    vocabulary: Mapping[str, int]
    weights: sparse.csc_array
    idf: NDArray[np.float32]

    @classmethod
    def build(cls, chunks: Sequence[Chunk]) -> LexicalIndex:
        """Index chunks; row i of the scores belongs to `chunks[i]`."""
        return cls.from_counts([_counts(chunk) for chunk in chunks])

    @classmethod
    def from_counts(cls, documents: Sequence[Mapping[str, float]]) -> LexicalIndex:
        """Index documents given as weighted term counts."""
        vocabulary: dict[str, int] = {}
        rows, columns, values = [], [], []
        for row, counts in enumerate(documents):
            for term, count in counts.items():
                rows.append(row)
                columns.append(vocabulary.setdefault(term, len(vocabulary)))
                values.append(count)
        shape = (len(documents), len(vocabulary))
        tf = sparse.csc_array((values, (rows, columns)), shape=shape, dtype=np.float32)
        lengths = np.asarray(tf.sum(axis=1)).ravel()
        frequency = np.diff(tf.indptr)
        idf = np.log1p((len(documents) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if len(lengths) else 1.0, 1e-9))
        data = tf.data * (K1 + 1) / (tf.data + norm[tf.indices]) * np.repeat(idf, frequency)
        weights = sparse.csc_array((data.astype(np.float32), tf.indices, tf.indptr), shape=shape)
        return cls(vocabulary, weights, idf)

    def scores(self, terms: Iterable[str]) -> NDArray[np.float32]:
        """BM25 scores of all chunks, shape (chunks,), zero where no term stands."""
        total = np.zeros(self.weights.shape[0], dtype=np.float32)
        for term in dict.fromkeys(terms):
            column = self.vocabulary.get(term)
            if column is None:
                continue
            start, end = self.weights.indptr[column : column + 2]
            total[self.weights.indices[start:end]] += self.weights.data[start:end]
        return total

    def term_idf(self, term: str) -> float:
        """The term's IDF; one that stands nowhere has the highest."""
        column = self.vocabulary.get(term)
        if column is None:
            return float(np.log1p((self.weights.shape[0] + 0.5) / 0.5))
        return float(self.idf[column])

    def document_frequency(self, term: str) -> int:
        """In how many chunks the term stands."""
        column = self.vocabulary.get(term)
        return 0 if column is None else int(np.diff(self.weights.indptr[column : column + 2])[0])

    def save(self, folder: Path) -> None:
        """Write the index into a folder that exists."""
        sparse.save_npz(folder / "bm25.npz", self.weights)
        np.save(folder / "idf.npy", self.idf)
        words = json.dumps(list(self.vocabulary), ensure_ascii=False)
        (folder / "vocabulary.json").write_text(words, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read what `save` wrote."""
        words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        weights = sparse.csc_array(sparse.load_npz(folder / "bm25.npz"))
        return cls({word: i for i, word in enumerate(words)}, weights, np.load(folder / "idf.npy"))


def _counts(chunk: Chunk) -> Counter[str]:
    body, above = indexed_text(chunk)
    counts: Counter[str] = Counter(tokenize(body))
    for term, count in Counter(tokenize(above)).items():
        counts[term] += PATH_WEIGHT * count  # type: ignore[assignment]
    return counts
