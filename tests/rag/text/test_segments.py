from __future__ import annotations

from rag.text.segments import above, context_of, laid_out, under
from rag.types import Chunk, Locator, Segment, SegmentKind


def part(
    kind: SegmentKind, text: str, parent: int = -1, line: int = 1, marker: str = ""
) -> Segment:
    return Segment(kind, text, Locator(line, line), parent, marker)


LIST = (
    part("lead", "The steps are:"),
    part("item", "Stop it.", 0, 3, "1."),
    part("item", "with care", 1, 4, "-"),
    part("item", "Start it.", 0, 5, "2."),
    part("sentence", "That is all.", -1, 7),
)


def test_items_stand_behind_their_markers_under_what_they_explain() -> None:
    assert laid_out(LIST).text == (
        "The steps are:\n1. Stop it.\n  - with care\n2. Start it.\nThat is all."
    )


def test_spans_lead_to_each_segment() -> None:
    layout = laid_out(LIST)
    assert [layout.text[a:b] for a, b in layout.spans] == [one.text for one in LIST]


def test_of_some_segments_the_nested_ones_move_out() -> None:
    layout = laid_out(LIST, (2, 4))
    assert layout.text == "- with care\nThat is all."
    assert [layout.text[a:b] for a, b in layout.spans] == ["with care", "That is all."]


def test_sentences_of_a_paragraph_share_a_line_and_japanese_ones_need_no_space() -> None:
    english = (part("sentence", "One."), part("sentence", "Two."), part("sentence", "New.", -1, 3))
    assert laid_out(english).text == "One. Two.\nNew."
    japanese = (part("sentence", "一つ目。"), part("sentence", "二つ目。"))
    assert laid_out(japanese).text == "一つ目。二つ目。"
    apart = (english[0], english[2])
    assert laid_out(english, (0, 2)).text == "One.\nNew." and laid_out(apart).text == "One.\nNew."


def test_rows_stand_between_bars_and_code_between_fences() -> None:
    made = (part("header", "Van | Load"), part("row", "1 | 100", 0), part("code", "make\nrun"))
    assert laid_out(made).text == "| Van | Load |\n| 1 | 100 |\n```\nmake\nrun\n```"


def test_what_is_above_and_under_a_segment() -> None:
    assert under(LIST, 0) == [1, 2, 3]
    assert under(LIST, 1) == [2]
    assert above(LIST, 2) == [0, 1]
    assert above(LIST, 4) == []


def test_a_chunk_stands_under_its_folders_title_headings_date_and_other_names() -> None:
    chunk = Chunk(
        "c", "a/b/n.md", "note", "N", ("N", "Impact"), "x", Locator(1, 1), 0,
        folder="a/b", date="2024-03-11", tags=("ops",),
    )  # fmt: skip
    assert context_of(chunk) == ("a", "b", "N", "Impact", "2024-03-11", "ops")
    bare = Chunk("c", "n.md", "note", "N", (), "x", Locator(1, 1), 0)
    assert context_of(bare) == ("N",)
    dated = Chunk(
        "c", "n.md", "note", "N", ("Minutes 2024-03-11",), "x", Locator(1, 1), 0, date="2024-03-11"
    )
    assert context_of(dated) == ("Minutes 2024-03-11",)


def test_a_page_gets_lists_that_are_nested_and_tables_with_a_rule() -> None:
    assert laid_out(LIST, markdown=True).text == (
        "The steps are:\n1. Stop it.\n   - with care\n2. Start it.\nThat is all."
    )
    table = (part("header", "Van | Load"), part("row", "1 | 100", 0))
    layout = laid_out(table, markdown=True)
    assert layout.text == "| Van | Load |\n| --- | --- |\n| 1 | 100 |"
    assert [layout.text[a:b] for a, b in layout.spans] == ["Van | Load", "1 | 100"]


def test_a_quote_of_code_has_no_fences() -> None:
    made = (part("sentence", "Run this."), part("code", "make\nrun", -1, 3))
    assert laid_out(made, fenced=False).text == "Run this.\nmake\nrun"
