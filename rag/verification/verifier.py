"""Checks a sentence of a generated answer against the sources it cites.

A sentence is kept only where each of these holds: it cites chunks that were retrieved; its figures,
dates, names and Latin terms stand in them; it is near enough to one of their passages in meaning;
it denies what that passage denies, and nothing else; and what it calls released, fast or automatic
is not in preview, slow or manual there.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.text.analysis import (
    URL,
    SourceView,
    plain,
    source_view,
    ubiquitous_words,
)
from rag.text.coverage import heard_in
from rag.text.names import is_japanese, missing_terms
from rag.text.quantities import missing_figures
from rag.text.sentence_marks import MARK
from rag.text.tokenization import tokenize
from rag.types import Chunk, Source
from rag.verification.contradiction import conflict

# How far up from unrelated texts (0) to identical ones (1) a sentence must be, less what its words
# that the source does not hold cost, by whether sentence and source share a language; chosen on the
# dev half of tests/rag/verification/labelled_sentences.yaml.
SAME_LANGUAGE = 0.33
ACROSS_LANGUAGES = 0.12
UNSAID = 0.3
_CACHED_VECTORS = 4096
_UNRELATED = {
    True: (
        "昨日は近所の公園で犬と散歩をしました。",
        "この鍋は弱火で三十分ほど煮込んでください。",
        "会議室の予約は総務部に連絡する。",
        "データベースの接続数には上限がある。",
        "彼女は大学で中世の音楽を研究している。",
        "新しい設定画面から通知を選べるようになった。",
    ),
    False: (
        "The train leaves from platform nine in the evening.",
        "Whisk the eggs before you add the flour.",
        "Please submit your travel expenses by Friday.",
        "The database limits how many connections stay open.",
        "Her grandfather repaired old clocks in a village.",
        "Notifications can now be chosen in the settings page.",
    ),
}


class SentenceEmbedder(Protocol):
    """What verification needs of an embedder: unit vectors, shape (texts, dimension)."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts as passages."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a sentence found.

    `numbers` are the cited chunks that support it; `reason` is one word: `uncited`, `citation`,
    `figure`, `name`, `meaning`, `negation`, `status`, `opposite` (empty when kept);
    `detail` says what was missing; `nearness` is how far above its threshold the best passage is.
    """

    kept: bool
    numbers: tuple[int, ...]
    reason: str = ""
    detail: str = ""
    nearness: float = 0.0


class Verifier:
    """Checks sentences; keeps the vectors of the passages it has seen (threads may share it)."""

    def __init__(self, embedder: SentenceEmbedder) -> None:
        self._embedder = embedder
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()
        self._floors: dict[tuple[bool, bool], float] = {}

    def prepare(self, chunks: Sequence[Chunk]) -> None:
        """Embed what sentences will be compared with, so that the first check need not wait."""
        self._embed([text for chunk in chunks for text in _compared(source_view(chunk))])
        self._floor(True, True)

    def nearest(self, sentence: str, offered: Mapping[int, Chunk]) -> list[int]:
        """The numbers of the chunks offered, nearest to a sentence in meaning first."""
        vector = self._embed([plain(MARK.sub("", sentence))])[0]
        near = {
            number: float((self._embed(_compared(source_view(chunk))) @ vector).max())
            for number, chunk in offered.items()
        }
        return sorted(near, key=lambda number: -near[number])

    def verify(
        self,
        sentence: str,
        cited: Mapping[int, Chunk],
        numbers: Sequence[int],
        sources: Mapping[str, Source] | None = None,
    ) -> Verdict:
        """Check a sentence against the chunks it cites.

        Args:
            sentence: with or without its citation marks.
            cited: the retrieved chunks by the number they were offered under.
            numbers: what the sentence cites.
            sources: whole sources by id; words that stand all over one claim nothing.
        """
        if not numbers:
            return Verdict(False, (), "uncited")
        known = [number for number in dict.fromkeys(numbers) if number in cited]
        if not known:
            return Verdict(False, (), "citation", ", ".join(map(str, numbers)))
        text = plain(URL.sub(" ", MARK.sub("", sentence)))
        if not re.search(r"\w", text):
            return Verdict(False, (), "uncited", "nothing but a citation")
        views = {number: source_view(cited[number]) for number in known}
        lacking = self._lacking(text, [cited[number] for number in known], views, sources or {})
        if lacking:
            return Verdict(False, (), *lacking)
        return self._by_meaning(text, views)

    def _lacking(
        self,
        text: str,
        chunks: Sequence[Chunk],
        views: Mapping[int, SourceView],
        sources: Mapping[str, Source],
    ) -> tuple[str, str] | None:
        """The figures, else the names, that no cited source holds."""
        figures = missing_figures(text, "\n".join(view.text for view in views.values()))
        if figures:
            return "figure", ", ".join(figures)
        everywhere = frozenset[str]().union(
            *(ubiquitous_words(sources[c.source].text) for c in chunks if c.source in sources)
        )
        missing = [set(missing_terms(text, view, everywhere)) for view in views.values()]
        names = set.intersection(*missing)
        return ("name", ", ".join(sorted(names))) if names else None

    def _by_meaning(self, text: str, views: Mapping[int, SourceView]) -> Verdict:
        japanese = is_japanese(text)
        near: dict[int, float] = {}
        for number, view in views.items():
            there = is_japanese(view.text)
            best = float((self._embed(_compared(view)) @ self._embed([text])[0]).max())
            floor = self._floor(japanese, there)
            nearness = (best - floor) / (1 - floor) - UNSAID * _unsaid(text, view)
            # relative to its threshold, so that sources of two languages compare
            near[number] = nearness - (SAME_LANGUAGE if japanese == there else ACROSS_LANGUAGES)
        first = max(near, key=lambda number: near[number])
        if near[first] < 0:
            return Verdict(False, (), "meaning", nearness=near[first])
        if found := conflict(text, views[first], self._rank):
            return Verdict(False, (), *found, near[first])
        kept = tuple(number for number in views if near[number] >= 0)
        return Verdict(True, kept, nearness=near[first])

    def _rank(self, part: str, texts: Sequence[str]) -> list[str]:
        """Texts by how near they are to a part of a sentence, nearest first."""
        if not texts:
            return []
        order = np.argsort(-(self._embed(list(texts)) @ self._embed([part])[0]))
        return [texts[int(place)] for place in order]

    def _floor(self, japanese: bool, there: bool) -> float:
        """The mean cosine of unrelated sentences of two languages: what no likeness looks like."""
        pair = (japanese, there)
        if pair not in self._floors:
            one, other = (self._embed(list(_UNRELATED[key])) for key in pair)
            cosines = one @ other.T
            # a topic has its own pair across the languages: leave those out, and each with itself
            self._floors[pair] = float(cosines[~np.eye(len(cosines), dtype=bool)].mean())
        return self._floors[pair]

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock:
            new = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        fresh = dict(zip(new, self._embedder.encode_passages(new), strict=True)) if new else {}
        with self._lock:
            rows = [fresh[text] if text in fresh else self._vectors[text] for text in texts]
            for text, row in fresh.items():
                self._vectors[text] = row
            while len(self._vectors) > _CACHED_VECTORS:
                self._vectors.popitem(last=False)
        return np.stack(rows)


def _unsaid(text: str, view: SourceView) -> float:
    """The share of a sentence's words that its source does not hold in either language, 0..1."""
    terms = set(tokenize(text))
    held = heard_in(view.text)
    return sum(not held.holds(term) for term in terms) / max(len(terms), 1)


def _compared(view: SourceView) -> list[str]:
    return list(dict.fromkeys([*view.passages, *view.clauses]))
