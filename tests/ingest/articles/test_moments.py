"""A quote from a video opens at the second at which it is said, not where its passage begins."""

from __future__ import annotations

import json

import pytest

from ingest.articles.chunking import article_source, chunk_article
from ingest.extract.types import Extracted
from ingest.extract.youtube.transcript import passages
from ingest.storage.extractions import from_json, to_json
from rag.answering.citations import citation_of, cite
from rag.locators import citation_url
from rag.serialization import answer_json
from rag.types import Answer, Citation, Locator, Segment

URL = "https://www.youtube.com/watch?v=abcdefghijk"
SNIPPETS = (
    ("Welcome to the talk.", 0.0, 3.0),
    ("The cache keeps 40 million entries.", 3.5, 4.0),
    ("[Music]", 7.5, 1.0),
    ("次にキャッシュの仕組みを", 9.0, 3.0),
    ("説明します。", 12.25, 2.0),
    ("Welcome to the talk.", 15.0, 3.0),
    ("It evicts the oldest entry first.", 19.0, 4.0),
)
VIDEO = Extracted("video", "A talk", passages(SNIPPETS), site="YouTube", language="en")


def _cited(sentence: str, video: Extracted = VIDEO) -> Citation:
    source = article_source(video, url=URL, fetched="2026-11-27", linked_from=())
    (chunk,) = chunk_article(video, source)
    return cite(1, chunk, [sentence], {source.id: source})


@pytest.mark.parametrize(
    ("quote", "second"),
    [
        ("The cache keeps 40 million entries.", 3.5),
        ("次にキャッシュの仕組みを説明します。", 9.0),
        ("説明します。", 12.25),
        ("It evicts the oldest entry first.", 19.0),
        ("it evicts the  oldest entry", None),
    ],
)
def test_a_quote_is_at_the_second_of_its_line(quote: str, second: float | None) -> None:
    source = article_source(VIDEO, url=URL, fetched="2026-11-27", linked_from=())
    (chunk,) = chunk_article(VIDEO, source)
    assert chunk.locator == Locator(seconds=0.0)
    part = Segment("sentence", quote, chunk.locator)
    found = citation_of(1, chunk, quote, [part], {source.id: source})
    if second is None:
        assert not found.verified or found.locator.seconds == 19.0
    else:
        assert found.verified and found.locator == Locator(seconds=second)


def test_the_address_of_a_citation_starts_at_its_quote() -> None:
    source = article_source(VIDEO, url=URL, fetched="2026-11-27", linked_from=())
    (chunk,) = chunk_article(VIDEO, source)
    citation = Citation(1, chunk, "It evicts", True, Locator(seconds=19.0))
    assert citation_url(citation) == f"{URL}&t=19s"
    answer = Answer("q", "q", "en", "a [1]", False, (citation,), (), "extractive")
    shown = answer_json(answer)["citations"][0]
    assert shown["url"] == f"{URL}&t=19s" and shown["locator"] == {"seconds": 19.0}


def test_times_outlive_being_stored_and_older_stores_have_none() -> None:
    assert from_json(to_json(VIDEO)) == VIDEO
    assert VIDEO.blocks[0].times[1] == (len("Welcome to the talk. "), 3.5)
    stored = json.loads(to_json(VIDEO))
    for block in stored["blocks"]:
        del block["times"]
    old = from_json(json.dumps(stored).encode())
    assert old.blocks[0].times == ()
    assert _cited("It evicts the oldest entry first.", old).locator == Locator(seconds=0.0)
