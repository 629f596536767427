"""What site generators make of an article may cost no text, title or way to a heading."""

from __future__ import annotations

import pytest

from ingest.extract.html.document import extract_html
from ingest.extract.types import Extracted

URL = "https://docs.harbour.example/boats"
SOME = "A boat that lies in the harbour over winter is looked at twice a month by its neighbours."
MORE = (
    "Its ropes are replaced in spring, before the first storm of the year comes in from the west."
)
ENDS = "In autumn everything is written down again, and the book goes to the harbour master."


def read(body: str, title: str = "Boats in winter", head: str = "") -> Extracted:
    page = f"<html lang=en><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return extract_html(page.encode(), charset=None, url=URL)


def texts(found: Extracted) -> list[str]:
    return [block.text for block in found.blocks if block.text != found.title]


@pytest.mark.parametrize("word", ["Cookies", "Social", "Pagination", "Ads", "Related", "Sharing"])
@pytest.mark.parametrize("box", ["section", "div"])
def test_a_chapter_whose_id_is_its_heading_is_text_whatever_its_subject(
    word: str, box: str
) -> None:
    found = read(
        f"<main><h1>Boats in winter</h1><p>{SOME}</p><{box} id={word.lower()} class=section>"
        f"<h2>{word}</h2><p>{MORE}</p></{box}><section id=end><h2>End</h2><p>{ENDS}</p></section>"
        "</main>"
    )
    assert texts(found) == [SOME, word, MORE, "End", ENDS]


@pytest.mark.parametrize("name", ["id=cookies", "class=cookies", "class='promo box'"])
def test_a_box_that_only_calls_itself_so_is_left_out(name: str) -> None:
    box = f"<div {name}><h2>We value your privacy</h2><p>Everybody here likes biscuits.</p></div>"
    found = read(f"<main><h1>Boats in winter</h1><p>{SOME}</p>{box}<p>{MORE}</p></main>")
    assert texts(found) == [SOME, MORE]


@pytest.mark.parametrize(
    "heading",
    [
        '<h2 id="ropes">Ropes<a class="headerlink" href="#ropes">¶</a></h2>',
        '<h2 id="ropes">Ropes<a href="#ropes" class="hash-link">\u200b</a></h2>',
        '<h2><a href="#ropes" id="ropes" aria-hidden="true"></a> Ropes</h2>',
        '<div class="box"><h2>Ropes</h2><a id="ropes" href="#ropes"><svg></svg></a></div>',
        '<div class="mw-heading"><h2 id="ropes">Ropes</h2><span class="mw-edit"><span>[</span>'
        '<a href="/w?action=edit&section=1">edit</a><span>]</span></span></div>',
        '<h2><span id="ropes">Ropes</span><span>[<a href="/w?action=edit">編集</a>]</span></h2>',
    ],
)
def test_links_in_and_around_a_heading_are_no_part_of_it(heading: str) -> None:
    found = read(f"<article><h1>Boats in winter</h1><p>{SOME}</p>{heading}<p>{MORE}</p></article>")
    assert texts(found) == [SOME, "Ropes", MORE]
    (block,) = [block for block in found.blocks if block.text == "Ropes"]
    assert (block.kind, block.level, block.anchor) == ("heading", 2, "ropes")


def test_what_a_heading_links_to_elsewhere_stays() -> None:
    heading = '<h2>Ropes of <a href="#hemp">hemp</a> and <a href="/c">[C]</a></h2>'
    found = read(f"<article><h1>Boats in winter</h1><p>{SOME}</p>{heading}<p>{MORE}</p></article>")
    assert texts(found) == [SOME, "Ropes of hemp and [C]", MORE]


def test_an_article_in_parts_is_read_whole() -> None:
    found = read(
        f"<main><h1>Boats in winter</h1><article><h2>Watch</h2><p>{SOME}</p></article>"
        f"<article><h2>Ropes</h2><p>{MORE}</p></article><article><p>{ENDS}</p></article></main>"
    )
    assert texts(found) == ["Watch", SOME, "Ropes", MORE, ENDS]


def test_comments_and_cards_are_no_parts_of_an_article() -> None:
    card = "<article><a href=/x><h2>Ten gadgets that we liked a lot this April</h2></a></article>"
    comment = (
        "<article><p>Lovely pictures, I will be back for more of them next week.</p></article>"
    )
    own = f"<article><h1>Boats in winter</h1><p>{SOME}</p><p>{MORE}</p></article>"
    assert texts(read(f"{own}<section id=comments>{comment}{comment}</section>")) == [SOME, MORE]
    outside = f"<h1>Boats in winter</h1><article><p>{SOME}</p><p>{MORE}</p></article>"
    assert texts(read(f"<main>{outside}{card}{card}</main>")) == [SOME, MORE]


def test_empty_lines_make_paragraphs_and_lose_nothing_around_them() -> None:
    found = read(
        f"<div class=entry>{SOME}<br>It is <b>cold</b> then.<br><br>{MORE}<br><br>"
        "<table><tr><th>Month</th><th>Boats</th></tr><tr><td>May</td><td>31</td></tr></table>"
        f"<br><br><pre>tie()\n  knot()</pre>{ENDS}<br><br><br></div>"
    )
    table = "Month | Boats\nMay | 31"
    code = "tie()\n  knot()"
    assert texts(found) == [f"{SOME}\nIt is cold then.", MORE, table, code, ENDS]


@pytest.mark.parametrize(
    ("lead", "stays"),
    [
        ("<strong>Related:</strong> <a href=/x>Ten gadgets we liked</a>", False),
        ("関連記事：<a href=/x>春の新製品まとめ</a>", False),
        ("Related: what the harbour master wrote down <a href=/x>then</a> was lost.", True),
        ("Related work is in <a href=/x>the book of the harbour master of that year</a>.", True),
    ],
)
def test_a_line_that_leads_on_is_left_out_and_a_sentence_is_not(lead: str, stays: bool) -> None:
    found = read(
        f"<article><h1>Boats in winter</h1><p>{SOME}</p><p>{lead}</p><p>{MORE}</p></article>"
    )
    assert len(texts(found)) == 2 + stays


@pytest.mark.parametrize(
    ("title", "shown", "expected"),
    [
        ("Boats in winter | Harbour", "<div>Boats in winter</div>", "Boats in winter"),
        ("Boats in winter - Harbour", "<h3>Boats in winter</h3>", "Boats in winter"),
        ("Boats in winter | Harbour", "", "Boats in winter | Harbour"),
        ("Harbour | Boats in winter", "<span>Harbour</span>", "Harbour | Boats in winter"),
    ],
)
def test_a_title_is_freed_from_the_sites_name_where_the_page_shows_it_alone(
    title: str, shown: str, expected: str
) -> None:
    assert read(f"{shown}<div><p>{SOME}</p><p>{MORE}</p></div>", title).title == expected


def test_what_a_doctype_declares_itself_is_no_text() -> None:
    page = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">'
        f"<!ENTITY y 'z'>]><html><body><p>{SOME}</p><p>{MORE}</p></body></html>"
    )
    found = extract_html(page.encode(), charset=None, url=URL)
    assert [block.text for block in found.blocks] == [SOME, MORE]
