"""Figures of a text with their units, comparable across Japanese and English.

`12倍`, `１２ 倍`, `twelve times` and `12x` are one figure, as are `60分` and `1 hour`, `1,000` and
千. A source that holds no such figure does not support a sentence that states it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rag.text.numbers import number_of
from rag.text.tokenization import fold

_UNITS: dict[str, tuple[str, float]] = {
    name: (unit, factor)
    for names, unit, factor in (
        ("ミリ秒 millisecond milliseconds ms", "second", 0.001),
        ("秒 秒間 second seconds sec secs s", "second", 1),
        ("分 分間 minute minutes min mins", "second", 60),
        ("時間 hour hours hr hrs h", "second", 3600),
        ("日 日間 day days", "day", 1),
        ("週 週間 week weeks", "day", 7),
        ("ヶ月 か月 カ月 ヵ月 箇月 month months", "months", 1),
        ("年 年間 year years", "year", 1),
        ("月", "month", 1),
        ("% パーセント percent", "%", 1),
        ("割", "%", 10),
        ("倍 times x fold", "times", 1),
        ("円 yen", "yen", 1),
        ("ドル dollar dollars usd $", "dollar", 1),
        ("ユーロ euro euros eur €", "euro", 1),
        ("バイト byte bytes", "byte", 1),
        ("kb キロバイト kilobyte kilobytes", "byte", 1e3),
        ("mb メガバイト megabyte megabytes", "byte", 1e6),
        ("gb ギガバイト gigabyte gigabytes", "byte", 1e9),
        ("tb テラバイト terabyte terabytes", "byte", 1e12),
        ("pb ペタバイト petabyte petabytes", "byte", 1e15),
        ("eb エクサバイト exabyte exabytes", "byte", 1e18),
    )
    for name in names.split()
}
_UNITS["¥"] = _UNITS["円"]


def _words(text: str, first: int, step: int = 1) -> dict[str, float]:
    return {word: float(first + step * place) for place, word in enumerate(text.split())}


_ONES = _words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
    1,
)
_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_KANJI = {char: float(value) for value, char in enumerate("〇一二三四五六七八九")}
_PLACES = {"十": 10.0, "百": 100.0, "千": 1000.0}
_MYRIADS = {"万": 1e4, "億": 1e8, "兆": 1e12}
_ROUGH = {"dozens": 10.0, "tens": 10.0, "hundreds": 100.0}
_MONTHS = _words(
    "january february march april may june july august september october november december", 1
)
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()}

_UNIT = rf"(?:{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![a-z])"
_SCALE = rf"(?:[十百千万億兆]+|(?:{'|'.join(_SCALES)})\b)"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    re.compile(r"\b(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b"),
    re.compile(rf"\b{_MONTH}\b\.?\s+{_DAY}\b(?!\s*(?:{_UNIT}))"),
    re.compile(rf"\b{_DAY}\s+{_MONTH}\b"),
    re.compile(rf"\b(?!may\b|march\b){_MONTH}\b"),
)
_ROUND = re.compile(
    r"\b(?:several |a few |many )?(?P<first>tens|dozens|hundreds)(?: of)?\b"
    r"(?: (?P<of>thousand|million|billion)s\b)?"
    r"|\b(?:several|a few|many) (?P<few>hundred|thousand|million|billion)\b"
    r"|\b(?P<last>thousand|million|billion)s\b"
    r"|数(?P<kanji>[十百千万億兆]+)"
)
_DIGITS = re.compile(
    rf"(?P<money>[$¥€])?\s?(?P<number>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)*)"
    rf"(?:[\s-]?(?P<scale>{_SCALE}))?(?:[\s-]?(?P<unit>{_UNIT}))?"
)
_IN_WORD = re.compile(r"[a-z][\w.-]*?$")
_KANJI_NUMBER = re.compile(
    rf"(?<![〇一二三四五六七八九十百千万億兆])(?!十分(?![間以後前]))"
    rf"(?P<number>[〇一二三四五六七八九十百千万億兆]++)"
    rf"(?:(?P<unit>{_UNIT})|(?=[つ個本件台人名社回種点章番位度階行]))"
)
_ENGLISH = re.compile(
    rf"\b(?P<tens>{'|'.join(_TENS)})?-?(?P<ones>{'|'.join(sorted(_ONES, key=len, reverse=True))})?"
    rf"\b(?:[\s-](?P<scale>{'|'.join(_SCALES)})\b)?(?:[\s-]?(?P<unit>{_UNIT}))?"
)
_MULTIPLES = re.compile(r"\b(?:(?P<two>twice|doubl(?:e|es|ed|ing))|tripl(?:e|es|ed|ing))\b")
_RATE = re.compile(
    r"(?:\bper |\beach |\bevery |/ ?|毎)"
    r"(?P<unit>milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|秒|分|時間|日|週|月|年)(?![a-z])|(?P<bill>[月年日])額"
)
_ITEM = (
    r"(?<![A-Za-z0-9_+#.-])[A-Za-z][\w+#.-]*+(?: [A-Z][\w+#.-]*+){0,3}|(?<![ァ-ヺー])[ァ-ヺー]{2,}+"
)
_BETWEEN = re.compile(r" ?[,、・/] ?(?:and |or )?| (?:and|or) |[とや]", re.IGNORECASE)
_LIST = re.compile(rf"(?a:{_ITEM})(?:(?:{_BETWEEN.pattern})(?a:{_ITEM}))+")
_SIZE = re.compile(
    r"(?:キロ|メガ|ギガ|テラ|ペタ|エクサ)バイト|\b(?:kilo|mega|giga|tera|peta|exa)bytes?\b"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in base units; `unit` is empty for a bare count.

    `rough` marks an order of magnitude (数百万, millions of); a value of 0 with a unit stands for a
    size of data named without a number.
    """

    value: float
    unit: str = ""
    rough: bool = False

    def agrees(self, other: Figure) -> bool:
        """Same value, and no two different units."""
        same = abs(self.value - other.value) <= 1e-9 * max(1.0, abs(self.value))
        return same and (self.unit == other.unit or not (self.unit and other.unit))


@lru_cache(maxsize=2048)
def figures(text: str) -> frozenset[Figure]:
    """Every figure in a text, in digits, kanji or English words.

    `one` and 一 count only before a unit (one hour, 一日): elsewhere they are idiom. Digits inside
    an identifier (R8g, S3) are part of its name and no figure.
    """
    plain = fold(text).lower()
    found: set[Figure] = {Figure(_unit(word)[1], "size") for word in _SIZE.findall(plain)}
    for pattern in _DATES:
        plain = _take(pattern, _date, plain, found)
    for pattern, read in (
        (_RATE, _rate),
        (_ROUND, _round),
        (_DIGITS, _digits),
        (_KANJI_NUMBER, _kanji),
        (_ENGLISH, _english),
        (_MULTIPLES, _multiple),
    ):
        plain = _take(pattern, read, plain, found)
    return frozenset(found)


def missing_figures(text: str, source: str) -> tuple[str, ...]:
    """The figures of `text` that do not stand in `source`, as words for a reader."""
    there = figures(source)
    listed = _listed(source)
    raw = frozenset(map(number_of, re.findall(r"\d+", fold(source).replace(",", ""))))
    return tuple(
        sorted(
            f"{figure.value:g} {figure.unit}".strip()
            for figure in figures(text)
            if not any(figure.agrees(other) for other in there)
            and not (figure.unit == "" and figure.value in listed)
            # Java8 in the source holds Java 8, but 15 分 does not hold 15 hours
            # and Invent2022 the year 2022
            and not (
                figure.unit in ("", "times", "year") and not figure.rough and figure.value in raw
            )
        )
    )


def _listed(source: str) -> frozenset[float]:
    """How many things a source lists in a row: A, B and C are three, though it does not say so."""
    return frozenset(
        float(1 + len(_BETWEEN.findall(run.group()))) for run in _LIST.finditer(fold(source))
    )


def _take(
    pattern: re.Pattern[str],
    read: Callable[[re.Match[str]], tuple[Figure, ...]],
    text: str,
    found: set[Figure],
) -> str:
    def replace(match: re.Match[str]) -> str:
        got = read(match) if match.group() else ()
        found.update(got)
        return " | " if got else match.group()

    return pattern.sub(replace, text)


def _unit(name: str | None) -> tuple[str, float]:
    return _UNITS.get(name or "", ("", 1.0))


def _date(match: re.Match[str]) -> tuple[Figure, ...]:
    parts = match.groupdict()
    month = parts["month"]
    got = [Figure(float(month) if month.isdigit() else _MONTHS[month], "month")]
    got += [Figure(float(parts["day"]), "day")] if parts.get("day") else []
    return (*got, Figure(float(parts["year"]), "year")) if parts.get("year") else tuple(got)


def _rate(match: re.Match[str]) -> tuple[Figure, ...]:
    name = match["unit"] or match["bill"]
    if name in ("月", "month", "months"):
        return (Figure(1.0, "months"),)
    unit, factor = _unit(name)
    return (Figure(factor, unit),)


def _round(match: re.Match[str]) -> tuple[Figure, ...]:
    parts = match.groupdict()
    if parts["kanji"]:
        return (Figure(_kanji_value("一" + parts["kanji"]), rough=True),)
    value = _ROUGH.get(parts["first"] or "", 1.0)
    for name in (parts["of"], parts["few"], parts["last"]):
        value *= _SCALES.get(name or "", 1.0)
    return (Figure(value, rough=True),)


def _digits(match: re.Match[str]) -> tuple[Figure, ...]:
    before = match.string[: match.start("number")]
    if before and before[-1].isascii() and (before[-1].isalpha() or before[-1] == "_"):
        return ()  # part of an identifier
    number, scale = match["number"].replace(",", ""), match["scale"]
    unit, factor = _unit(match["unit"] or match["money"])
    if number.count(".") > 1:  # a version
        return (Figure(number_of(number.replace(".", ""))),)
    value = number_of(number) * factor
    if scale:
        value *= _SCALES.get(scale) or _kanji_value("一" + scale)
    return (Figure(value, unit),)


def _kanji(match: re.Match[str]) -> tuple[Figure, ...]:
    unit, factor = _unit(match["unit"])
    value = _kanji_value(match["number"]) * factor
    return () if value == 1 and not unit else (Figure(value, unit),)


def _kanji_value(digits: str) -> float:
    """The value of a kanji numeral, in places (三百二十) or in digits (二〇二三)."""
    if all(char in _KANJI for char in digits):
        return number_of("".join(f"{_KANJI[char]:.0f}" for char in digits))
    total = section = digit = 0.0
    for char in digits:
        if char in _KANJI:
            digit = _KANJI[char]
        elif char in _PLACES:
            section, digit = section + (digit or 1.0) * _PLACES[char], 0.0
        else:
            total, section, digit = total + ((section + digit) or 1.0) * _MYRIADS[char], 0.0, 0.0
    return total + section + digit


def _english(match: re.Match[str]) -> tuple[Figure, ...]:
    if not (match["tens"] or match["ones"]):
        return ()
    unit, factor = _unit(match["unit"])
    value = _TENS.get(match["tens"] or "", 0.0) + _ONES.get(match["ones"] or "", 0.0)
    if value == 1 and not (unit or match["scale"]):
        return ()
    return (Figure(value * _SCALES.get(match["scale"] or "", 1.0) * factor, unit),)


def _multiple(match: re.Match[str]) -> tuple[Figure, ...]:
    return (Figure(2.0 if match["two"] else 3.0, "times"),)
