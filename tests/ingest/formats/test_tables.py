"""CSV files as passages: rows under their header, whatever the delimiter, and nothing lost."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.table import chunk_table
from ingest.formats.table_syntax import read_records
from ingest.notes.files import text_of

ROWS = [["Room", "Seats", "Remark"], ["Alder", "30", "big; bright, warm"], ["Maple", "12", ""]]


def written(rows: list[list[str]], delimiter: str) -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return made.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_a_row_is_a_segment_under_its_header(delimiter: str, before: str) -> None:
    note, told = chunk_table("plans/rooms_list.csv", before + written(ROWS, delimiter))
    assert told == ()
    (chunk,) = note.chunks
    header, alder, maple = chunk.segments
    assert (header.kind, header.text, header.leads) == ("header", "Room | Seats | Remark", True)
    assert (alder.kind, alder.text, alder.parent) == ("row", "Alder | 30 | big; bright, warm", 0)
    assert (maple.text, maple.locator.start_line, maple.locator.end_line) == ("Maple | 12", 3, 3)
    assert (chunk.kind, chunk.folder, chunk.order) == ("note", "plans", 0)
    assert "rooms" in chunk.title
    assert chunk.text == "\n".join([header.text, f"  {alder.text}", f"  {maple.text}"])
    assert (chunk.locator.start_line, chunk.locator.end_line) == (1, 3)


def test_a_delimiter_that_is_told_is_believed() -> None:
    (first, second) = read_records("sep=;\na;b,c,d\n1;2,3,4\n").records
    assert (first.cells, second.cells) == (("a", "b,c,d"), ("1", "2,3,4"))
    assert (first.start, second.start) == (2, 3)


def test_a_long_table_repeats_its_header() -> None:
    rows = [["van", "plate"], *([f"van {number}", f"HB {number}7"] for number in range(500))]
    note, _ = chunk_table("fleet.csv", written(rows, ","))
    assert len(note.chunks) > 5
    for number, chunk in enumerate(note.chunks):
        header, *cells = chunk.segments
        assert (header.kind, header.text, header.context) == ("header", "van | plate", number > 0)
        assert header.locator.start_line == 1
        assert chunk.locator.end_line == cells[-1].locator.end_line
        assert number == 0 or chunk.locator.start_line == cells[0].locator.start_line
    shown = [one.text for chunk in note.chunks for one in chunk.segments if one.kind == "row"]
    assert shown == [" | ".join(row) for row in rows[1:]]


def test_a_cell_may_have_lines_and_quotes() -> None:
    text = 'name,text\na,"two\nlines, and a ""quote"""\nb,12" pipe\nc,d\n'
    _, a, b, c = read_records(text).records
    assert (a.cells, a.start, a.end) == (("a", 'two lines, and a "quote"'), 2, 3)
    assert (b.cells, b.start) == (("b", '12" pipe'), 4)
    assert (c.cells, c.start) == (("c", "d"), 5)


def test_a_quote_that_nothing_closes_costs_its_own_line() -> None:
    rows = "".join(f"row {number},{number}\n" for number in range(1000))
    note, (told,) = chunk_table("half.csv", f'name,count\nhalf,"no end\n{rows}')
    assert "line 2" in told.reason
    shown = [one.text for chunk in note.chunks for one in chunk.segments if one.kind == "row"]
    assert shown[0] == "half | no end"
    assert len(shown) == 1001


def test_what_stands_above_a_table_is_no_header() -> None:
    note, _ = chunk_table("plan.csv", "Plan of 2024\n\nname,seats\nAlder,30\n")
    assert [(one.kind, one.text) for chunk in note.chunks for one in chunk.segments] == [
        ("row", "Plan of 2024"),
        ("header", "name | seats"),
        ("row", "Alder | 30"),
    ]


def test_figures_alone_have_no_header() -> None:
    note, _ = chunk_table("figures.csv", "1,2\n3,4\n")
    (chunk,) = note.chunks
    assert [(one.kind, one.parent) for one in chunk.segments] == [("row", -1), ("row", -1)]


def test_a_header_without_rows_is_shown() -> None:
    note, _ = chunk_table("empty.csv", "name,seats\n")
    assert [chunk.text for chunk in note.chunks] == ["name | seats"]


def test_a_row_too_long_for_a_passage_is_dealt_out() -> None:
    long = "A sentence of the report. " * 100
    rows = [["name", "report", "place"], ["Alder", long, "Hamburg"]]
    note, _ = chunk_table("reports.csv", written(rows, ","))
    assert len(note.chunks) > 3
    assert all(chunk.path[-1] == "Alder" for chunk in note.chunks)
    assert all(chunk.locator.start_line in (1, 2) for chunk in note.chunks)
    assert max(len(chunk.text) for chunk in note.chunks) < 1500
    cells = " ".join(one.text for chunk in note.chunks for one in chunk.segments[1:])
    assert cells.count("sentence of the report") == 100
    assert any(one.segments[0].text.endswith("place") for one in note.chunks)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "euc_jp", "utf-16"])
def test_a_table_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "部屋,席,備考\r\n会議室,三十,駅前の店は木曜日が休みです\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    found = text_of(tmp_path / "a.csv", "a.csv")
    assert isinstance(found, tuple)
    (chunk,) = chunk_table("a.csv", found[0])[0].chunks
    assert chunk.segments[1].text == "会議室 | 三十 | 駅前の店は木曜日が休みです"


@pytest.mark.parametrize("content", ["", "\n\n", ",,,\n", "\ufeff"])
def test_an_empty_table_has_no_passages(content: str) -> None:
    assert chunk_table("a.csv", content)[0].chunks == ()


CELL = st.text(st.sampled_from('ab1 ,;"\n|\t会議'), max_size=12)


@given(st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=8), st.sampled_from(",;\t|"))
def test_no_word_of_a_table_is_lost_and_lines_are_right(
    rows: list[list[str]], delimiter: str
) -> None:
    text = written(rows, delimiter)
    note, _ = chunk_table("any.csv", text)
    lines = text.split("\n")
    shown = "".join(one.text for chunk in note.chunks for one in chunk.segments)
    for word in re.findall(r"\w+", text):
        assert word in shown
    for chunk in note.chunks:
        for one in chunk.segments:
            start, end = one.locator.start_line, one.locator.end_line
            assert start is not None and end is not None
            there = "\n".join(lines[start - 1 : end])
            assert all(word in there for word in re.findall(r"\w+", one.text))
