"""Passages of the shipped notes, an extractive stand-in and a cheap embedder for these tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.answering.base import AnswerRequest, Draft
from rag.llm.budget import Limit
from rag.text.tokenization import bigrams, tokenize
from rag.types import Chunk, Citation, Delta, Hit, Language, Locator, Segment, Source, Turn

ROOT = Path(__file__).parents[2]
NAME = "reinvent-2023.md"
TEXT = (ROOT / "corpus" / "notes" / NAME).read_text(encoding="utf-8")
LINES = TEXT.split("\n")
SOURCES = {NAME: Source(NAME, "note", "reinvent-2023", TEXT)}


def passage(lines: str) -> Chunk:
    """The lines `first-last` of the shipped notes as a chunk under its breadcrumb."""
    first, last = map(int, lines.split("-"))
    indent = len(LINES[first - 1]) - len(LINES[first - 1].lstrip())
    text = "\n".join(line[indent:] for line in LINES[first - 1 : last])
    path, inner, heading = list[str](), indent, 7
    for line in reversed(LINES[: first - 1]):
        if found := re.match(r"(#{1,2}) (.*)", line):
            if len(found[1]) < heading:
                path.insert(0, found[2])
                heading, inner = len(found[1]), -1
        elif (found := re.match(r"(\s*)(?:[-*]|\d+\.) (.*)", line)) and len(found[1]) < inner:
            path.insert(0, found[2])
            inner = len(found[1])
    segments = tuple(
        Segment("sentence", re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", line), Locator(number, number))
        for number, line in enumerate(LINES[first - 1 : last], first)
    )
    where = Locator(first, last)
    title = "reinvent-2023"
    return Chunk(lines, NAME, "note", title, tuple(path), text, where, first, segments=segments)


def request(
    question: str, chunks: Sequence[Chunk], language: Language = "en", extra: Sequence[Source] = ()
) -> AnswerRequest:
    """A question with chunks as its hits."""
    hits = tuple(Hit(rank, 1 - rank / 100, chunk) for rank, chunk in enumerate(chunks, 1))
    return AnswerRequest(question, language, hits, SOURCES | {one.id: one for one in extra})


class Extractive:
    """Quotes the first hit: stands in where the real extractive answerer would."""

    name = "extractive"

    def standalone(
        self, question: str, history: Sequence[Turn], language: Language, limit: Limit
    ) -> str:
        return question

    def answer(self, request: AnswerRequest) -> Iterator[Delta | Draft]:
        chunk = request.hits[0].chunk
        text = f"「{chunk.text.splitlines()[0]}」[1]"
        yield Delta(text)
        quote = chunk.text.splitlines()[0]
        yield Draft(text, (Citation(1, chunk, quote, True, chunk.locator),), self.name)


class WordVectors:
    """Embeds a text by its words alone: fast, and the same in every run.

    Only for tests that are not about meaning; those take the real embedder.
    """

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in [*tokenize(text), *bigrams(text)]:
                row[sum(map(ord, word)) * 7919 % 512] += 1
            row[0] += 0.01
            row /= np.linalg.norm(row)
        return rows
