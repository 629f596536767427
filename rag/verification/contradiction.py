"""Where a sentence says otherwise than the source that it is about: denied, released, opposite.

Each part of a sentence is held against the lines that it is about: those that hold its rarest name,
else the line nearest in meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.text.analysis import WORD, SourceView, units_of
from rag.text.names import is_japanese, latin_terms
from rag.text.tokenization import tokenize
from rag.verification.antonyms import opposed, widened
from rag.verification.negation import denies, limits, needs, negated
from rag.verification.release_status import at_odds, statuses

Rank = Callable[[str, Sequence[str]], list[str]]
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORTEST = 2  # letters of a word that tells what a sentence is about
_FEW = 2  # lines that a name may stand in and still tell what a sentence is about


def conflict(text: str, view: SourceView, rank: Rank) -> tuple[str, str] | None:
    """Reason and line of the source that a part of the sentence contradicts, None if none does.

    Args:
        text: the sentence, without citation marks.
        view: its source.
        rank: orders texts by how near they are to a part of the sentence, nearest first.
    """
    for part in units_of(text):
        ranked = rank(part, view.units)
        lines = rank(part, view.lines)
        about = anchored(part, lines) or lines[:1]
        if statuses(part):
            if line := _other_status(part, view, about):
                return "status", line
        elif line := _denied(part, view, ranked):
            return "negation", line
        if found := _otherwise(part, about):
            return found
    return None


def _otherwise(part: str, about: Sequence[str]) -> tuple[str, str] | None:
    """A year or end of a scale that is another one in the lines a part is about."""
    if not about:
        return None
    here = " ".join(about)
    years, there = set(_YEAR.findall(part)), set(_YEAR.findall(here))
    if years and there and not years & there:
        return "figure", about[0]
    if not negated(part) and not denies(here) and (opposed(part, here) or widened(part, here)):
        return "opposite", about[0]
    return None


def _other_status(part: str, view: SourceView, about: Sequence[str]) -> str:
    """The line that gives another status to what a part names, empty if none does."""
    everything = units_of(view.text)
    if len(statuses(part)) > 1:
        return about[0] if about and at_odds(part, everything) else ""
    speaking = [
        (lines, pieces)
        for lines in (about, *_holding(part, view.lines).values())
        if len(lines) <= _FEW and (pieces := [p for line in lines for p in units_of(line)])
        if any(map(statuses, pieces))
    ]
    for lines, pieces in speaking:
        if at_odds(part, pieces):
            return lines[0]
    return view.lines[0] if not speaking and at_odds(part, everything) else ""


def _denied(part: str, view: SourceView, ranked: Sequence[str]) -> str:
    """The unit of the source that says no where a part says yes, or the other way round."""
    needed = [needs(unit) for unit in view.units]
    if needs(part) and False in needed and True not in needed:
        return view.units[needed.index(False)]
    named = anchored(part, ranked)
    if needs(part) is False and False in needed:
        return ""
    if negated(part):
        near = [] if _about_another(part, ranked[0], named) else ranked[:1]
        # what a source does without (Lambdaなしで) is not what it denies
        same = _says_no if denies(part) else negated
        if any(opposed(part, unit) for unit in (*near, *named)):
            return ""  # not by hand: automatically
        return "" if any(same(unit) for unit in (*near, *named)) else (named or ranked)[0]
    if limits(part):
        return ""
    if denies(ranked[0]):
        return ranked[0]
    return named[0] if named and all(denies(unit) for unit in named) else ""


def _says_no(unit: str) -> bool:
    """Whether a unit denies anything but a need."""
    return negated(unit) and needs(unit) is not False


def anchored(part: str, units: Sequence[str]) -> list[str]:
    """The units that hold the rarest name of a part of a sentence, if few do."""
    best = min(_holding(part, units).values(), key=len, default=[])
    return best if len(best) <= _FEW else []


def _holding(part: str, units: Sequence[str]) -> dict[str, list[str]]:
    """The units that hold each name of a part; over Japanese ones every Latin word is a name."""
    words = WORD.findall(part) if is_japanese(" ".join(units)) else latin_terms(part)
    found: dict[str, list[str]] = {}
    for term in dict.fromkeys(words):
        if len(term) < _SHORTEST or not tokenize(term) or statuses(term):
            continue
        pattern = re.compile(rf"(?<![A-Za-z0-9]){re.escape(term)}(?![A-Za-z0-9])", re.IGNORECASE)
        if holding := [unit for unit in units if pattern.search(unit)]:
            found[term] = holding
    return found


def _about_another(part: str, unit: str, named: Sequence[str]) -> bool:
    """Whether a unit speaks of another name than the sentence does, which stands elsewhere."""
    if not named or unit in named:
        return False
    own = set(map(str.lower, latin_terms(part)))
    return any(len(term) > 3 and term.lower() not in own for term in latin_terms(unit))
