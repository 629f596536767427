"""Questions for all that stands under a heading, over the shipped notes."""

from __future__ import annotations

import pytest

from rag.pipeline import Pipeline
from rag.retrieval.heading_expansion import with_sections
from rag.types import Answer


@pytest.fixture(scope="module")
def pipeline(shipped_pipeline: Pipeline) -> Pipeline:
    return shipped_pipeline


def _quoted(answer: Answer) -> str:
    return "\n".join(citation.quote for citation in answer.citations)


DATABASES = (
    "RDSがDb2",
    "Aurora Limitless",
    "ElastiCache Serverless",
    "Redshift Serverless",
    "Zero-ETL関連",
)


@pytest.mark.parametrize(
    "question",
    [
        "List all database updates",
        "What's new in databases?",
        "DB系で何が発表された？",
        "DBの更新一覧",
    ],
)
def test_a_heading_is_answered_with_all_its_bullets_in_their_order(
    pipeline: Pipeline, question: str
) -> None:
    answer = pipeline.ask(question)
    places = [_quoted(answer).find(name) for name in DATABASES]
    assert -1 not in places and places == sorted(places)
    cited = {citation.chunk.id for citation in answer.citations}
    assert cited <= {hit.chunk.id for hit in answer.hits}


def test_headings_of_the_same_name_are_answered_together(pipeline: Pipeline) -> None:
    quoted = _quoted(pipeline.ask("Which networking features were announced?"))
    for name in ("ATW", "KeyValueStore", "mTLS", "Route53 ARC"):
        assert name in quoted
    assert "https://" not in quoted


def test_a_heading_over_a_single_other_one_gives_what_that_one_holds(pipeline: Pipeline) -> None:
    quoted = _quoted(pipeline.ask("Show me everything about Ops"))
    assert "Application Signals" in quoted and "CloudWatch Logs関連" in quoted


def test_a_thing_that_leads_bullets_is_told_with_what_it_is(pipeline: Pipeline) -> None:
    first = pipeline.ask("What is ElastiCache Serverless?").citations[0].quote
    assert first.startswith("ElastiCache Serverless:")
    changed = pipeline.ask("what changed for CloudFormation?")
    assert "Git" in changed.citations[0].quote and "Console-to-Code" in _quoted(changed)


def test_only_questions_for_a_list_bring_more_passages(pipeline: Pipeline) -> None:
    asked = pipeline.retrieve("What's new in databases?", k=2)
    whole = with_sections(asked)
    assert whole.hits[:2] == asked.hits
    more = whole.hits[2:]
    assert more and all("DB" in hit.chunk.path for hit in more)
    assert [hit.rank for hit in whole.hits] == list(range(1, len(whole.hits) + 1))
    other = pipeline.retrieve("How many writes a second does Aurora Limitless take?", k=2)
    assert with_sections(other) is other
