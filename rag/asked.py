"""What kind of answer a question asks for, and whether a passage holds something of that kind.

A passage may be all about the thing a price is asked of and still name no price: then it does not
answer. The kinds are those that a reader notices at once when they are missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.tokens import fold
from rag.verification.figures import figures
from rag.verification.terms import morphemes

_MONEY = frozenset(("yen", "dollar", "euro"))
_DATES = frozenset(("year", "month", "day"))
_TIMES = frozenset(("second", "day", "months", "year"))
_PERSON = re.compile(
    r"\b(?:CEO|CTO|CIO|CFO|Mr|Ms|Mrs|Dr)\b|さん|氏(?=[はがの、。]|$)"
    r"|\b(?:by|from) [A-Z][a-z]+ [A-Z][a-z]+\b"
    r"|\b[A-Z][a-z]+ [A-Z][a-z]+ (?:said|says|spoke|presented|wrote|leads?|led|founded|explained)\b"
)
_VERSION = re.compile(r"\bv?\d+\.\d+|\bv\d+\b|(?:バージョン|version )\s*\d|第\d+版", re.IGNORECASE)
_LIMIT = re.compile(
    r"まで|以内|以下|最[大小低高]|上限|超え|\b(?:up to|at (?:most|least)|limit|max|min|within)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d|来[週月年]|先[週月]|昨年|今年|\b(?:next|last) (?:week|month|year)\b"
)
_PLACE = re.compile(r"リージョン|\bregions?\b|@ ?[A-Z]{2}\b|会場", re.IGNORECASE)
_PRICE = re.compile(r"無料|料金|価格|有料|\bfree of charge\b|\bpric(?:e|ing)\b", re.IGNORECASE)


_CONTEXT = re.compile(r"\([^()]*(?:\([^()]*\))?[^()]*\)\s*$")  # what a follow-up was about


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how a question asks for it and how a passage gives it."""

    name: str
    asks: re.Pattern[str]
    given: Callable[[str], bool]


def _units(units: frozenset[str]) -> Callable[[str], bool]:
    return lambda text: any(figure.unit in units for figure in figures(text))


def _price(text: str) -> bool:
    return _units(_MONEY)(text) or _PRICE.search(text) is not None


def _date(text: str) -> bool:
    return _units(_DATES)(text) or _DATE.search(text) is not None


def _person(text: str) -> bool:
    if _PERSON.search(text):
        return True
    return any(
        word.part_of_speech()[2] == "人名" and not word.surface().isascii()
        for word in morphemes(text)
    )


def _place(text: str) -> bool:
    if _PLACE.search(text):
        return True
    return any(
        word.part_of_speech()[2] == "地名" and not word.surface().isascii()
        for word in morphemes(text)
    )


def _limit(text: str) -> bool:
    return any(_LIMIT.search(line) and figures(line) for line in text.split("\n"))


def _kind(name: str, given: Callable[[str], bool], *asks: str) -> Kind:
    return Kind(name, re.compile("|".join(asks), re.IGNORECASE), given)


KINDS: Sequence[Kind] = (
    _kind(
        "price",
        _price,
        r"\bhow much (?:is|does|do|are|will|would|did)\b(?!.*\b(?:faster|quicker|more|less)\b)",
        r"\bpric(?:e|es|ing)\b|\bwhat does .* cost\b|\bcosts? (?:of|per|for)\b|\bfees?\b",
        r"いくら|料金|価格|値段|課金|参加費|月額|費用は(?!.*最適)",
    ),
    _kind(
        "share",
        _units(frozenset(("%", "times"))),
        r"\bpercent|\bby how much\b|\bhow much (?:faster|cheaper|better|more|less)\b",
        r"何(?:%|パーセント|割|倍)|割合",
    ),
    _kind(
        "duration",
        _units(_TIMES),
        r"\bhow (?:long|soon|quickly)\b",
        r"何(?:秒|分(?!の)|時間|日間|週間|か月|ヶ月)|どのくらいの(?:時間|期間)|所要時間|期間は",
    ),
    _kind("version", lambda text: bool(_VERSION.search(text)), r"\bversions?\b", r"バージョン"),
    _kind(
        "limit",
        _limit,
        r"\b(?:maximum|limit on|upper limit|at most|cap on|quota|minimum)\b",
        r"最大|最小|最低|上限|容量|サイズは",
    ),
    _kind(
        "quantity",
        lambda text: bool(figures(text)),
        r"\bhow (?:many|large|big|deep|often|far|high)\b",
        r"何(?:個|本|件|人|台|回|名|社|種類|言語|つ|枚|ページ|[GMT]B|ギガ|メガ)|いくつ(?!か)",
    ),
    _kind(
        "person",
        _person,
        r"\bwho (?:is|was|are|were|won|wrote|gave|spoke|leads?|led|took|runs|founded|said)\b",
        r"\bwhose\b|\bwho(?: exactly)?\?|\bspeakers?\b|\bauthor\b",
        r"誰|だれ(?!で)|どなた|担当者|登壇者",
    ),
    _kind(
        "date",
        _date,
        r"\bwhen (?:will|did|was|were|is|are|does|do)\b|\brelease date\b",
        r"\b(?:what|which) (?:date|day|month|year)\b",
        r"いつ(?!も|で)|何月|何日|何年|時期|日程|日付|何時(?!間)",
    ),
    _kind(
        "place",
        _place,
        r"\b(?:what|which) (?:country|countries|city|cities|hotel|venue|place|regions?)\b",
        r"\bin (?:the .{1,20} )?regions?\b|\bwhere (?:did|was|were|will)\b",
        r"リージョン|どこで(?!も|使)|会場|場所|都市|どの国",
    ),
    _kind("reason", lambda text: True, r"\bwhy\b|\breasons?\b", r"なぜ|何故|どうして|理由|背景"),
    _kind(
        "comparison",
        lambda text: True,
        r"\bcompare[ds]?\b|\bversus\b|\bvs\b|\bbetter than\b",
        r"\bwhich is (?:faster|better|cheaper)\b",
        r"比べ|比較|どっち|どちら|選ぶべき",
    ),
)


def asked_kinds(question: str) -> tuple[Kind, ...]:
    """The kinds of answer that a question asks for; most ask for none of these."""
    folded = _CONTEXT.sub("", fold(question))
    return tuple(kind for kind in KINDS if kind.asks.search(folded))


def missing_kinds(question: str, passage: str) -> tuple[str, ...]:
    """The kinds asked for of which the passage holds nothing."""
    folded = fold(passage)
    return tuple(kind.name for kind in asked_kinds(question) if not kind.given(folded))
