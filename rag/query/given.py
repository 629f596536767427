"""Whether a passage gives an answer of some kind: a price, a date, a person, so many of something.

Every check takes the question and the text, both folded, and says whether the text holds anything
that could answer: it errs towards yes, since a reader is better served by a passage that was near
than by a refusal that was wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rag.query.counted import counted
from rag.text.names import COMMON, latin_terms, morphemes
from rag.text.quantities import figures

Given = Callable[[str, str], bool]

_PERSON = re.compile(
    r"\b(?:CEO|CTO|CIO|CFO|Mr|Ms|Mrs|Dr)\b|さん|氏(?=[はがの、。]|$)"
    r"|\b[A-Z][a-z]+ [A-Z][a-z]+ (?:said|says|spoke|presented|wrote|leads?|led|founded|explained)\b"
    r"|\b(?:by|from|to|call|ask|with) ?[A-Z]\w+|\b[A-Za-z]+: [A-Z]\w+(?=$|[;,.\n])"
    r"|\b[A-Z]\w+ (?:collects|checks|keeps|runs|handles|decides|approves|looks|writes|leads)\b"
    r"|\b(?:owners?|editors?|members?|students?|adults|teachers?|visitors?|guests?|one person)\b"
    r"|社|担当|部長|上長|メンバー"
)
_VERSION = re.compile(
    r"\bv?\d+\.\d+|\bv\d+\b|(?:バージョン|version )\s*\d|第\d+版|[A-Za-z]\d+\s*→", re.IGNORECASE
)
_LIMIT = re.compile(
    r"まで|以内|以下|以上|最[大小低高長短]|上限|超え|のみ|だけ"
    r"|\b(?:up to|at (?:most|least)|limit|max|min|within|only|no more|over|below|above|under)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d|来[週月年]|先[週月]|昨年|今年|毎[週月年日]|[月火水木金土日]曜|[火木]曜|月末|平日|週末"
    r"|\b(?:next|last) (?:week|month|year)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
    r"|\b(?:sunset|sunrise|noon|midnight|solstice|equinox|at night|evenings?)\b|\d時|\d:\d\d",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?:a|per|whole|every|each|one) (?:\w+ )?(?:night|winter|summer|week|evening)|\dh\b"
)
_PLACE = re.compile(
    r"リージョン|\bregions?\b|@ ?[A-Z]{2}\b|会場|\d階|受付|地下|上で|内で|に書|に置|室"
    r"|棚|机|箱|引き出し|倉庫|物置|玄関|入口|[左右隣横奥裏]の|\b(?:shelf|drawer|cupboard)\b"
    r"|\b(?:at|in|on|under|by|inside|behind|beside) the \w+|\bfloor\b",
    re.IGNORECASE,
)
_ASKS_REGION = re.compile(r"リージョン|\bregions?\b", re.IGNORECASE)
_REGION = re.compile(
    r"@ ?[A-Z]{2}\b|\b[a-z]{2}-[a-z]+-\d\b|\b(?:US|EU|Tokyo|Europe|Asia)\b|(?:全|各)リージョン"
)
_PRICE = re.compile(
    r"無料|有料|負担|自腹|\bfree\b"
    r"|\b(?:costs?|pays?|fee|charge) (?:\w+ ){0,3}(?:\d|nothing|a third|half)",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"https?://|www\.|@\w+\.\w|\d{2,4}-\d{2,4}-\d{3,4}|\+\d{2}|〒|\d{5,}")


def any_unit(*units: str) -> Given:
    """A figure in one of these units."""
    wanted = frozenset(units)
    return lambda _, text: any(figure.unit in wanted for figure in figures(text))


def any_figure(_: str, text: str) -> bool:
    """A figure of any kind."""
    return bool(figures(text))


def always(_: str, __: str) -> bool:
    """Nothing in a passage tells that it does not answer."""
    return True


def price(_: str, text: str) -> bool:
    """An amount of money, or that it costs nothing."""
    return any_unit("yen", "dollar", "euro")("", text) or _PRICE.search(text) is not None


def date(_: str, text: str) -> bool:
    """A day, month or year, or a time of day."""
    return any_unit("year", "month", "day")("", text) or _DATE.search(text) is not None


def duration(_: str, text: str) -> bool:
    """A length of time, or how often something happens in one."""
    return any_unit("second", "day", "months", "year")("", text) or bool(_PERIOD.search(text))


def person(_: str, text: str) -> bool:
    """Somebody, by name or by what they do."""
    if _PERSON.search(text):
        return True
    return any(_proper(text, "人名"))


def place(question: str, text: str) -> bool:
    """A region, a town, a room."""
    if _ASKS_REGION.search(question):
        return _REGION.search(text) is not None or any(_proper(text, "地名"))
    return _PLACE.search(text) is not None or any(_proper(text, "地名"))


def version(_: str, text: str) -> bool:
    """The number of a version."""
    return _VERSION.search(text) is not None


def limit(_: str, text: str) -> bool:
    """A line that limits something to a figure."""
    return any(_LIMIT.search(line) and figures(line) for line in text.split("\n"))


def contact(_: str, text: str) -> bool:
    """An address: of a page, for mail, of a telephone or an account."""
    return _CONTACT.search(text) is not None


def comparison(question: str, text: str) -> bool:
    """All that the question names stands here, so that it may compare them."""
    names = [name.lower() for name in latin_terms(question) if name.lower() not in COMMON]
    lower = text.lower()
    return all(name in lower for name in dict.fromkeys(names))


def quantity(question: str, text: str) -> bool:
    """So many of what the question counts; where that is not clear, any figure."""
    held = counted(question)
    return any_figure(question, text) if held is None else held(text)


def _proper(text: str, kind: str) -> Iterable[bool]:
    return (
        word.part_of_speech()[2] == kind and not word.surface().isascii()
        for word in morphemes(text)
    )
