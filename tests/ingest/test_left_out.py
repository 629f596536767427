"""What an ingest leaves out is told: in its summary, in words, and where the page can show it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from corpus_place import Place

from ingest.__main__ import left_out
from ingest.notes.chunking import chunk_note
from ingest.notes.file_kinds import why_not_read
from ingest.notes.files import Corpus, NoteFile, Skipped
from ingest.pipeline import _cut, _silent
from rag.errors import CorpusError, ShioriError
from rag.settings import Settings, load_settings
from rag.storage.skipped_files import SKIPPED_FILE, SkippedFile, read_skipped, write_skipped


def settings(tmp_path: Path, **more: int) -> Settings:
    return load_settings(data_dir=tmp_path / "data", corpus_dir=tmp_path, **more)


def test_few_files_are_named_one_by_one() -> None:
    skipped = [Skipped("a\nb.png", why_not_read("a\nb.png")), Skipped("c.md", "is not text")]
    assert left_out(skipped) == ["Left out: a\\nb.png is an image", "Left out: c.md is not text"]


def test_many_files_of_kinds_that_are_not_read_are_counted() -> None:
    names = [*(f"{number}.png" for number in range(20)), "Makefile", "a.yaml", "b.yaml"]
    skipped = [Skipped(name, why_not_read(name)) for name in names] + [Skipped("c.md", "is odd")]
    assert left_out(skipped) == [
        "Left out: 23 files of kinds that are not read (20 .png, 2 .yaml, 1 without an ending)",
        "Left out: c.md is odd",
    ]
    assert len(left_out([Skipped(f"{one}.md", "is odd") for one in range(5000)])) == 101


def test_the_list_is_kept_for_the_page(place: Place) -> None:
    place.write("a.png", b"\x89PNG")
    place.write("tools.csv", "tool,place\nkey,hall\n")
    done = place.command("--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["skipped"] == [{"source": "a.png", "reason": "is an image"}]
    assert found["sources"] == {"note": 3}
    assert read_skipped(place.data) == [SkippedFile("a.png", "is an image")]


def test_a_list_that_is_missing_or_damaged(tmp_path: Path) -> None:
    assert read_skipped(tmp_path) == []
    write_skipped(tmp_path, [SkippedFile("\udcff\n.md", "is odd")])
    assert [row.reason for row in read_skipped(tmp_path)] == ["is odd"]
    (tmp_path / SKIPPED_FILE).write_text('{"source": "a"}\n', encoding="utf-8")
    with pytest.raises(ShioriError, match="damaged in line 1"):
        read_skipped(tmp_path)
    (tmp_path / SKIPPED_FILE).write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ShioriError, match="cannot be read"):
        read_skipped(tmp_path)


def test_one_note_takes_no_more_passages_than_it_may(tmp_path: Path) -> None:
    text = "# Long\n\n" + "".join(f"## Part {one}\n\nIt says {one}.\n\n" for one in range(50))
    corpus = Corpus((NoteFile("long.md", text, "utf-8"), NoteFile("b.md", "- b\n", "utf-8")), ())
    notes, (cut,) = _cut(corpus, settings(tmp_path, max_passages=10), _silent)
    assert [len(note.chunks) for note in notes] == [1, 10]
    assert notes[1].chunks == chunk_note("long.md", text).chunks[:10]
    line = chunk_note("long.md", text).chunks[10].locator.start_line
    assert (cut.name, cut.reason) == (
        "long.md",
        f"is cut after 10 passages (MAX_PASSAGES), from line {line} on; split it up",
    )


def test_a_note_that_cannot_be_cut_costs_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, text: str) -> object:
        if name == "bad.md":
            raise RecursionError("too deep")
        return chunk_note(name, text)

    monkeypatch.setattr("ingest.pipeline.chunk_note", broken)
    files = (NoteFile("bad.md", "- a\n", "utf-8"), NoteFile("good.md", "- b\n", "utf-8"))
    notes, (told,) = _cut(Corpus(files, ()), settings(tmp_path), _silent)
    assert [note.source.id for note in notes] == ["good.md"]
    assert (told.name, told.reason) == ("bad.md", "could not be read (RecursionError: too deep)")
    with pytest.raises(CorpusError, match=r"bad\.md: could not be read"):
        _cut(Corpus(files[:1], ()), settings(tmp_path), _silent)
