"""The topics of the notes, as their own outline gives them, and questions to begin with.

Built from the chunks of the index alone: breadcrumbs are the branches, and the first line of a
passage names its leaf.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rag.text.list_marks import without_marks
from rag.types import Chunk
from ui.components.markdown import plain_text

_LABEL_END = re.compile(r"：|:(?=\s|$)|[。．]|\s[-–—]\s|\s{2,}")
_ASIDE = re.compile(r"\s*[（(][^（）()]*[）)]\s*$")
_SENTENCE = re.compile(r"(?:ます|です|ません|でした|ください|か|\?|？|!|！)$")
_LONGEST = 40
_SHORTEST = 2
_SCREENFUL = 8  # lines
_MANY_NOTES = 8
_BONUS = 1.0  # for what the author set in bold


@dataclass(slots=True, eq=False)
class Topic:
    """A heading or bullet: the passages that stand right under it, and the topics inside it."""

    name: str
    path: tuple[str, ...]
    chunks: list[Chunk] = field(default_factory=list)
    inside: dict[str, Topic] = field(default_factory=dict)

    def walk(self) -> Iterator[Topic]:
        """This topic and all inside it, outermost first."""
        yield self
        for topic in self.inside.values():
            yield from topic.walk()

    @property
    def size(self) -> int:
        """How many lines stand in it."""
        lines = sum(chunk.text.count("\n") + 1 for chunk in self.chunks)
        return lines + sum(topic.size for topic in self.inside.values())


def outline(chunks: Iterable[Chunk]) -> dict[str, Topic]:
    """The tree of topics of every note, by source; articles have none of their own here."""
    roots: dict[str, Topic] = {}
    for chunk in sorted(chunks, key=lambda chunk: (chunk.source, chunk.order)):
        if chunk.kind != "note":
            continue
        topic = roots.setdefault(chunk.source, Topic(chunk.title, ()))
        for depth, step in enumerate(chunk.path, 1):
            topic = topic.inside.setdefault(step, Topic(plain_text(step), chunk.path[:depth]))
        topic.chunks.append(chunk)
    return roots


def leaf_name(chunk: Chunk) -> str:
    """What a passage is about: its first line up to the colon or the end of its sentence."""
    return _bare(plain_text(without_marks(chunk.text.partition("\n")[0])))


def starting_topics(roots: dict[str, Topic], count: int) -> list[str]:
    """Names to begin with: topics of a screenful that stand out, few of one section.

    A name that occurs twice, such as "Summary" in every note, says nothing by itself. Where there
    are many notes, their titles are what they are about.
    """
    candidates = [pair for root in roots.values() for pair in _candidates(root)]
    if len(roots) >= _MANY_NOTES:
        candidates = [pair for pair in candidates if pair.title] or candidates
    places = {(candidate.parent, candidate.name.casefold()) for candidate in candidates}
    often = Counter(name for _, name in places)
    telling = [c for c in candidates if often[c.name.casefold()] == 1] or candidates
    return _spread(sorted(telling, key=lambda candidate: -candidate.weight), count)


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    parent: tuple[str, ...]  # the note and the topics above
    weight: float
    title: bool = False  # of a note

    @property
    def section(self) -> tuple[str, ...]:
        """The part of a note that it stands in."""
        return self.parent[:3]


def _candidates(root: Topic) -> Iterator[_Candidate]:
    for topic in root.walk():
        name = _bare(topic.name)
        if _usable(name):
            wide = 0.0 if len(topic.path) > 1 else _BONUS / 2
            parent = (root.name, *topic.path[:-1])
            weight = _weight(name, topic.size) - wide
            yield _Candidate(name, parent, weight, title=not topic.path)
        for chunk in topic.chunks:
            name, lines = leaf_name(chunk), chunk.text.count("\n") + 1
            if lines > 1 and _usable(name) and name != _bare(topic.name):
                bold = _BONUS if "**" in chunk.text.partition("\n")[0] else 0.0
                parent = (root.name, *topic.path)
                yield _Candidate(name, parent, _weight(name, lines) + bold)


def _weight(name: str, lines: int) -> float:
    """How well a topic suits a first question: a short name, neither a line nor a chapter."""
    width = sum(1 if char.isascii() else 2 for char in name)
    return -abs(math.log(lines / _SCREENFUL)) - width / _LONGEST


def _spread(ranked: Sequence[_Candidate], count: int) -> list[str]:
    """The first ones, each section and each name once before any comes twice."""
    chosen: list[_Candidate] = []
    for most in range(1, count + 1):
        for candidate in ranked:
            same = sum(candidate.section == other.section for other in chosen)
            fresh = all(candidate.name.casefold() != other.name.casefold() for other in chosen)
            if same < most and fresh and len(chosen) < count:
                chosen.append(candidate)
    return [candidate.name for candidate in chosen]


def _bare(name: str) -> str:
    """A name without what explains it: after a colon, in brackets at the end."""
    label = _LABEL_END.split(name, maxsplit=1)[0].strip(" \u3000,、;；")
    return _ASIDE.sub("", label).strip() or label


def _usable(name: str) -> bool:
    letters = sum(char.isalpha() for char in name)
    if _SENTENCE.search(name) or "://" in name or any(char in "`*[]|<>" for char in name):
        return False
    return _SHORTEST <= len(name) <= _LONGEST and letters * 2 >= len(name)
