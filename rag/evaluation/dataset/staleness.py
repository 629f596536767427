"""Whether the places that questions expect still stand in the corpus.

`stale`: the notes moved on, nothing can find the place any more; the question is set aside and
said. `unindexed`: it stands in its source but in no passage of the index, because a passage ends in
the middle of it, or because the index lost it: that counts, as a miss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from heapq import nlargest
from typing import Literal

from rag.evaluation.dataset.places import holds, plain, section_of
from rag.evaluation.dataset.question import Place, Question
from rag.text.list_marks import without_marks
from rag.text.quotes import locate_quote, normalise, quote_stands
from rag.types import Chunk, Source

PlaceState = Literal["stands", "unindexed", "stale"]

_CANDIDATES = 30
_NEAR = 0.4
_HEADING = re.compile(r"(#{1,6})\s+(.+)")


@dataclass(frozen=True, slots=True)
class PlaceCheck:
    """What became of an expected place.

    `section` is that of the first passage that holds it; `count` how many do; `nearest` is the
    text of the corpus most like a quote that is gone.
    """

    place: Place
    state: PlaceState
    section: str = ""
    count: int = 0
    nearest: str = ""

    def message(self) -> str:
        """The finding in one line; empty when the place simply stands."""
        if self.state == "stale":
            hint = f"; nearest: “{self.nearest}”" if self.nearest else ""
            return f"{self.place.label()} stands nowhere in the corpus{hint}"
        if self.state == "unindexed":
            return f"{self.place.label()} stands in its source, but in no passage of the index"
        if self.place.quote and self.count > 1:
            return (
                f"{self.place.label()} stands in {self.count} passages, any of which will do; a "
                "longer quote, or a path beside it, names one"
            )
        return ""


def check_question(
    question: Question, chunks: Sequence[Chunk], sources: Mapping[str, Source]
) -> tuple[PlaceCheck, ...]:
    """Look up every expected place of a question."""
    return tuple(_check(place, chunks, sources) for place in question.expect)


def is_stale(checks: Iterable[PlaceCheck]) -> bool:
    """Whether a question must be set aside: one of its places is gone."""
    return any(check.state == "stale" for check in checks)


def _check(place: Place, chunks: Sequence[Chunk], sources: Mapping[str, Source]) -> PlaceCheck:
    found = [chunk for chunk in chunks if holds(chunk, place)]
    if found and not _beyond(place, sources):
        return PlaceCheck(place, "stands", section_of(found[0]), len(found))
    for source in () if _beyond(place, sources) else sources.values():
        if _in_source(place, source):
            return PlaceCheck(place, "unindexed", _headings_above(place, source))
    return PlaceCheck(place, "stale", nearest=nearest_text(place, sources))


def _beyond(place: Place, sources: Mapping[str, Source]) -> bool:
    """Whether a place names lines that its source does not have any more."""
    source = sources.get(place.source)
    return bool(place.lines and source and place.lines[1] > source.text.count("\n") + 1)


def _in_source(place: Place, source: Source) -> bool:
    """Whether the place stands in a source's own text, whatever the index made of it."""
    if place.source and place.source not in (source.id, source.url):
        return False
    lines = source.text.split("\n")
    if place.lines:
        lines = lines[place.lines[0] - 1 : place.lines[1]]
    text = "\n".join(lines)
    if place.quote and not (
        plain(place.quote) in plain(text) or quote_stands(place.quote, source.text)
    ):
        return False
    labels = [plain(without_marks(line)).casefold() for line in lines] if place.path else []
    return bool(text.strip()) and all(
        any(label.startswith(plain(step).removesuffix("…").casefold()) for label in labels)
        for step in place.path
    )


def _headings_above(place: Place, source: Source) -> str:
    """The section of a place that no passage holds: the note's own headings above it."""
    where = locate_quote(place.quote, source.text) if place.quote else place.lines
    lines = source.text.split("\n")[: where[0] if where else 0]
    steps: dict[int, str] = {}
    for line in lines:
        if match := _HEADING.match(line):
            level = len(match[1])
            steps = {above: text for above, text in steps.items() if above < level}
            steps[level] = match[2].strip()
    return " > ".join([steps[level] for level in sorted(steps)][:2]) or source.title


def nearest_text(place: Place, sources: Mapping[str, Source]) -> str:
    """The line of the corpus most like a quote or breadcrumb step that is gone; empty if none is.

    Candidates share character pairs with it (Dice's coefficient); the best of them is chosen by
    difflib's ratio (Ratcliff and Obershelp).
    """
    wanted = normalise(place.quote or (place.path[-1] if place.path else ""))
    if not wanted:
        return _nearest_source(place.source, sources)
    pairs = _pairs(wanted)
    lines = {without_marks(line) for line in _lines(place, sources)}
    likely = nlargest(_CANDIDATES, sorted(lines), key=lambda line: _dice(pairs, normalise(line)))
    best = max(likely, key=lambda line: _ratio(wanted, line), default="")
    return best if best and _ratio(wanted, best) >= _NEAR else ""


def _lines(place: Place, sources: Mapping[str, Source]) -> Iterator[str]:
    named = [source for source in sources.values() if place.source in (source.id, source.url)]
    for source in named or sources.values():
        yield from (line for line in source.text.split("\n") if line.strip())


def _nearest_source(name: str, sources: Mapping[str, Source]) -> str:
    near = get_close_matches(name, sorted(sources), n=1, cutoff=_NEAR)
    return near[0] if near else ""


def _ratio(wanted: str, line: str) -> float:
    """Likeness of a quote to the best-fitting part of a line, not to all of a longer one."""
    text = normalise(line)
    matcher = SequenceMatcher(None, text, wanted, autojunk=False)
    shared = sum(block.size for block in matcher.get_matching_blocks())
    return 2 * shared / (len(wanted) + min(len(text), 2 * len(wanted)))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)} or {text}


def _dice(pairs: set[str], text: str) -> float:
    other = _pairs(text)
    return 2 * len(pairs & other) / (len(pairs) + len(other))
