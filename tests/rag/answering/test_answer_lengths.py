"""Answers and quotes end where nobody would read on, and still stand word for word."""

from __future__ import annotations

import pytest

from ingest.notes.chunking import chunk_note
from rag.answering.base import AnswerRequest, Draft
from rag.answering.citations import cite
from rag.answering.extractive import ExtractiveAnswerer
from rag.text.clipping import LONGEST, clip
from rag.types import Chunk, Hit, Locator, Source

LINES = {
    "brackets": "See https://example.com/" + "[" * 10_000,
    "a word": "The limit is " + "x" * 10_000,
    "sentences": "The limit of a queue is seven. " * 100,
    "japanese": "キューの上限は七件です。" * 300,
    "no stop": "上限" * 5_000,
    "items": "\n".join(f"- the limit of queue {number} is seven" for number in range(120)),
    "depth": "\n".join(f"{' ' * depth}- the limit {depth}" for depth in range(60)),
}


@pytest.mark.parametrize("text", LINES.values(), ids=LINES)
def test_an_answer_from_what_nobody_wrote_is_bounded(text: str) -> None:
    path = tuple(f"step {number} of the limit" for number in range(40))
    where = Locator(1, text.count("\n") + 1)
    segments = chunk_note("a.md", text).chunks[0].segments
    chunk = Chunk("a", "a.md", "note", "a", path, text, where, 0, segments=segments)
    source = Source("a.md", "note", "a", text)
    request = AnswerRequest(
        "What is the limit of a queue?", "en", (Hit(1, 1.0, chunk, 0.9),), {"a.md": source}
    )
    *_, draft = ExtractiveAnswerer().answer(request)
    assert isinstance(draft, Draft)
    assert len(draft.text) < 40_000
    for citation in draft.citations:
        assert citation.verified
    citation = cite(1, chunk, ["The limit of a queue is seven."], {"a.md": source})
    assert len(citation.quote) <= LONGEST


def test_a_text_is_cut_where_one_can_stop() -> None:
    assert clip("short") == "short"
    assert clip("One two. Three four.", 12) == "One two."
    assert clip("一つ目です。二つ目です。", 8) == "一つ目です。"
    assert clip("x" * 50, 10) == "x" * 10
