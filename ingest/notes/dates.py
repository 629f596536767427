"""The date that a heading, a file's name or a field holds, as an ISO date, month or year."""

from __future__ import annotations

import re
from datetime import date

_MONTH_NAMES = """
    january february march april may june july august september october november december
    """.split()  # noqa: SIM905
_MONTHS = {
    short: number
    for number, name in enumerate(_MONTH_NAMES, 1)
    for short in (name, name[:3], name[:4])
}
_NAME = r"(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988}
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/._ ](?P<month>\d{1,2})[-/._ ](?P<day>\d{1,2})(?!\d)",
        r"(?<![\dA-Fa-f])(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?![\dA-Fa-f])",
        r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日",
        r"(?P<era>令和|平成|昭和)\s*(?P<year>\d{1,2}|元)\s*年\s*(?P<month>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})\s*日)?",
        rf"\b{_DAY}[ -](?:of )?{_NAME},?[ -](?P<year>(?:19|20)\d\d)\b",
        rf"\b{_NAME}[ -]{_DAY},?[ -](?P<year>(?:19|20)\d\d)\b",
        r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月",
        rf"\b{_NAME},? (?P<year>(?:19|20)\d\d)\b",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/._](?P<month>0[1-9]|1[0-2])(?![\d])",
    )
]
_YEAR = re.compile(r"\s*((?:19|20)\d\d)\s*(?:年度?)?\s*$")


def date_in(text: str) -> str:
    """The first date in a text, as `2024-03-11`, `2024-03` or `2024` (a text of nothing else)."""
    text = text[:200]
    if not any(character.isdigit() for character in text) and "元年" not in text:
        return ""
    for form in _FORMS:
        for match in form.finditer(text):
            found = _iso(match.groupdict())
            if found:
                return found
    year = _YEAR.match(text)
    return year[1] if year else ""


def _iso(parts: dict[str, str | None]) -> str:
    written = parts["year"] or ""
    year = 1 if written == "元" else int(written)
    if parts.get("era"):
        year += _ERAS[parts["era"] or ""]
    name = parts.get("name")
    month = _MONTHS[name.lower()] if name else int(parts.get("month") or 0)
    day = parts.get("day")
    try:
        whole = date(year, month, int(day) if day else 1)
    except ValueError:
        return ""
    return whole.isoformat() if day else f"{year:04d}-{month:02d}"
