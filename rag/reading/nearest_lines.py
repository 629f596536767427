"""The lines nearest to a question, and how near one is that gives the kind of answer asked for.

A passage about the right thing often holds a price, only of something else. So it counts where the
answer's kind stands: in the line nearest to the question, a little below, or nowhere near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.index.segments import Unit, units_of
from rag.query.answer_kinds import SOFT_KINDS, Kind
from rag.text.tokenization import fold
from rag.types import Hit

_HITS = 5
_LINES = 12  # lines looked at for a kind of answer
_NEAREST = 4  # lines that must hold it, or it is missing
_PASSAGES = 3
_FAR = 0.25  # a line so much less near than the nearest one is about something else
# A passage as a whole may hold what its nearest line lacks, which says a little less.
_PASSAGE_SHARE, _PASSAGE_LOSS = 1.5, 0.08


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines with what they explain, and whole passages, each with its score, nearest first."""

    question: str
    kinds: tuple[Kind, ...]
    lines: tuple[tuple[float, str], ...]
    passages: tuple[tuple[float, str], ...]

    @classmethod
    def of(cls, question: str, hits: Sequence[Hit], kinds: Sequence[Kind]) -> Lines:
        """Take the first hits of a question apart; `kinds` are those of answer that it asks for."""
        lines: list[tuple[float, str]] = []
        passages: list[tuple[float, str]] = []
        for hit in hits[:_HITS]:
            units = units_of(hit.chunk)
            passages.append((hit.score, fold("\n".join(unit.text for unit in units))))
            lines += [
                (score, _explained(units, place))
                for place, (score, _) in enumerate(zip(hit.units, units, strict=False))
            ]
        lines.sort(key=lambda pair: -pair[0])
        return cls(fold(question), tuple(kinds), tuple(lines), tuple(passages))

    def missing(self) -> tuple[str, ...]:
        """The kinds asked for of which the nearest lines hold nothing."""
        near = "\n".join(text for _, text in self.lines[:_NEAREST])
        return tuple(kind.name for kind in self.kinds if not self._holds(kind, near))

    def _holds(self, kind: Kind, near: str) -> bool:
        if kind.name == "comparison":  # two things are compared where both stand
            return any(kind.given(self.question, text) for _, text in self.passages[:_PASSAGES])
        return kind.hinted(self.question, near)

    def gap(self) -> float:
        """The largest gap of a kind asked for, 0..1; kinds that no pattern tells have none."""
        hard = [kind for kind in self.kinds if kind.name not in SOFT_KINDS]
        return max((self._gap(kind) for kind in hard), default=0.0)

    def _gap(self, kind: Kind) -> float:
        gaps = [_FAR]
        for score, text in self.lines[:_LINES]:
            if kind.given(self.question, text):
                gaps.append(self.lines[0][0] - score)
                break
        for score, text in self.passages[:_PASSAGES]:
            if kind.given(self.question, text):
                lost = self.passages[0][0] - score
                gaps.append(_PASSAGE_SHARE * lost + _PASSAGE_LOSS)
                break
        return max(0.0, min(gaps)) / _FAR


def _explained(units: Sequence[Unit], place: int) -> str:
    """A line after those that it explains."""
    parts = [units[place].text]
    above = units[place].parent
    while above >= 0:
        parts.insert(0, units[above].text)
        above = units[above].parent
    return fold("\n".join(parts))
