"""The passage that a citation opens: found in the source, its lines, what of them is marked."""

from __future__ import annotations

import pytest
from ui_fakes import ARTICLE_URL, NOTE_TEXT, article, chunk, citation, note

from rag.types import Locator
from ui.components.cited_passage import clock, passage_of, safe_url
from ui.components.source_lines import Line, context_lines, plain_lines


def marked(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(p.text for p in line.pieces if p.marked) for line in lines if line.marked]


def shown(line: Line) -> str:
    return "".join(piece.text for piece in line.pieces)


def test_the_quote_alone_is_marked_at_its_line() -> None:
    passage = passage_of(citation(), {"garden.md": note()})
    assert passage.state == "standing"
    assert (passage.start_line, passage.end_line) == (4, 4)
    assert marked(passage.lines) == ["tomatoes need more than beans"]
    assert [line.number for line in passage.lines if line.marked] == [4]


def test_the_breadcrumb_goes_on_to_the_bullet_above_the_quote() -> None:
    source = {"garden.md": note()}
    assert passage_of(citation(), source).path == ("Garden", "Watering")
    quote = citation(quote="Watering: every morning", locator=Locator(3, 3))
    assert passage_of(quote, source).path == ("Garden",)
    moved = source["garden.md"].__class__("garden.md", "note", "Garden", "- new\n" * 9 + NOTE_TEXT)
    assert passage_of(citation(), {"garden.md": moved}).path == ("Garden",)


def test_lines_around_it_are_shown_with_their_numbers() -> None:
    passage = passage_of(citation(), {"garden.md": note()})
    numbers = [line.number for line in passage.lines]
    assert numbers == [1, 2, 3, 4, 5, 6, 7, 8]  # line 9 is empty and at the edge
    assert shown(passage.lines[4]) == "- the hose is in the shed"
    assert passage.lines[4].indent == 2


def test_a_quote_over_several_lines_marks_each_without_its_marker() -> None:
    quote = "Watering: every morning\ntomatoes need more than beans"
    passage = passage_of(citation(quote=quote, locator=Locator(3, 4)), {"garden.md": note()})
    assert marked(passage.lines) == ["Watering: every morning", "tomatoes need more than beans"]
    assert (passage.start_line, passage.end_line) == (3, 4)


def test_marks_of_markdown_are_not_shown_but_bold_is() -> None:
    passage = passage_of(citation(), {"garden.md": note()})
    line = passage.lines[2]
    assert shown(line) == "- Watering: every morning"
    assert [(p.text, p.bold) for p in line.pieces] == [
        ("- ", False),
        ("Watering", True),
        (": every morning", False),
    ]


def test_the_locator_decides_between_equal_lines() -> None:
    text = "- same words here\n- other\n- same words here\n"
    source = {"garden.md": note().__class__("garden.md", "note", "Garden", text)}
    late = passage_of(citation(quote="same words here", locator=Locator(3, 3)), source)
    assert late.start_line == 3
    early = passage_of(citation(quote="same words here", locator=Locator(1, 1)), source)
    assert early.start_line == 1


def test_a_passage_that_moved_is_found_where_it_is_now() -> None:
    moved = note().__class__("garden.md", "note", "Garden", "\n\n\n" + NOTE_TEXT)
    passage = passage_of(citation(), {"garden.md": moved})
    assert passage.state == "standing"
    assert passage.start_line == 7


def test_a_passage_that_is_gone_is_said_to_be() -> None:
    changed = note().__class__("garden.md", "note", "Garden", "nothing of it")
    passage = passage_of(citation(), {"garden.md": changed})
    assert (passage.state, passage.lines) == ("changed", ())
    assert passage.quote == "tomatoes need more than beans"
    assert passage_of(citation(), {}).state == "removed"


@pytest.mark.parametrize("locator", [Locator(400, 500), Locator(4, None), Locator()])
def test_a_locator_that_does_not_fit_is_no_obstacle(locator: Locator) -> None:
    assert passage_of(citation(locator=locator), {"garden.md": note()}).start_line == 4


def test_an_article_brings_its_link_dates_and_provenance() -> None:
    cited = citation(
        quote="Plants drink in the morning.",
        chunk=chunk(source=ARTICLE_URL, kind="html", url=f"{ARTICLE_URL}#:~:text=Plants"),
        locator=Locator(fragment=":~:text=Plants"),
    )
    passage = passage_of(cited, {ARTICLE_URL: article()})
    assert passage.url == f"{ARTICLE_URL}#:~:text=Plants"
    assert (passage.site, passage.published) == ("garden.example", "2024-05-01")
    assert passage.linked_from[0].line == 3
    assert marked(passage.lines) == ["Plants drink in the morning."]


def test_long_lines_around_are_cut_and_the_passage_is_not() -> None:
    text = "\n".join(["a" * 5000, "the passage " + "b" * 5000, "c" * 5000])
    start = text.index("the passage")
    _, _, lines = context_lines(text, (start, start + 3012))
    assert [len(shown(line)) < 400 for line in lines] == [True, False, True]
    assert len(shown(lines[1])) == 5012


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("see [the page](https://a.example/b_(c)) now", "see the page now"),
        ("![a picture](images/x.png) below", "[a picture] below"),
        ("[one](<https://a b>) and [two](x 'y')", "one and [two](x 'y')"),
        ("2 ** 3 ** 4 and a[0]", "2 ** 3 ** 4 and a[0]"),
        ("**bold [with a link](https://a.example)**", "bold with a link"),
        ("snake_case_name and __init__", "snake_case_name and __init__"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_what_stands_in_a_line_is_kept(row: str, text: str) -> None:
    (line,) = plain_lines(row)
    assert shown(line) == text


def test_lines_count_from_where_they_stand() -> None:
    lines = plain_lines("a\n    b", 7)
    assert [(line.number, line.indent) for line in lines] == [(7, 0), (8, 4)]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (83, "1:23"), (83.9, "1:23"), (3725, "1:02:05")]
)
def test_time_reads_as_in_a_player(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://user:pw@evil.example/",
        "https://a.example/\nx",
        "https://a.example\\@evil.example",
        "http://[::1",
        "",
        "notes/page.md",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert safe_url(url) == ""


def test_web_addresses_pass() -> None:
    assert safe_url("https://a.example/ページ#:~:text=x") == "https://a.example/ページ#:~:text=x"
