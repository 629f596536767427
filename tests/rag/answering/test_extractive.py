"""Answers without a model: whole segments, under their breadcrumb, what answers numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ingest.notes.chunking import chunk_note
from rag.answering.base import AnswerRequest, Draft
from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.refusal import nearest_topics
from rag.pipeline import Pipeline
from rag.text.markup import label
from rag.text.quotes import quote_stands
from rag.types import Hit, Source

BAKERY = """# Bakery

## Oven

To warm it up:

1. Close the *door*.
2. Press `start`.

```sh
ovenctl warm --all
```

## Prices

| Bread | Price |
| --- | --- |
| Rye | 4 |
| Spelt | 6 |
"""


def asked(
    odds: Sequence[float], answers: Sequence[Sequence[float]] = (), text: str = BAKERY
) -> AnswerRequest:
    note = chunk_note("bakery.md", text)
    hits = tuple(
        Hit(rank, 0.5, chunk, 0.5, 0.5, tuple(0.5 for _ in chunk.segments), said, tuple(told))
        for rank, (chunk, said, told) in enumerate(
            zip(note.chunks, odds, [*answers, *[()] * len(odds)], strict=False), 1
        )
    )
    return AnswerRequest("How?", "en", hits, {note.source.id: note.source})


def answered(request: AnswerRequest) -> Draft:
    *_, draft = ExtractiveAnswerer().answer(request)
    assert isinstance(draft, Draft)
    return draft


def test_steps_and_commands_are_shown_with_what_leads_to_them() -> None:
    draft = answered(asked((3.0, -9.0)))
    assert "**Bakery › Oven**" in draft.text
    for line in ("To warm it up:", "1. Close the", "2. Press", "```\novenctl warm --all\n```"):
        assert line in draft.text
    assert "Rye" not in draft.text


def test_a_table_is_shown_as_one_and_only_what_is_near_an_answer() -> None:
    request = asked((-9.0, 3.0))
    draft = answered(replace(request, hits=request.hits[::-1]))
    assert "| Bread | Price |" in draft.text and "Spelt" in draft.text
    assert "Close" not in draft.text


def test_the_number_stands_behind_what_answers_and_every_quote_is_verified() -> None:
    request = asked((3.0,), [(-5.0, -5.0, 4.0, -5.0)])
    draft = answered(request)
    marked = [line for line in draft.text.split("\n") if "[1]" in line]
    assert len(marked) == 1 and marked[0].startswith("2. Press")
    assert draft.highlights[0].startswith("Press")
    assert all(one.verified for one in draft.citations)
    assert all(quote_stands(one.quote, BAKERY) for one in draft.citations)
    assert draft.citations[0].locator.start_line == 5


def test_what_does_not_stand_in_its_source_is_not_shown() -> None:
    request = asked((3.0,))
    other = {name: Source(name, "note", "n", "Nothing of it.") for name in request.sources}
    gone = AnswerRequest("How?", "en", request.hits, other)
    draft = answered(gone)
    assert draft.refused and not draft.citations and not draft.highlights


def test_what_did_not_fit_is_counted() -> None:
    sentences = " ".join(f"Rule {n} is about {'x' * 60}." for n in range(7))
    request = asked((3.0,), text=f"# Rules\n\n{sentences}\n")
    assert "more there" in answered(request).text


def test_what_leads_others_is_named_without_half_a_bracket() -> None:
    assert label("Ovenの強化　（Oven: パンを焼く機械）") == "Ovenの強化"
    assert label("**Rotor（新）**：　回る") == "Rotor（新）"
    assert label("（Rotor: 回る") == "（Rotor: 回る"
    assert len(label("長" * 80)) == 60


def test_a_refusal_names_readable_topics() -> None:
    assert nearest_topics(asked((0.0, 0.0)).hits) == ("To warm it up:", "Prices")


@pytest.mark.parametrize(
    "question", ["what changed for CloudFormation?", "CloudFormationは何が変わった？"]
)
def test_changes_of_a_thing_are_told(shipped_pipeline: Pipeline, question: str) -> None:
    answer = shipped_pipeline.ask(question)
    assert not answer.refused
    quotes = "\n".join(citation.quote for citation in answer.citations[:2])
    assert "CloudFormationがGitとの同期をサポート" in quotes and "CodeCommit" in quotes


def test_a_comparison_quotes_each_side(shipped_pipeline: Pipeline) -> None:
    answer = shipped_pipeline.ask(
        "What is the difference between Console-to-Code and Application Composer?"
    )
    quotes = "\n".join(citation.quote for citation in answer.citations)
    assert "Console-to-Code" in quotes and "Application Composer" in quotes
