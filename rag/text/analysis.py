"""A source prepared for checking: its words, its figures and the clauses it consists of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rag.text.tokenization import fold
from rag.text.transliteration import KATAKANA
from rag.types import Chunk

URL = re.compile(r"https?://[^\s)\]>）」』]+|\bwww\.[^\s)\]>）」』]+", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:(?:[.\-/#&'’:_]|\+(?=\w))[A-Za-z0-9]+)*(?:\+\+|#)?")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MARKUP = re.compile(r"[*`|]+|^\s*(?:[-+>#]+|\d+[.)])\s+", re.MULTILINE)
_CLAUSE = re.compile(
    r"\n+|(?<=[。！？!?;；])|(?<=[.])\s+|[※→⇒]|(?<=[、，])|,\s+|(?=（)|(?<=）)|\s+(?=\()|[：:]\s+"
)
# A unit holds one predicate: Japanese commas end one only after a verb or particle, brackets where
# they stand at the end.
_UNIT = re.compile(
    r"\n+|\((?=[^()\n]*\)\s*(?:$|\n|。))|(?<=[。！？!?;；])|(?<=[.])\s+|[※→⇒]|(?<=[てがずりばでしけれ])[、，]|[,、]?\s*(?:"
    r"\b(?:but|while|whereas|although|though|however)\b|ただし|一方で?)"
)
_UBIQUITOUS_LINES, _UBIQUITOUS_SHARE = 5, 0.05


_RUN = re.compile(r"[A-Z][A-Za-z0-9]*(?:[ -][A-Z][A-Za-z0-9]*)+")


@dataclass(frozen=True, slots=True)
class SourceView:
    """What a chunk says, taken apart.

    `text` is title, breadcrumb and passage, folded and without URLs; `passages` are the breadcrumb
    with the passage, the passage, and its lines: what a sentence may be near to in meaning;
    `clauses` are the smallest pieces, `lines` those of the passage, `units` those that have a
    predicate; `words` its Latin words and their parts in lower case; `squeezed` its text without
    spaces and marks; `initials` those of its runs of capitalised words.
    """

    text: str
    passages: tuple[str, ...]
    clauses: tuple[str, ...]
    lines: tuple[str, ...]
    units: tuple[str, ...]
    words: frozenset[str]
    latin: tuple[str, ...]
    katakana: tuple[str, ...]
    squeezed: str
    initials: str


def source_view(chunk: Chunk) -> SourceView:
    """The chunk as sentences are checked against it."""
    return view_of(chunk.text, chunk.path, chunk.title)


@lru_cache(maxsize=512)
def view_of(text: str, path: tuple[str, ...] = (), title: str = "") -> SourceView:
    """A passage under its breadcrumb and title as sentences are checked against it."""
    body = plain(text)
    above = plain(" > ".join(path))
    whole = "\n".join(part for part in (plain(title), above, body) if part)
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    latin = tuple(dict.fromkeys(WORD.findall(whole)))
    passages = dict.fromkeys([f"{above}\n{body}".strip(), body, *lines])
    clauses = [piece.strip(" 、，,。()（）") for piece in _CLAUSE.split(f"{above}\n{body}")]
    return SourceView(
        text=whole,
        passages=tuple(part for part in passages if part),
        clauses=tuple(dict.fromkeys(clause for clause in clauses if len(clause) > 1)),
        lines=tuple(dict.fromkeys(lines)),
        units=units_of(body) or (above,),
        words=frozenset(part for word in latin for part in word_parts(word)),
        latin=latin,
        katakana=tuple(dict.fromkeys(KATAKANA.findall(whole))),
        squeezed=squeeze(whole),
        initials=" ".join(
            "".join(word[0] for word in WORD.findall(run)).lower() for run in _RUN.findall(whole)
        ),
    )


def units_of(text: str) -> tuple[str, ...]:
    """A text cut where a predicate ends, so that each piece is denied or not as a whole."""
    pieces = (piece.strip(" 、，,。") for piece in _UNIT.split(text))
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece) > 1))


def plain(text: str) -> str:
    """Folded text without URLs, link targets and markup; line breaks stay."""
    folded = fold(re.sub(r"\]\([^)\s]*\)", "]", text))
    return _MARKUP.sub("", URL.sub(" ", folded)).strip()


def squeeze(text: str) -> str:
    """Lower case without anything but letters and figures."""
    return re.sub(r"[^\w]|_", "", text.lower())


def word_parts(word: str) -> set[str]:
    """A Latin word in lower case, its parts at marks and capitals, and their singulars."""
    pieces = {word, *re.split(r"[^A-Za-z0-9+#]+", word), *_PARTS.findall(word)}
    lower = {piece.lower() for piece in pieces if piece}
    return lower | {piece[:-1] for piece in lower if len(piece) > 3 and piece.endswith("s")}


@lru_cache(maxsize=64)
def ubiquitous_words(source_text: str) -> frozenset[str]:
    """Latin words that stand all over a source (a product's maker): naming them claims nothing."""
    lines = [line for line in plain(source_text).split("\n") if line]
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update({word.lower() for word in WORD.findall(line)})
    least = max(_UBIQUITOUS_LINES, _UBIQUITOUS_SHARE * len(lines))
    return frozenset(word for word, count in counts.items() if count >= least)
