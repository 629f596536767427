"""Draft questions: what a reader missed, or a suggestion, on its way to becoming a test.

Drafts stand in `corpus/questions/drafts.yaml` with `draft: true`. They are read and checked like
all questions and never counted, until a person takes the mark out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from rag.errors import QuestionFileError
from rag.evaluation.dataset.places import holds
from rag.evaluation.dataset.question import Place, Question
from rag.evaluation.dataset.schema import read_file
from rag.evaluation.dataset.yaml_nodes import Problems
from rag.storage.atomic import write_text
from rag.storage.feedback import Feedback
from rag.text.combining import nfkc
from rag.text.language import question_language
from rag.text.list_marks import without_marks
from rag.types import Chunk, Hit, Language, Turn

_HEADER = """\
# Drafts: checked with the other questions, never counted. To accept one, look at the question, the
# place and the facts; then `python -m rag questions accept ID`, which takes its mark out.
questions:
"""
_MARKUP = re.compile(r"[*`]+")  # no part of what is compared, and in the way of who reads
_LONGEST_QUOTE = 120
_SHORTEST_QUOTE = 6
_LOCK_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding drafts: the new ones, and the ids that were there already."""

    path: Path
    added: tuple[Question, ...]
    known: tuple[str, ...]


def draft(
    question: str,
    places: Sequence[Place],
    *,
    answerable: bool = True,
    language: Language | None = None,
    facts: Sequence[str] = (),
    history: Sequence[Turn] = (),
    standalone: str = "",
    tags: Sequence[str] = (),
    note: str = "",
) -> Question:
    """A draft question; its id comes from its text, so that the same one is not added twice."""
    spoken = language or question_language(question)
    return Question(
        id=_identifier(question, spoken, history),
        text=" ".join(question.split()),
        language=spoken,
        answerable=answerable,
        kind="follow-up" if history else "fact",
        tags=tuple(tags),
        expect=tuple(places) if answerable else (),
        facts=tuple((fact,) for fact in facts) if answerable else (),
        history=tuple(history),
        standalone=(standalone or question) if history else "",
        note=note,
        draft=True,
    )


def draft_from_feedback(
    feedback: Feedback, chunks: Sequence[Chunk], picked: Collection[int] = ()
) -> Question:
    """A thumbs-down as a draft.

    Args:
        feedback: the verdict with the answer it is about.
        chunks: the passages of the index, to find a quote that stands in one of them only.
        picked: ranks of the hits that answer the question; without any, what the answer cited
            first, or else the best hit, is taken, for a person to check.
    """
    answer = feedback.answer
    hits = [hit for hit in answer.hits if hit.rank in picked]
    right = [hit.chunk for hit in hits]
    guessed = not right
    if guessed:
        cited = [one.chunk for one in answer.citations]
        right = (cited or [hit.chunk for hit in answer.hits])[:1]
    comment = " ".join(feedback.comment.split())
    notes = [f"a reader was not content ({feedback.time[:10]})", comment]
    notes.append("the place is a guess: check it" if guessed else "")
    one = draft(
        answer.question,
        [place_of(chunk, chunks) for chunk in right],
        history=feedback.history,
        standalone=answer.standalone,
        tags=("feedback",),
        note="; ".join(part for part in notes if part),
    )
    return replace(one, language=answer.language)


def place_of(chunk: Chunk, chunks: Sequence[Chunk]) -> Place:
    """The place that a passage is: a line of it that stands nowhere else, or its line numbers."""
    for line in chunk.text.split("\n"):
        quote = _MARKUP.sub("", without_marks(line))[:_LONGEST_QUOTE].strip()
        place = Place(quote=quote, source=chunk.source)
        if len(quote) < _SHORTEST_QUOTE or not holds(chunk, place):
            continue
        if sum(holds(other, place) for other in chunks) == 1:
            return place
    if chunk.locator.start_line is not None:
        end = chunk.locator.end_line or chunk.locator.start_line
        return Place(source=chunk.source, lines=(chunk.locator.start_line, end))
    return Place(source=chunk.source, path=chunk.path)


def best_hits(hits: Iterable[Hit], ranks: Collection[int]) -> list[Chunk]:
    """The passages of the named ranks.

    Raises:
        QuestionFileError: a rank that was not retrieved.
    """
    by_rank = {hit.rank: hit.chunk for hit in hits}
    for rank in ranks:
        if rank not in by_rank:
            raise QuestionFileError(f"no passage {rank}: {len(by_rank)} were retrieved")
    return [by_rank[rank] for rank in ranks]


def add_drafts(path: Path, drafts: Iterable[Question], known: Collection[str] = ()) -> Added:
    """Append drafts to a file; what people wrote in it stays as it is.

    Args:
        path: the file; it is made where there is none.
        drafts: what to add.
        known: ids that are taken elsewhere.

    Raises:
        QuestionFileError: the file is there but cannot be read as questions.
        DiskFull: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    with FileLock(lock, timeout=_LOCK_SECONDS):
        problems = Problems(path)
        there = read_file(path, problems) if path.exists() else []
        if problems.found:
            raise QuestionFileError("\n".join(problems.lines()))
        taken = {*known, *(one.id for one in there)}
        fresh = {one.id: one for one in drafts}
        new = [one for name, one in fresh.items() if name not in taken]
        if new:
            write_text(path, _appended(path, there, new))
    lock.unlink(missing_ok=True)
    return Added(path, tuple(new), tuple(name for name in fresh if name in taken))


def _appended(path: Path, there: Sequence[Question], new: Sequence[Question]) -> str:
    text = path.read_text(encoding="utf-8-sig") if there else _HEADER
    if there:
        # as far in as the items before
        first = text.split("\n")[there[0].line - 1]
        indent = first[: len(first) - len(first.lstrip())]
    else:
        indent = "  "
    entries = (yaml.safe_dump([_as_yaml(one)], allow_unicode=True, sort_keys=False, width=10_000)
               for one in new)  # fmt: skip
    body = "\n".join(
        "".join(f"{indent}{line}\n" for line in entry.splitlines()) for entry in entries
    )
    whole = text.rstrip("\n") + "\n" + ("\n" if there else "") + body
    try:
        loaded = yaml.safe_load(whole)["questions"]
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, KeyError):
        loaded = ()
    if len(loaded) != len(there) + len(new):
        raise QuestionFileError(
            f"{path}: cannot be added to; 'questions' must be its last key, a list with '- '"
        )
    return whole


def _as_yaml(one: Question) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": one.id,
        "draft": True,
        "question": one.text,
        "lang": one.language,
        "split": one.split,
        "answerable": one.answerable,
        "kind": one.kind,
        "tags": list(one.tags),
        "expect": [_place_as_yaml(place) for place in one.expect],
        "facts": [list(fact) for fact in one.facts],
        "history": [_turn_as_yaml(turn) for turn in one.history],
        "standalone": one.standalone,
        "note": one.note,
    }
    return {name: value for name, value in values.items() if value not in ("", [])}


def _turn_as_yaml(turn: Turn) -> dict[str, str]:
    return {"question": turn.question, **({"answer": turn.answer} if turn.answer else {})}


def _place_as_yaml(place: Place) -> dict[str, Any]:
    lines = f"{place.lines[0]}-{place.lines[1]}" if place.lines else ""
    values = {
        "quote": place.quote,
        "source": place.source,
        "lines": lines,
        "path": list(place.path),
    }
    return {name: value for name, value in values.items() if value}


def _identifier(question: str, language: str, history: Sequence[Turn]) -> str:
    plain = nfkc(question)
    words = re.findall(r"[A-Za-z0-9]+", plain.casefold())[:4]
    told = "\n".join([plain, *(turn.question for turn in history)])
    digest = hashlib.sha256(told.encode()).hexdigest()[:6]
    return "-".join([*words, digest, language])
