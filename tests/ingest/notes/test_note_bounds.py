"""However a note is made, its passages stay short, and what is not read of it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.notes import line_syntax
from ingest.notes.chunking import Note, chunk_note
from ingest.notes.files import Corpus, NoteFile
from ingest.notes.limits import MOST_CHARACTERS, MOST_LINES, MOST_OF_A_LINE, within_limits
from ingest.pipeline import _cut, _silent
from rag.settings import load_settings

SAID = "the boat leaves from the pier in the north"
LONG = f"{SAID} " * 500

SHAPES = {
    "a cell": f"| a | b |\n|---|---|\n| {LONG} | last |\n",
    "a header": f"| {LONG} | b |\n|---|---|\n" + "| x | last |\n" * 50,
    "an address": f"See https://example.com/{'a/' * 10_000} last.\n",
    "an address behind words": f"- See [x](https://example.com/{'a/' * 10_000}) last\n",
    "a heading": f"# {LONG} last\n\ntext\n",
    "an item with others": f"- {LONG} last\n  - one\n  - two\n",
    "a property": f"---\nabout: {LONG[:15_000]} last\n---\ntext\n",
    "a footnote": f"It says so.[^1]\n\n[^1]: {LONG} last\n",
    "a formula": f"$$\n{'x + ' * 6000} last\n$$\n",
    "empty lines of code": "```\na\n" + "\n" * 20_000 + "last\n```\n",
    "short lines of code": "```\n" + "a\n" * 5000 + "last\n```\n",
    "one character with marks": "a" + "\u0301" * 50_000 + " last\n",
    "leads one after the other": "".join(f"a {n} {SAID * 9}:\n\n" for n in range(40)) + "last\n",
    "a nest of short items": "\n".join(f"{' ' * n}- a{n}" for n in range(400)) + " last\n",
    "code deep in a list": "\n".join(f"{'  ' * n}- a{n}" for n in range(14))
    + f"\n{' ' * 30}```\n"
    + f"{' ' * 30}b\n" * 700
    + f"{' ' * 30}last\n{' ' * 30}```\n",
}


def lengths(note: Note) -> tuple[int, int]:
    """The characters of the longest passage and of the longest segment."""
    segments = [segment for chunk in note.chunks for segment in chunk.segments]
    return max(len(c.text) for c in note.chunks), max(len(s.text) for s in segments)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_passage_grows_too_long(shape: str) -> None:
    note = chunk_note("note.md", SHAPES[shape])
    passage, segment = lengths(note)
    assert passage <= 2500
    assert segment <= 2000
    assert any("last" in chunk.text for chunk in note.chunks)
    ids = [chunk.id for chunk in note.chunks]
    assert len(set(ids)) == len(ids)


def test_what_was_parted_still_stands_under_its_lead() -> None:
    items = "".join(f"- See [x](https://example.com/{'a/' * 300}{n})\n" for n in range(9))
    text = f"# Boats\n\nThe boats are listed here:\n\n{items}"
    chunks = chunk_note("note.md", text.replace("[x](", "").replace(")\n", "\n")).chunks
    assert len(chunks) > 1
    for chunk in chunks:
        assert chunk.segments[0].text == "The boats are listed here:"
        assert {segment.parent for segment in chunk.segments[1:]} == {0}
    assert [chunk.segments[0].context for chunk in chunks] == [False] + [True] * (len(chunks) - 1)


def test_a_table_of_ten_thousand_rows_repeats_its_header() -> None:
    rows = "".join(f"| r{n} | {SAID} |\n" for n in range(10_000))
    note = chunk_note("note.md", f"| name | says |\n|---|---|\n{rows}")
    assert all(chunk.segments[0].kind == "header" for chunk in note.chunks)
    own = [s for c in note.chunks for s in c.segments if s.kind == "row"]
    assert [row.text.split(" ")[0] for row in own] == [f"r{n}" for n in range(10_000)]


def test_ten_thousand_items_are_all_kept() -> None:
    note = chunk_note("note.md", "".join(f"- i{n} {SAID}\n" for n in range(10_000)))
    found = [s.text.split(" ")[0] for c in note.chunks for s in c.segments]
    assert found == [f"i{n}" for n in range(10_000)]
    assert lengths(note)[0] <= 2500


def test_thousands_of_levels_are_kept_and_each_margin_is_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(columns: int, character: str) -> int:
        raise AssertionError("a margin is gone over character by character")

    monkeypatch.setattr(line_syntax, "_after", never)
    note = chunk_note("note.md", "\n".join(f"{' ' * n}- n{n}x" for n in range(1500)))
    held = " ".join(chunk.text for chunk in note.chunks)
    assert [n for n in range(1500) if f"n{n}x" not in held] == []
    assert max(len(chunk.path) for chunk in note.chunks) <= 8
    # a passage a level at the most, however deep it is
    assert sum(len(chunk.text) for chunk in note.chunks) < 1500 * 200


@pytest.mark.parametrize("margin", ["", " ", "\t", " \t", "　", "　\t", "\u00a0 \t\t", "   　\t "])
def test_a_margin_has_the_columns_of_its_characters(margin: str) -> None:
    columns = 0
    for character in margin:
        columns = line_syntax._after(columns, character)
    assert line_syntax.indent_of(margin + "a　\tb") == columns


@pytest.mark.parametrize(
    "opening", ["```\n", "~~~ python\n", "---\ntitle: a\n", "<!-- ", "%% ", "<details>\n", "$$\n"]
)
def test_what_is_never_ended_loses_nothing(opening: str) -> None:
    lines = [f"word{n} {SAID}" for n in range(500)]
    note = chunk_note("note.md", opening + "\n".join(lines))
    held = {word for chunk in note.chunks for word in chunk.text.split()}
    assert [n for n in range(500) if f"word{n}" not in held] == []
    assert lengths(note)[0] <= 2500


def test_quotations_without_end_are_read() -> None:
    note = chunk_note("note.md", ">" * 150_000 + " inner\n\n" + "> " * 500 + "other\n")
    held = " ".join(chunk.text for chunk in note.chunks)
    assert "inner" in held
    assert "other" in held
    assert ">" not in held


def test_a_note_within_the_limits_is_read_whole() -> None:
    text = "a line\n" * 40_000
    assert within_limits(text) == (text, ())
    edge = "x" * MOST_OF_A_LINE + "\n" + "short\n" * 9
    assert within_limits(edge) == (edge, ())


@pytest.mark.parametrize(
    ("sentence", "ends"),
    [
        (f"{SAID}. ", ("north.",)),
        (f"{SAID} ", tuple(f" {word}" for word in SAID.split())),
        ("船が出ます。", ("。",)),
        ("a", ("a",)),
    ],
)
def test_a_line_of_many_megabytes_is_cut_where_a_sentence_ends(
    sentence: str, ends: tuple[str, ...]
) -> None:
    line = sentence * (20_000_000 // len(sentence))
    text, (told,) = within_limits(f"# Boats\n\n{line}\n\nAfter it.\n")
    lines = text.split("\n")
    assert lines[3:] == ["", "After it.", ""]  # the numbers of lines stay
    assert MOST_OF_A_LINE - 2000 < len(lines[2]) <= MOST_OF_A_LINE
    assert lines[2].rstrip().endswith(ends)
    assert told == "is cut after 200,000 characters of a line (line 3); break it up"


def test_a_note_of_many_megabytes_is_cut_where_a_line_ends() -> None:
    line = f"{SAID}."
    text, (told,) = within_limits(f"{line}\n" * 100_000)
    assert MOST_CHARACTERS - len(line) - 1 <= len(text) <= MOST_CHARACTERS
    assert set(text.split("\n")) == {line}
    first = text.count("\n") + 2
    assert told == f"is cut after 2,000,000 characters, from line {first:,} on; split it up"


def test_a_note_of_very_many_lines_is_cut() -> None:
    text, (told,) = within_limits("- a\n" * 60_000)
    assert text == "\n".join(["- a"] * MOST_LINES)
    assert told == "is cut after 50,000 lines, from line 50,001 on; split it up"


def test_both_limits_are_named() -> None:
    _, told = within_limits(f"{'a' * 300_000}\n" * 20)
    assert told == (
        "is cut after 200,000 characters of a line (line 1 and 19 more); break it up",
        "is cut after 2,000,000 characters, from line 10 on; split it up",
    )


def test_what_is_not_read_of_a_note_stands_among_what_is_left_out(tmp_path: Path) -> None:
    text = f"# Boats\n\n{f'{SAID}. ' * 10_000}\n\nAfter it.\n"
    corpus = Corpus((NoteFile("long.md", text, "utf-8"),), ())
    settings = load_settings(data_dir=tmp_path / "data", corpus_dir=tmp_path)
    (note,), (cut,) = _cut(corpus, settings, _silent)
    assert (cut.name, cut.reason) == (
        "long.md",
        "is cut after 200,000 characters of a line (line 3); break it up",
    )
    assert note.chunks[-1].text.endswith("After it.")
    assert note.chunks[-1].locator.start_line == 5
