"""What a reader learns from, as token ids."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.torch_e5 import QuantisedE5
from rag.embedding.cross_encoder import pair

BATCH = 16
_NO_PATH = 0.15  # the share of passages that are shown without their headings


@dataclass(frozen=True, slots=True)
class Example:
    """Question and passage as token ids; the first and last token of the answer, 0 if none."""

    ids: list[int]
    first: int
    last: int
    answered: bool


def records(files: Sequence[Path]) -> list[list[dict[str, Any]]]:
    """The passages of each file."""
    return [
        [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        for file in files
    ]


def examples(
    encoder: QuantisedE5,
    files: Sequence[Sequence[dict[str, Any]]],
    chance: random.Random,
    others: int,
) -> list[Example]:
    """Each question with its passage, and answered ones with so many other passages of the file."""
    made: list[Example] = []
    for passages in files:
        for record in passages:
            for asked in record["questions"]:
                path = record["path"] if chance.random() > _NO_PATH else []
                made.append(_example(encoder, asked["q"], path, record["passage"], asked["a"]))
                rest = [other for other in passages if other is not record]
                count = min(others, len(rest)) if asked["a"] is not None else 0
                for other in chance.sample(rest, count):
                    made.append(
                        _example(encoder, asked["q"], other["path"], other["passage"], None)
                    )
    return made


def _example(
    encoder: QuantisedE5, question: str, path: Sequence[str], text: str, answer: str | None
) -> Example:
    asked = encoder.token_ids(f"query: {question}")
    start = f"passage: {' > '.join(path)}\n" if path else "passage: "
    given, places = encoder.token_places(start + text)
    ids = pair(asked, given)
    if answer is None:
        return Example(ids, 0, 0, False)
    fold = encoder.fold
    begin = fold(start + text).index(fold(answer), len(fold(start)))
    end, before = begin + len(fold(answer)), ids.index(2) + 2
    inside = [
        before + number
        for number, (left, right) in enumerate(places)
        if left < end and right > begin and before + number < len(ids) - 1
    ]
    return Example(ids, inside[0] if inside else 0, inside[-1] if inside else 0, True)


def batches(rows: Sequence[Example], chance: random.Random) -> list[list[Example]]:
    """Batches of like length in random order."""
    order = chance.sample(range(len(rows)), len(rows))
    found: list[list[Example]] = []
    for start in range(0, len(order), 20 * BATCH):
        near = sorted(order[start : start + 20 * BATCH], key=lambda row: len(rows[row].ids))
        found += [[rows[row] for row in near[at : at + BATCH]] for at in range(0, len(near), BATCH)]
    chance.shuffle(found)
    return found
