"""A question a team expects answered, and what a right answer must point at and say."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

from rag.types import Language, Turn

Split = Literal["dev", "test"]
QuestionKind = Literal["fact", "list", "comparison", "definition", "why", "topic", "follow-up"]

SPLITS: tuple[str, ...] = ("dev", "test")
LANGUAGES: tuple[str, ...] = ("en", "ja")
KINDS: tuple[str, ...] = ("fact", "list", "comparison", "definition", "why", "topic", "follow-up")


@dataclass(frozen=True, slots=True)
class Place:
    """One place a right answer must point at; all the fields that are given must hold.

    `quote` stands in the passage; `source` is a note's path or an article's URL; `lines` are first
    and last line in that note; `path` is a run of steps of the breadcrumb, the bullet itself
    included. `line` is where the expectation is written.
    """

    quote: str = ""
    source: str = ""
    lines: tuple[int, int] | None = None
    path: tuple[str, ...] = ()
    line: int = 0

    def label(self) -> str:
        """The place in one line, for people."""
        lines = f"{self.lines[0]}-{self.lines[1]}" if self.lines else ""
        where = ":".join(part for part in (self.source, lines) if part)
        parts = (f"“{self.quote}”" if self.quote else "", " > ".join(self.path), where)
        return " in ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what a right answer must point at and say.

    `expect` are places that recall counts one by one; each of `facts` is a tuple of accepted
    wordings; drafts are never evaluated.
    """

    id: str
    text: str
    language: Language
    split: Split = "dev"
    answerable: bool = True
    kind: QuestionKind = "fact"
    tags: tuple[str, ...] = ()
    expect: tuple[Place, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    history: tuple[Turn, ...] = ()
    standalone: str = ""
    note: str = ""
    draft: bool = False
    file: str = ""
    line: int = 0

    def digest(self) -> str:
        """Changes when what is asked or expected changes, and with nothing else."""
        matter = [
            self.text,
            self.answerable,
            [[place.quote, place.source, place.lines, place.path] for place in self.expect],
            self.facts,
            [[turn.question, turn.answer] for turn in self.history],
        ]
        return hashlib.sha256(json.dumps(matter, ensure_ascii=False).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions that count, in the order of their files, and the drafts that do not."""

    questions: tuple[Question, ...]
    drafts: tuple[Question, ...] = ()

    def digest(self) -> str:
        """A fingerprint of the whole set, whatever the order of its files."""
        lines = sorted(f"{question.id} {question.digest()}" for question in self.questions)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    def only(self, split: str) -> QuestionSet:
        """The questions of one split, or all of them for `all`."""
        kept = (one for one in self.questions if split in ("all", one.split))
        return QuestionSet(tuple(kept), self.drafts)
