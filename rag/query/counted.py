"""Whether a text holds an amount of what a question counts: how many members, 何枚, how heavy.

Question and text may be in two languages, so common counters of both are known by each other; of
others only that a number stands before them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.text.names import morphemes
from rag.text.quantities import figures

Holds = Callable[[str], bool]

_AMOUNT = r"(?:\d[\d,.]*|[一二三四五六七八九十百千万数半]+)"
_ENGLISH_AMOUNT = (
    r"(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred|thousand|several|dozens|half)"
)
_PEOPLE = "people|persons?|members?|visitors?|children|kids|students?|users?|guests?"
_COUNTERS = {
    "人": _PEOPLE,
    "名": _PEOPLE,
    "社": "companies|firms?|customers?",
    "枚": "sheets?|frames?|exposures?|pictures?|pages?|copies",
    "部": "copies",
    "本": "videos?|sessions?|talks?|films?|bottles?",
    "台": "machines?|instances?|cars?|computers?|servers?|cameras?|telescopes?",
    "回": "times|once|twice",
    "段": "steps?|stairs",
    "階": "floors?|storeys?|stories",
    "点": "points?|marks?",
    "歳": "years? old|of age|aged",
    "晩": "nights?|evenings?",
    "泊": "nights?",
    "行": "lines?",
    "度": "degrees?",
    "グラム": "g|grams?|kg",
    "キロ": r"km|kg|kilo\w*",
    "メートル": "m|km|cm|mm|metres?|meters?|millimetres?",
}
_MEASURES = {
    "heavy": "kg|g|grams?|tons?|kilos?|pounds?|トン|キロ|グラム",
    "far": "m|km|miles?|metres?|meters?|light[- ]years?|メートル|キロ|光年",
    "high": "m|km|cm|feet|metres?|meters?|メートル|キロ|センチ",
    "old": "years?|歳|年|months?",
    "fast": r"km/h|mph|[kmg]bps|[kmg]bit\w*|seconds?|ms|times|x|percent|倍|秒|degrees?|%|rpm",
    "hot": "degrees?|°|度",
}
_ALIKE = {
    "tall": "high", "wide": "high", "deep": "high", "long": "high", "large": "high", "big": "high",
    "cold": "hot", "warm": "hot", "quick": "fast", "quickly": "fast",
}  # fmt: skip
_HOW_MANY = re.compile(
    r"\bhow many ((?:[a-z0-9'-]+ ?){1,4})|\bnumber of ((?:[a-z0-9'-]+ ?){1,3})", re.IGNORECASE
)
_HOW = re.compile(
    rf"\bhow ({'|'.join([*_MEASURES, *_ALIKE])})\b"
    r"(?! (?:do|does|did|will|can|before|until|may))",
    re.IGNORECASE,
)
_WHAT_COUNT = re.compile(r"何(?=[^かがをにはもでとのよだ時故処])")
_LONGEST_UNIT = 4  # ミリ秒間: a unit may be several words to the dictionary
_COUNTING = frozenset(("名詞", "接尾辞", "接頭辞"))


def counted(question: str) -> Holds | None:
    """A test for an amount of what a question counts or measures; None where that is not clear."""
    if how := _HOW.search(question):
        kind = how[1].lower()
        return _amount_of(_MEASURES[_ALIKE.get(kind, kind)])
    if what := _WHAT_COUNT.search(question):
        return _japanese(question[what.end() :])
    if many := _HOW_MANY.search(question):
        return _english((many[1] or many[2]).split())
    return None


def _amount_of(units: str) -> Holds:
    return _found(rf"(?:{_ENGLISH_AMOUNT}[ -]?|{_AMOUNT} ?)(?:{units})(?![a-z])")


def _japanese(after: str) -> Holds | None:
    words = morphemes(after)
    counter = words[0].surface() if words else ""
    if not counter or words[0].part_of_speech()[0] not in _COUNTING:
        return None
    if of_unit := _unit(after[:_LONGEST_UNIT]):
        return of_unit
    pattern = rf"{_AMOUNT}\s*{re.escape(counter)}"
    if english := _COUNTERS.get(counter) or _COUNTERS.get(counter[:1]):
        pattern += rf"|{_ENGLISH_AMOUNT}\W+(?:[\w'-]+ )?(?:{english})\b"
    return _found(pattern)


def _english(words: list[str]) -> Holds | None:
    if not words:
        return None
    if of_unit := _unit(words[0]):
        return of_unit
    stems = "|".join(re.escape(re.sub(r"(?:ies|es|s)$", "", word.lower())) for word in words[:2])
    counters = [
        counter
        for counter, english in _COUNTERS.items()
        if re.fullmatch(english, words[0], re.IGNORECASE)
    ]
    japanese = f"(?:{'|'.join(counters)})" if counters else "[ぁ-ヿ一-鿿]"
    return _found(rf"\b{_ENGLISH_AMOUNT}\W+(?:[\w'-]+\W+){{0,3}}(?:{stems})|{_AMOUNT}\s*{japanese}")


def _unit(name: str) -> Holds | None:
    """Any figure of a unit that figures are known to have."""
    units = {figure.unit for figure in figures(f"3 {name}") | figures(f"3{name}") if figure.unit}
    if not units:
        return None
    return lambda text: any(figure.unit in units for figure in figures(text))


def _found(pattern: str) -> Holds:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.search(text) is not None
