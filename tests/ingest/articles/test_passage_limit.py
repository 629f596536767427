"""A page of any length costs no more passages than one source may have, and its row says so."""

from __future__ import annotations

from dataclasses import replace

from ingest.articles.assembly import assemble
from ingest.articles.outcome import Obtained
from ingest.extract import Extracted
from ingest.extract.types import Block
from rag.storage.link_ledger import LedgerRow

URL = "https://example.com/long"
ROW = LedgerRow(URL, URL, "page", "ok", "Fetched again, and found the same.")


def page(paragraphs: int) -> Extracted:
    said = [
        f"The boat number {one} leaves from the pier in the north." for one in range(paragraphs)
    ]
    return Extracted("html", "Boats", tuple(Block("paragraph", one) for one in said))


def test_a_page_of_very_many_paragraphs_is_cut_and_its_row_says_so() -> None:
    articles = assemble([Obtained(ROW, page(6_000))], 50)
    assert len(articles.chunks) == 50
    (row,) = articles.ledger
    assert row.status == "ok"
    assert row.reason == f"{ROW.reason} Cut after 50 passages (MAX_PASSAGES)."
    again = assemble([Obtained(replace(ROW, reason=row.reason), page(6_000))], 50)
    assert again.ledger[0].reason == row.reason


def test_a_page_that_fits_is_whole() -> None:
    articles = assemble([Obtained(ROW, page(20))], 50)
    assert articles.ledger == [ROW]
    assert "number 19" in articles.chunks[-1].text
