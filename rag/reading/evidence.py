"""What retrieval knows about whether a question can be answered, before anyone answers it."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.query.answer_kinds import asked_kinds
from rag.reading.focus import focus_of
from rag.reading.nearest_lines import Lines
from rag.reading.passages import read
from rag.reading.question_shape import Shape, shape_of
from rag.text.analysis import SourceView, view_of
from rag.text.concepts import concept_name, concepts, telling
from rag.text.coverage import concepts_in_corpus, heard_in
from rag.text.language import passage_language
from rag.text.names import names_of, stands
from rag.text.tokenization import fold, tokenize
from rag.text.transliteration import KATAKANA, skeleton, sounds_like, sounds_within
from rag.types import Chunk, Hit, Language

if TYPE_CHECKING:
    from rag.embedding.cross_encoder import CrossEncoder
    from rag.index import Index
    from rag.retrieval.retriever import Retrieval

_TYPO = 0.82  # difflib's ratio from which a name counts as misspelt, not unknown
_NEAR_HITS = 3
_PART = 4  # letters of a katakana word from which it may be the known part of a compound
_UNSURE = 0.5  # what a word counts for that may stand there in the other language
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals of one search.

    `dense` is the best cosine of a passage, without its language.

    Of the question's words: `unknown` are names and years that stand nowhere in the corpus;
    `unsaid` is the share of the question's weight in words that none of the first passages holds
    more of, 0..1; `absent` are concepts that the corpus does not hold, and `elsewhere` counts those
    that the best passage does not; `scattered` counts names of the corpus that none of the first
    passages holds together with the others; `focus` is how much of what is asked for the first
    passages do not hold, 0..1.

    Of the kind of answer: `asked` are the kinds asked for and `missing` those of which the nearest
    lines hold nothing; `gap` is how far below the nearest line one is that holds it, 0..1; `shape`
    is how it is asked, where the embedding model tells that.

    `read` are the log-odds that one of the first passages answers, by `rag.reading.passages`.
    """

    question: str
    language: Language
    dense: float = 0.0
    unknown: tuple[str, ...] = ()
    unsaid: float = 0.0
    absent: tuple[str, ...] = ()
    elsewhere: int = 0
    scattered: int = 0
    focus: float = 0.0
    asked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    gap: float = 0.0
    shape: Shape | None = None
    read: float | None = None


def evidence_of(retrieval: Retrieval, reader: CrossEncoder | None = None) -> Evidence:
    """The signals of a search; nothing is embedded for it, and passages are read by `reader`."""
    question, hits = retrieval.question, retrieval.hits
    if not hits:
        return Evidence(question, retrieval.language, unknown=names_of(question))
    corpus = _corpus_view(retrieval.index)
    names = names_of(question)
    unknown = [name for name in names if not _known(name, corpus)]
    years = tuple(year for year in _YEAR.findall(fold(question)) if year not in corpus.text)
    best = int(np.argmax(retrieval.dense))
    same = passage_language(retrieval.index.chunks[best].text) == retrieval.language
    words = _words(retrieval, same)
    shape = shape_of(retrieval.vector, retrieval.index.manifest.fingerprint["embedding"])
    kinds = asked_kinds(question, shape.kind if shape else "")
    lines = Lines.of(question, hits, kinds)
    return Evidence(
        question=question,
        language=retrieval.language,
        dense=float(retrieval.dense[best]),
        unknown=(*unknown, *years),
        unsaid=words.unsaid,
        absent=words.absent,
        elsewhere=words.elsewhere,
        scattered=_scattered([name for name in names if name not in unknown], hits),
        focus=words.focus,
        asked=tuple(kind.name for kind in kinds),
        missing=lines.missing(),
        gap=lines.gap(),
        shape=shape,
        read=read(retrieval, reader),
    )


def _scattered(names: Sequence[str], hits: Sequence[Hit]) -> int:
    """How many of the names the first passage that holds most of them lacks."""
    views = [view_of(_whole(hit.chunk)) for hit in hits[:_NEAR_HITS]]
    return min(sum(not stands(name, view) for name in names) for view in views)


class _Words(NamedTuple):
    unsaid: float
    absent: tuple[str, ...]
    elsewhere: int
    focus: float


def _words(retrieval: Retrieval, same: bool) -> _Words:
    """What of the question's words the corpus and the first passages hold."""
    index = retrieval.index.lexical
    weights = {term: index.term_idf(term) for term in tokenize(retrieval.question)}
    near = [heard_in(_whole(hit.chunk)) for hit in retrieval.hits[:_NEAR_HITS]]
    unsaid = min(
        sum(weight for term, weight in weights.items() if not one.holds(term)) for one in near
    )
    named = telling(concepts(retrieval.question))
    absent = named - concepts_in_corpus(index, named)
    focus = [
        0.0
        if any(one.holds(term, common=False) for one in near)
        else 1.0
        if same or concepts(term)
        else _UNSURE
        for term in focus_of(retrieval.question)
    ]
    return _Words(
        unsaid=unsaid / max(sum(weights.values()), 1e-6),
        absent=tuple(concept_name(number) for number in sorted(absent)),
        elsewhere=len(named - near[0].concepts),
        focus=sum(focus) / len(focus) if focus else 0.0,
    )


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


def _whole(chunk: Chunk) -> str:
    """A chunk with all that it stands under."""
    return "\n".join((chunk.title, *chunk.path, chunk.text))


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
