"""What a reader learns from, as token ids."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.torch_e5 import QuantisedE5
from rag.embedding.cross_encoder import pair

BATCH = 16
_NO_PATH = 0.12  # the share of passages that are shown without their headings
_FOLDER = 0.2  # the share that is shown below a folder, which is another note's name
_SWAPPED = 0.5  # of the questions that name the note: shown once under another note's name, too
_NAME = re.compile(r"[A-Za-z0-9][\w-]{2,}|[ァ-ヺー]{3,}|[一-鿿]{2,}|\d{2,}")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """Question and passage as token ids.

    `marks` says of each token whether it belongs to the answer, and `own` which ones are of the
    passage: from the index `own` on, but for the last.
    """

    ids: list[int]
    marks: list[bool]
    own: int
    answered: bool


def records(files: Sequence[Path]) -> list[list[Record]]:
    """The passages of each file."""
    return [
        [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        for file in files
    ]


def public_records(file: Path, most: int, chance: random.Random) -> list[list[Record]]:
    """Paragraphs of a public set with answer spans, a list a title."""
    titles: dict[str, list[Record]] = {}
    lines = file.read_text("utf-8").splitlines()
    for line in chance.sample(lines, min(most, len(lines))):
        row = json.loads(line)
        asked = [{"q": one["q"], "a": _first(one["a"])} for one in row["qas"]]
        titles.setdefault(row["title"], []).append(
            {"path": [row["title"]], "passage": row["context"], "questions": asked[:3]}
        )
    return list(titles.values())


def _first(answer: str | Sequence[str]) -> str:
    """The first of the answers that a public set names."""
    return answer if isinstance(answer, str) else answer[0]


def examples(
    encoder: QuantisedE5, files: Sequence[Sequence[Record]], chance: random.Random, others: int
) -> Iterator[Example]:
    """Each question with its passage, and answered ones with so many other passages of the file."""
    for passages in files:
        for record in passages:
            for asked in record["questions"]:
                yield _example(encoder, asked, record, _context(record, passages, chance))
                if asked["a"] is None:
                    continue
                rest = [other for other in passages if other is not record]
                for other in chance.sample(rest, min(others, len(rest))):
                    unanswered = {"q": asked["q"], "a": None}
                    yield _example(encoder, unanswered, other, _context(other, passages, chance))
                swapped = _under_another_name(asked["q"], record, rest)
                if swapped and chance.random() < _SWAPPED:
                    unanswered = {"q": asked["q"], "a": None}
                    yield _example(encoder, unanswered, record, chance.choice(swapped))


def _context(record: Record, passages: Sequence[Record], chance: random.Random) -> list[str]:
    """What the passage stands under, as the index has it, now and then less or more."""
    if chance.random() < _NO_PATH:
        return []
    path = list(record["path"])
    date = record.get("date") or ""
    if date and not any(date in step for step in path):
        path.append(date)
    if chance.random() < _FOLDER:
        path.insert(0, chance.choice(passages)["path"][0])
    return path


def _under_another_name(question: str, record: Record, rest: Sequence[Record]) -> list[list[str]]:
    """Breadcrumbs of other notes, where the question names this one and the passage does not.

    Under these the same words are about another thing and answer nothing.
    """
    text = record["passage"]
    names = {
        name
        for name in _NAME.findall(" ".join(record["path"]))
        if name in question and name not in text
    }
    if not names:
        return []
    paths = [[other["path"][0], *record["path"][1:]] for other in rest]
    return [path for path in paths if not any(name in " ".join(path) for name in names)]


def _example(
    encoder: QuantisedE5, asked: dict[str, Any], record: Record, path: Sequence[str]
) -> Example:
    question = encoder.token_ids(f"query: {asked['q']}")
    start = f"passage: {' > '.join(path)}\n" if path else "passage: "
    given, places = encoder.token_places(start + record["passage"])
    ids = pair(question, given)
    before = ids.index(2) + 2  # the ends of the question
    fold = encoder.fold
    text, first = fold(start + record["passage"]), len(fold(start))
    spans = []
    for answer in (asked["a"], *asked.get("also", ())) if asked["a"] is not None else ():
        begin = text.find(fold(answer), first)
        if begin >= 0:
            spans.append((begin, begin + len(fold(answer))))
    marks = [False] * len(ids)
    for number, (left, right) in enumerate(places[: len(ids) - before - 1]):
        marks[before + number] = any(left < end and right > begin for begin, end in spans)
    return Example(ids, marks, before, asked["a"] is not None)


def batches(rows: Sequence[Example], chance: random.Random) -> list[list[Example]]:
    """Batches of like length in random order."""
    order = chance.sample(range(len(rows)), len(rows))
    found: list[list[Example]] = []
    for start in range(0, len(order), 20 * BATCH):
        near = sorted(order[start : start + 20 * BATCH], key=lambda row: len(rows[row].ids))
        found += [[rows[row] for row in near[at : at + BATCH]] for at in range(0, len(near), BATCH)]
    chance.shuffle(found)
    return found
