"""What a question names, and whether it asks for all about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rag.answerer import AnswerRequest
from rag.language import passage_language
from rag.tokens import tokenize
from rag.units import Unit

_NAME = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9+#./&'-]*[A-Za-z0-9+#](?: (?:[A-Z][A-Za-z0-9+#.-]*|[0-9]+)(?![A-Za-z]))*"
)
_URL = re.compile(r"https?://[!-~]+")
_KATAKANA = re.compile(r"[ァ-ヺー]")
# Words that ask for news of a thing, or about it, without saying which.
_NEWS = (
    "change changed changing new news update updated feature latest improve improved improvement "
    "announce announced announcement happen happened "
    "変わる 変わった 変更 変更点 変化 新しい 新機能 新着 機能 最新 更新 アップデート 発表 強化 "
    "改善 追加"
)
_GENERAL = (
    "overview summary summarize describe explain anything everything something "
    "note say main point know "
    "概要 まとめ まとめる 内容 説明 紹介 情報 話 関連 関係 知りたい ノート 要点 "
    "それについて、書かれています。それについて知っておくべきことは何ですか。"
)
_TELLING = 0.35  # of the weight of a word that stands nowhere, what a name must weigh
_UNHEARD = "\0"


@dataclass(frozen=True, slots=True)
class Thing:
    """What a question names, as written there and as terms."""

    name: str
    terms: tuple[str, ...]


@cache
def news_terms() -> frozenset[str]:
    """Terms that ask what is new."""
    return frozenset(tokenize(_NEWS))


@cache
def general_terms() -> frozenset[str]:
    """Terms that ask for news of a thing, or about it, without saying which."""
    return news_terms() | frozenset(tokenize(_GENERAL))


def things_named(request: AnswerRequest) -> list[Thing]:
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


def asks_for_news(question: str) -> bool:
    """Whether it asks what is new, or changed."""
    return not news_terms().isdisjoint(tokenize(question))


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
    return tuple(tokenize(text)[: len(thing.terms)]) == thing.terms
