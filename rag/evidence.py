"""What retrieval knows about whether a question can be answered, before anyone answers it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from rag.asked import asked_kinds, missing_kinds
from rag.language import passage_language
from rag.tokens import fold
from rag.types import Hit, Language
from rag.units import units_of
from rag.verification.kana import sounds_like
from rag.verification.source import SourceView, view_of
from rag.verification.terms import COMMON, japanese_names, latin_terms, stands

if TYPE_CHECKING:
    from rag.index import Index
    from rag.retriever import Retrieval

_TYPO = 0.82  # difflib's ratio from which a name counts as misspelt, not unknown
_NEAR_UNITS = 4
_NEAR_HITS = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals of one search.

    `dense` is the best cosine of a passage and `line` that of a single bullet or sentence, both
    without their language; `contrast` is how far the best passage stands out, in standard
    deviations over all passages; `lexical` the best BM25 as a share of the question's weight, 0..1;
    `agreement` how much of that the passage nearest in meaning has, 0..1; `same_language` whether
    question and best passage share one; `unknown` the question's names that stand nowhere in the
    corpus and `known` the others; `together` the largest share of the known names that one of the
    first passages holds; `asked` the kinds of answer asked for and `missing` those of which the
    nearest lines hold nothing.
    """

    question: str
    language: Language
    dense: float = 0.0
    line: float = 0.0
    contrast: float = 0.0
    lexical: float = 0.0
    agreement: float = 0.0
    same_language: bool = True
    unknown: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    together: float = 1.0
    asked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def evidence_of(retrieval: Retrieval) -> Evidence:
    """The signals of a search; nothing is embedded for it."""
    question, hits = retrieval.question, retrieval.hits
    if not hits:
        return Evidence(question, retrieval.language, unknown=tuple(names_of(question)))
    everything = _corpus_view(retrieval.index)
    names = names_of(question)
    known = tuple(name for name in names if _known(name, everything))
    best = int(np.argmax(retrieval.dense))
    top = float(retrieval.lexical.max())
    spread = float(retrieval.dense.std()) or 1.0
    return Evidence(
        question=question,
        language=retrieval.language,
        dense=float(retrieval.dense[best]),
        line=max((max(hit.units, default=0.0) for hit in hits), default=0.0),
        contrast=float((retrieval.dense[best] - retrieval.dense.mean()) / spread),
        lexical=top,
        agreement=float(retrieval.lexical[best]) / top if top > 0 else 0.0,
        same_language=passage_language(retrieval.index.chunks[best].text) == retrieval.language,
        unknown=tuple(name for name in names if name not in known),
        known=known,
        together=_together(known, hits),
        asked=tuple(kind.name for kind in asked_kinds(question)),
        missing=missing_kinds(question, _nearest_text(hits)),
    )


def _known(name: str, everything: SourceView) -> bool:
    """Whether the corpus holds a name, perhaps misspelt, shortened or in the other script."""
    if stands(name, everything):
        return True
    if not name.isascii():
        pairs = zip(everything.latin, everything.latin[1:], strict=False)
        return any(sounds_like(name, "".join(pair)) for pair in pairs)
    capitals = "".join(char for char in name if char.isupper())
    if len(name) <= 4 and len(capitals) >= 2:
        return any(
            word[0] == name[0] and "".join(filter(str.isupper, word)) == capitals
            for word in everything.latin
        )
    return len(name) >= 5 and bool(
        get_close_matches(name.lower(), everything.words, n=1, cutoff=_TYPO)
    )


def names_of(question: str) -> tuple[str, ...]:
    """The names and Latin terms of a question, each once."""
    folded = fold(question)
    found = [*latin_terms(folded), *japanese_names(folded)]
    return tuple(
        dict.fromkeys(
            name for name in found if len(name) > 1 and not (name.islower() and name in COMMON)
        )
    )


def _together(known: tuple[str, ...], hits: tuple[Hit, ...]) -> float:
    if not known:
        return 1.0
    views = [view_of(hit.chunk.text, hit.chunk.path, hit.chunk.title) for hit in hits[:5]]
    return max(sum(stands(name, view) for name in known) / len(known) for view in views)


def _nearest_text(hits: tuple[Hit, ...]) -> str:
    """The lines nearest to the question among the first hits, each with the one it explains."""
    scored: list[tuple[float, str]] = []
    for hit in hits[:_NEAR_HITS]:
        units = units_of(hit.chunk)
        for score, unit in zip(hit.units, units, strict=False):
            above = units[unit.parent].text if unit.parent >= 0 else ""
            scored.append((score, f"{above}\n{unit.text}"))
    scored.sort(key=lambda pair: -pair[0])
    return "\n".join(text for _, text in scored[:_NEAR_UNITS])


_views: OrderedDict[str, SourceView] = OrderedDict()
_views_lock = threading.Lock()


def _corpus_view(index: Index) -> SourceView:
    """All that the corpus says, as one source; kept for the last generations."""
    with _views_lock:
        if index.generation in _views:
            return _views[index.generation]
    parts = dict.fromkeys(
        part for chunk in index.chunks for part in (chunk.title, *chunk.path, chunk.text)
    )
    view = view_of("\n".join(parts))
    with _views_lock:
        _views[index.generation] = view
        while len(_views) > 2:
            _views.popitem(last=False)
    return view
