"""Web pages and PDFs beside the notes, and whatever else lies there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pdf_maker import PdfPage, make_pdf

from ingest.formats.reading import FileReader
from ingest.notes.chunking import Note
from ingest.notes.file_kinds import form_of
from ingest.notes.files import OtherFile, Skipped

PAGE = """<html><head><title>{title}</title></head><body><h1>Ferry</h1><h2>Times</h2>
<p>The ferry leaves at nine from the north pier, every day but Sunday.</p>{more}</body></html>"""
ENCRYPTED = (
    "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 "
    f"/O <{'00' * 32}> /U <{'11' * 32}> >> /ID [<00112233> <00112233>]"
)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[FileReader]:
    with FileReader(tmp_path / "data") as made:
        yield made


def read(
    reader: FileReader, folder: Path, name: str, content: bytes | str
) -> tuple[Note | None, tuple[Skipped, ...]]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    form = form_of(name)
    assert form is not None
    return reader.read(OtherFile(name, path, form))


def pdf(*texts: str, trailer: str = "") -> bytes:
    pages = []
    for text in texts:
        page = PdfPage()
        page.write(text)
        pages.append(page)
    return make_pdf(pages, trailer=trailer)


def test_a_page_beside_the_notes_is_cited_by_its_path(reader: FileReader, tmp_path: Path) -> None:
    name = "plans/2024-03-11-ferry.html"
    note, told = read(reader, tmp_path, name, PAGE.format(title="Ferry", more=""))
    assert told == ()
    assert note is not None
    assert (note.source.id, note.source.kind, note.source.url) == (name, "html", "")
    (chunk,) = note.chunks
    assert (chunk.source, chunk.kind, chunk.url, chunk.folder) == (name, "html", "", "plans")
    assert chunk.path[:2] == ("Ferry", "Times")
    assert chunk.date == "2024-03-11"
    assert chunk.locator.fragment
    assert "leaves at nine" in note.source.text


def test_a_pdf_beside_the_notes_knows_its_pages(reader: FileReader, tmp_path: Path) -> None:
    body = pdf("The ferry leaves at nine.", "The bus leaves at ten.")
    for _ in range(2):  # the second time from the texts at hand
        note, _ = read(reader, tmp_path, "slides_of_spring.pdf", body)
        assert note is not None
        assert note.source.kind == "pdf"
        assert [chunk.locator.page for chunk in note.chunks] == [1, 2]
        assert {chunk.url for chunk in note.chunks} == {""}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", pdf("secret", trailer=ENCRYPTED), "is protected by a password"),
        ("a.pdf", b"%PDF-1.7\nnothing", "is a damaged PDF"),
        ("a.pdf", pdf("", ""), "has 2 pages without text"),
        ("a.pdf", b"", "is an empty document"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n" * 50, "is an image"),
        ("a.html", "", "is an empty document"),
        ("a.html", PAGE.format(title="{{ .Title }}", more=""), "is the template of a page"),
        ("a.html", PAGE.format(title="F", more="{% for x in y %}"), "is the template of a page"),
        ("a.html", "<div" * 5_000_000, "up to 10 MB are read"),
        ("a.csv", bytes(range(256)), "is not text in a known encoding"),
        ("a.csv", ",,\n", "holds no text"),
        ("a.ipynb", "{", "is no notebook"),
        ("a.ipynb", '{"cells": []}', "holds no text"),
        ("a.canvas", "[]", "is no canvas"),
    ],
)
def test_what_gives_no_passage_says_why(
    reader: FileReader, tmp_path: Path, name: str, content: bytes | str, reason: str
) -> None:
    note, (told,) = read(reader, tmp_path, f"deep/{name}", content)
    assert note is None
    assert told.name == f"deep/{name}"
    assert reason in told.reason
    assert "deep/" not in told.reason


def test_a_page_about_templates_is_a_page(reader: FileReader, tmp_path: Path) -> None:
    more = "<pre>{{ title }}</pre><script>f('{{')</script><!-- {% --><p>Write it twice.</p>"
    note, _ = read(reader, tmp_path, "a.html", PAGE.format(title="Moulds", more=more))
    assert note is not None


def test_a_file_that_is_gone_or_none_is_named(reader: FileReader, tmp_path: Path) -> None:
    for form in ("pdf", "table"):
        note, (told,) = reader.read(OtherFile("a", tmp_path / "gone", form))  # type: ignore[arg-type]
        assert (note, told.reason) == (None, "is not a regular file")


def test_a_file_that_breaks_its_reader_costs_itself(
    reader: FileReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, text: str) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr("ingest.formats.reading.chunk_table", broken)
    note, (told,) = read(reader, tmp_path, "a.csv", "a,b\n")
    assert note is None
    assert "RuntimeError: out of luck" in told.reason
