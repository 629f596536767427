"""Names of a question that the corpus does not hold: what is asked about is not in the notes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rag.query.query import Query
from rag.text.analysis import SourceView, view_of
from rag.text.names import stands
from rag.text.transliteration import KATAKANA, skeleton, sounds_like, sounds_within

if TYPE_CHECKING:
    from rag.index import Index

_TYPO = 0.82  # difflib's ratio from which a name counts as misspelt, not unknown
_PART = 4  # letters of a katakana word from which it may be the known part of a compound


def unknown_names(query: Query, index: Index) -> tuple[str, ...]:
    """The names and years of a query that stand nowhere in the corpus, each once.

    A name that the corpus writes in another script, shortened or with a letter changed is known.
    """
    corpus = _corpus_view(index)
    unknown = [name for name in query.names if not _known(name, corpus)]
    years = [year for year in query.years if year not in corpus.text]
    return tuple(dict.fromkeys((*unknown, *years)))


def _known(name: str, everything: SourceView) -> bool:
    """Whether the corpus holds a name, perhaps misspelt, shortened or in the other script."""
    if stands(name, everything):
        return True
    if not name.isascii():
        return _known_by_sound(name, everything)
    capitals = "".join(char for char in name if char.isupper())
    if len(name) <= 4 and len(capitals) >= 2:
        return any(
            word[0] == name[0] and "".join(filter(str.isupper, word)) == capitals
            for word in everything.latin
        )
    return len(name) >= 5 and bool(
        get_close_matches(name.lower(), everything.words, n=1, cutoff=_TYPO)
    )


def _known_by_sound(name: str, everything: SourceView) -> bool:
    """Whether a katakana name is a Latin one of the corpus, or a compound of what it knows."""
    if any(len(word) >= _PART and word in name for word in everything.katakana):
        return True
    pairs = zip(everything.latin, everything.latin[1:], strict=False)
    if any(sounds_like(name, "".join(pair)) for pair in pairs):
        return True
    own = skeleton(name) if KATAKANA.fullmatch(name) else ""
    return any(
        sounds_within(word, name) or (own and len(own) < _PART - 1 and skeleton(word) == own)
        for word in everything.latin
    )


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
