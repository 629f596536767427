"""One small note for each thing that a team's notes have, and what becomes of it."""

from __future__ import annotations

import pytest

from ingest.notes.chunking import chunk_note
from ingest.notes.dates import date_in
from ingest.notes.front_matter import front_matter
from ingest.notes.names import readable_name
from rag.types import Chunk, Segment


def chunks(text: str, name: str = "note.md") -> tuple[Chunk, ...]:
    return chunk_note(name, text).chunks


def segments(text: str) -> list[Segment]:
    return [segment for chunk in chunks(text) for segment in chunk.segments]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(segment.kind, segment.text) for segment in segments(text)]


def leads(text: str) -> list[tuple[str, str]]:
    """Each segment that stands under another, after that one."""
    return [
        (chunk.segments[segment.parent].text, segment.text)
        for chunk in chunks(text)
        for segment in chunk.segments
        if segment.parent >= 0
    ]


@pytest.mark.parametrize(
    ("text", "found", "start"),
    [
        ("---\ntitle: Boats\ntags: [a, b]\n---\nx", {"title": ("Boats",), "tags": ("a", "b")}, 4),
        ("---\ntags:\n  - sea\n  - pier\n---\nx", {"tags": ("sea", "pier")}, 5),
        ("---\nowner: Ann\nodd: [a: {b\nof: it\n---\nx", {"owner": ("Ann",), "of": ("it",)}, 5),
        ("---\nabout: a: b\n---\nx", {"about": ("a: b",)}, 3),
        ("---\nempty:\nowner: Ann\n---\nx", {"owner": ("Ann",)}, 4),
        ("---\nowner: Ann\n...\nx", {"owner": ("Ann",)}, 3),
        ('+++\ntitle = "Boats"\nsize = 3\n+++\nx', {"title": ("Boats",), "size": ("3",)}, 4),
        ('{\n  "title": "Boats",\n  "tags": ["a"]\n}\nx', {"title": ("Boats",), "tags": ("a",)}, 4),
        ("---\n担当： 田中\n---\nx", {"担当": ("田中",)}, 3),
        ("---\nJust a line between rules.\n---\nx", {}, 0),
        ("{\n  broken\n}\nx", {}, 0),
        ("---\nowner: Ann\nx", {}, 0),
    ],
)
def test_front_matter(text: str, found: dict[str, tuple[str, ...]], start: int) -> None:
    properties, after = front_matter(text.split("\n"))
    read = {prop.key: prop.values for prop in properties if any(prop.values)}
    assert {key: read.get(key) for key in found} == found
    assert after == start


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("plan.md", "plan"),
        ("Choir___Rehearsal.md", "Choir / Rehearsal"),
        ("a/2024-03-11-standup.md", "2024-03-11 standup"),
        ("2024_03_11.md", "2024-03-11"),
        ("01-getting-started.md", "01 getting started"),
        ("Trip%3A%20north.md", "Trip: north"),
        ("Boats 0123456789abcdef0123456789abcdef.md", "Boats"),
        ("harbour/README.md", "harbour"),
        ("harbour/index.md", "harbour"),
        ("議事録_2024年度.md", "議事録 2024年度"),
        ("v1.2-notes.md", "v1.2 notes"),
    ],
)
def test_names_of_files(name: str, title: str) -> None:
    assert readable_name(name) == title


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-03-11 standup", "2024-03-11"),
        ("20240311", "2024-03-11"),
        ("2024年3月11日（月）", "2024-03-11"),
        ("令和6年3月11日", "2024-03-11"),
        ("令和元年5月", "2019-05"),
        ("11 March 2024", "2024-03-11"),
        ("Mar 11th, 2024", "2024-03-11"),
        ("March 2024", "2024-03"),
        ("2024.03", "2024-03"),
        ("2024", "2024"),
        ("2024年度", "2024"),
        ("2024-13-45", ""),
        ("2023-02-29", "2023-02"),
        ("room 2024 of the house", ""),
        ("", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert date_in(text) == date


def test_the_nearest_date_counts() -> None:
    text = "---\ndate: 2023-01-01\n---\n\nFirst.\n\n## 2024-03-11\n\nSecond.\n"
    _, first, second = chunks(text)  # the property comes before them
    assert (first.date, second.date) == ("2023-01-01", "2024-03-11")
    assert {chunk.date for chunk in chunks("Text.\n", "log/2022-05-06.md")} == {"2022-05-06"}


@pytest.mark.parametrize(
    "text",
    [
        "Q: When does it open?\n\nA: At nine.\n",
        "**Q: When does it open?**\n\nA: At nine.\n",
        "- Q: When does it open?\n- A: At nine.\n",
        "Q1. When does it open?\nA1. At nine.\n",
        "質問：いつ開きますか。\n\n回答：九時です。\n",
    ],
)
def test_an_answer_stands_under_its_question(text: str) -> None:
    (chunk,) = chunks(text)
    question, answer = chunk.segments
    assert question.kind == "question"
    assert answer.parent == 0
    assert question.leads


@pytest.mark.parametrize(
    "text",
    [
        "> [!note] Mind the gap\n> It is wide.\n",
        "> [!warning]- Mind the gap\n> It is wide.\n",
        '!!! note "Mind the gap"\n    It is wide.\n',
        ":::details Mind the gap\nIt is wide.\n:::\n",
        ":::note[Mind the gap]\nIt is wide.\n:::\n",
        "<details>\n<summary>Mind the gap</summary>\n\nIt is wide.\n\n</details>\n",
    ],
)
def test_a_callout_leads_to_its_body(text: str) -> None:
    assert leads(text) == [("Mind the gap", "It is wide.")]


@pytest.mark.parametrize(
    "text",
    ["> [!note]\n> It is wide.\n", ":::message\nIt is wide.\n:::\n", "!!! note\n    It is wide.\n"],
)
def test_a_callout_without_a_title_is_its_body(text: str) -> None:
    assert kinds(text) == [("sentence", "It is wide.")]


def test_the_rows_of_a_table_stand_under_its_header() -> None:
    text = "| name | place |\n|:--|--:|\n| Ann | pier |\n| **Bo** | `hall` |\n"
    assert leads(text) == [("name | place", "Ann | pier"), ("name | place", "Bo | `hall`")]


def test_each_table_has_the_header_of_its_own() -> None:
    one, two = (
        "| name | place |\n|--|--|\n| Ann | pier |\n",
        "| name | size |\n|--|--|\n| Bo | 3 |\n",
    )
    assert leads(f"{one}\n{two}") == [("name | place", "Ann | pier"), ("name | size", "Bo | 3")]


def test_a_long_table_repeats_its_header_as_context() -> None:
    rows = "".join(f"| Ann {n} | the pier in the north of the town |\n" for n in range(60))
    made = chunks(f"# Places\n\n| name | place |\n|--|--|\n{rows}")
    assert len(made) > 1
    assert [chunk.segments[0].text for chunk in made] == ["name | place"] * len(made)
    assert [chunk.segments[0].context for chunk in made] == [False] + [True] * (len(made) - 1)


def test_cells_that_hold_bars() -> None:
    assert kinds("| a | b |\n|--|--|\n| x \\| y | `p | q` |\n")[1] == ("row", "x | y | `p | q`")


def test_a_table_of_html() -> None:
    text = "<table><tr><th>name</th><th>place</th></tr><tr><td>Ann</td><td>pier</td></tr></table>\n"
    assert leads(text) == [("name | place", "Ann | pier")]


@pytest.mark.parametrize(
    ("text", "under"),
    [
        ("Take:\n\n- rope\n- oars\n", [("Take:", "rope"), ("Take:", "oars")]),
        ("持ち物は以下の通りです。\n\n- 縄\n", [("持ち物は以下の通りです。", "縄")]),
        ("Run this:\n\n```\nrow\n```\n", [("Run this:", "row")]),
        ("**Take**\n\n- rope\n", [("Take", "rope")]),
        ("■ 持ち物\n・縄\n", [("持ち物", "縄")]),
        ("【場所】\n桟橋です。\n", [("場所", "桟橋です。")]),
        ("Boat\n: It floats.\n", [("Boat", "It floats.")]),
        ("It rained.\n\n- rope\n", []),
    ],
)
def test_what_leads_in_holds_what_follows(text: str, under: list[tuple[str, str]]) -> None:
    assert leads(text) == under


def test_a_lone_line_with_a_colon_below_the_title_is_no_empty_property() -> None:
    text = "# Trip\n\nTake with you:\n\n- rope\n- oars\n"
    assert kinds(text) == [("lead", "Take with you:"), ("item", "rope"), ("item", "oars")]
    assert leads(text) == [("Take with you:", "rope"), ("Take with you:", "oars")]


def test_lines_of_keys_below_the_title_are_properties() -> None:
    text = "# Trip\n\nOwner: Ann\nState: open\nTags: sea, pier\n\nIt rains.\n"
    assert [pair for pair in kinds(text) if pair[0] == "property"] == [
        ("property", "Owner: Ann"),
        ("property", "State: open"),
    ]
    assert chunks(text)[-1].tags == ("sea", "pier")


@pytest.mark.parametrize(
    ("text", "navigation"),
    [
        ("- [One](one.md)\n- [Two](two.md)\n", True),
        ("[[One]] [[Two]]\n", True),
        ("- [One](one.md)\n- [Two](two.md) says how to row\n", False),
        ("See [One](one.md).\n", False),
    ],
)
def test_a_list_of_links_is_navigation(text: str, navigation: bool) -> None:
    assert [chunk.navigation for chunk in chunks(text)] == [navigation]


@pytest.mark.parametrize(
    "machinery",
    ["[TOC]", "[[_TOC_]]", "${toc}", "@[toc]", "import X from './x';", "<!-- hidden -->"],
)
def test_what_a_builder_of_sites_fills_in_is_no_text(machinery: str) -> None:
    assert kinds(f"{machinery}\n\nIt rains.\n") == [("sentence", "It rains.")]
