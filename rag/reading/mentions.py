"""What a question names, and the parts of passages that name it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.index.segments import Unit
from rag.query.intent import general_terms
from rag.text.language import passage_language
from rag.text.markup import plain
from rag.text.tokenization import fold, tokenize
from rag.types import Hit, Source

_NAME = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9+#./&'-]*[A-Za-z0-9+#](?: (?:[A-Z][A-Za-z0-9+#.-]*|[0-9]+)(?![A-Za-z]))*"
)
_URL = re.compile(r"https?://[!-~]+")
_KATAKANA = re.compile(r"[ァ-ヺー]")
_TELLING = 0.35  # of the weight of a word that stands nowhere, what a name must weigh
_UNHEARD = "\0"


class Searched(Protocol):
    """A question with its hits; `weigh` says how much a term tells (its IDF in the index)."""

    @property
    def question(self) -> str:
        """The question, which stands alone."""

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Best first."""

    @property
    def sources(self) -> Mapping[str, Source]:
        """The whole text of every source that a hit comes from."""

    @property
    def weigh(self) -> Callable[[str], float]:
        """How much a term tells."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a question names, as written there and as terms."""

    name: str
    terms: tuple[str, ...]


def things_named(request: Searched) -> list[Thing]:
    """What the question names: its identifiers that stand in a hit, word after word.

    Neighbouring words with capitals are one name: Amazon Q, S3 Express One Zone. A word in small
    letters is one where a Japanese passage writes it as a name. A name that stands nearly
    everywhere tells nothing.
    """
    passages = [
        _URL.sub(" ", f"{' '.join(hit.chunk.path)}\n{hit.chunk.text}") for hit in request.hits
    ]
    japanese = sum(passage_language(passage) == "ja" for passage in passages) * 2 > len(passages)
    texts = [tokenize(passage) for passage in passages]
    least = _TELLING * request.weigh(_UNHEARD)
    found: dict[tuple[str, ...], Thing] = {}
    for longest, opens in _names_in(request.question):
        for name in _readings(longest, opens):
            terms = tuple(tokenize(name))
            if not any(stands(terms, text) for text in texts):
                continue  # "between Amazon Q" may still name Amazon Q
            written = any(c.isupper() or c.isdigit() for c in name[1:])
            known = japanese and any(_as_name(name, passage) for passage in passages)
            telling = max(request.weigh(term) for term in terms) >= least
            if telling and (written or known) and not general_terms().issuperset(terms):
                found.setdefault(terms, Thing(name, terms))
            break
    return list(found.values())


def _readings(name: str, opens: bool) -> Iterator[str]:
    """A name, then what is left of it without common words before it: "Compare Amazon Q".

    A word is taken for common when it is in small letters, or opens the question.
    """
    words = name.split(" ")
    while len(name := " ".join(words)) > 1:
        if tokenize(words[0]):  # not "is Amazon Q"
            yield name
        if not (words[0].islower() or opens):
            return
        opens = False
        words.pop(0)


def _names_in(question: str) -> Iterator[tuple[str, bool]]:
    """What may be a name, at its longest, and whether it opens the question."""
    for match in _NAME.finditer(question):
        if match.start() and _KATAKANA.match(question[match.start() - 1]):
            continue  # the end of a longer word
        yield match.group(), match.start() == 0


def _as_name(word: str, passage: str) -> bool:
    """Whether a passage writes the word as no common word: beside Japanese, or in capitals."""
    edge = r"[A-Za-z0-9]"
    for match in re.finditer(rf"(?<!{edge}){re.escape(word)}(?!{edge})", passage, re.IGNORECASE):
        written = match.group()
        after = passage[match.end() : match.end() + 1]
        if any(c.isupper() for c in written[1:]) or (written[0].isupper() and after > "\u3040"):
            return True
    return False


def stands(name: Sequence[str], terms: Sequence[str]) -> bool:
    """Whether a name's terms stand in a text one after the other."""
    length = len(name)
    return any(
        tuple(terms[start : start + length]) == tuple(name)
        for start in range(len(terms) - length + 1)
    )


def is_topic(question: str, things: Sequence[Thing]) -> bool:
    """Whether the question asks for all about one thing: it names it and nothing else."""
    if len(things) != 1:
        return False
    known = general_terms().union(things[0].terms)
    return known.issuperset(tokenize(question))


def unit_terms(units: Sequence[Unit], position: int) -> list[str]:
    """The terms of a unit after those of the bullet that it explains."""
    unit = units[position]
    return tokenize(unit.text if unit.parent < 0 else f"{units[unit.parent].text} {unit.text}")


def names(units: Sequence[Unit], position: int, things: Sequence[Thing]) -> bool:
    """Whether the unit, or the bullet it explains, names one of the things."""
    terms = unit_terms(units, position)
    return any(stands(thing.terms, terms) for thing in things)


def defines(text: str, thing: Thing) -> bool:
    """Whether a line says what the thing is: its name, a colon, and then more."""
    label, _, rest = text.replace("：", ":").partition(":")
    return bool(rest.strip()) and tuple(tokenize(label)) == thing.terms


def is_about(text: str, thing: Thing) -> bool:
    """Whether a line begins with the thing."""
    line, name = fold(plain(text)).casefold(), fold(thing.name).casefold()
    return line.startswith(name) and not re.match(r"[a-z0-9]", line[len(name) :])
