"""Which files of a corpus are its notes: the folder, ignore files, names of every kind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.articles.saved_pages import read_saved_pages
from ingest.notes.files import notes_folder, read_corpus


def write(corpus: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def names(corpus: Path) -> list[str]:
    found = read_corpus(corpus)
    return sorted([note.name for note in found.notes] + [other.name for other in found.others])


MADE = {
    "questions/a.yaml": "questions: []",
    "questions/README.md": "# How to write questions",
    "snapshots/links.yaml": "page.html: https://example.com/",
    "snapshots/page.html": "<p>A page.",
}


def test_notes_alone_beside_questions_and_saved_pages_are_the_notes(tmp_path: Path) -> None:
    write(tmp_path, {"notes/a.md": "- a\n", "README.md": "# This corpus\n", **MADE})
    assert notes_folder(tmp_path) == tmp_path / "notes"
    assert names(tmp_path) == ["a.md"]
    (skipped,) = read_corpus(tmp_path).skipped
    assert (skipped.name, skipped.reason) == (
        "../README.md",
        "lies beside notes/, which alone is read",
    )


@pytest.mark.parametrize("other", ["projects/b.md", "b.md", "README.md", "data/b.csv", "b.pdf"])
def test_a_folder_that_merely_contains_notes_is_read_whole(tmp_path: Path, other: str) -> None:
    write(tmp_path, {"notes/a.md": "- a\n", other: "- b\n"})
    assert names(tmp_path) == sorted(["notes/a.md", other])


def test_questions_and_saved_pages_are_no_notes_of_a_corpus_read_whole(tmp_path: Path) -> None:
    write(tmp_path, {"notes/a.md": "- a\n", "projects/b.md": "- b\n", **MADE})
    assert names(tmp_path) == ["notes/a.md", "projects/b.md"]
    assert not read_corpus(tmp_path).skipped


def test_folders_of_these_names_that_hold_notes_are_notes(tmp_path: Path) -> None:
    write(tmp_path, {"questions/a.md": "- a\n", "snapshots/b.html": "<p>b", "deep/notes/c.md": "c"})
    assert names(tmp_path) == ["deep/notes/c.md", "questions/a.md", "snapshots/b.html"]
    assert read_saved_pages(tmp_path).unknown == ()


def test_nothing_that_can_be_read_beside_notes_leaves_them_alone(tmp_path: Path) -> None:
    write(tmp_path, {"notes/a.md": "- a\n", "Makefile": "all:", "img/a.png": "", ".git/b.md": "b"})
    assert names(tmp_path) == ["a.md"]


IGNORED = {
    ".shioriignore": "# ours\ndrafts/\n*.txt\n!keep.txt\n/top.md\n",
    "drafts/a.md": "a",
    "b.txt": "b",
    "keep.txt": "keep",
    "top.md": "top",
    "deep/top.md": "deep top",
    "deep/.shioriignore": "!b.txt\nsecret*\n",
    "deep/b.txt": "deep b",
    "deep/secret.md": "secret",
    "secret.md": "not secret here",
}


def test_ignore_files_hold_for_their_folder_and_the_nearest_decides(tmp_path: Path) -> None:
    write(tmp_path, IGNORED)
    assert names(tmp_path) == ["deep/b.txt", "deep/top.md", "keep.txt", "secret.md"]
    assert not read_corpus(tmp_path).skipped


def test_an_ignore_file_of_the_corpus_holds_for_its_notes(tmp_path: Path) -> None:
    write(tmp_path, {".shioriignore": "notes/b.md\n", "notes/a.md": "a", "notes/b.md": "b"})
    assert names(tmp_path) == ["a.md"]


HIDDEN = [
    ".git/a.md",
    ".obsidian/a.md",
    ".trash/a.md",
    ".venv/a.md",
    "x/node_modules/p/README.md",
    "logseq/bak/pages/a.md",
    "page_files/frame.html",
    "x/.hidden.md",
]


def test_what_programs_keep_beside_notes_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys([*HIDDEN, "page.html", "logseq/a.md", "bak/b.md"], "text"))
    assert names(tmp_path) == ["bak/b.md", "logseq/a.md", "page.html"]
    assert not read_corpus(tmp_path).skipped


def test_the_defaults_can_be_overridden(tmp_path: Path) -> None:
    write(tmp_path, {".shioriignore": "!.github/\n", ".github/a.md": "a", ".x/b.md": "b"})
    assert names(tmp_path) == [".github/a.md"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a.md\n!\n[z-a]\n", "line 2 is no pattern"),
        (bytes(range(256)), "is not text in a known encoding"),
        (b"#" * 1_000_001, "is larger than 1,000,000 bytes"),
    ],
)
def test_an_ignore_file_that_cannot_be_followed_is_named(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    write(tmp_path, {"deep/b.md": "b"})
    (tmp_path / "deep" / ".shioriignore").write_bytes(content)
    (skipped,) = read_corpus(tmp_path).skipped
    assert skipped.name == "deep/.shioriignore"
    assert reason in skipped.reason
    assert names(tmp_path) == ["deep/b.md"]


def test_names_that_differ_by_form_or_case_alone_are_all_kept(tmp_path: Path) -> None:
    composed, apart = "ガイド.md", "カ\u3099イト\u3099.md"
    write(tmp_path, {composed: "門\n", apart: "倉庫\n", "A.md": "upper", "a.md": "lower"})
    texts = {note.name: note.text for note in read_corpus(tmp_path).notes}
    assert texts == {composed: "門\n", apart: "倉庫\n", "A.md": "upper", "a.md": "lower"}


def test_a_name_stored_apart_is_composed_where_it_is_alone(tmp_path: Path) -> None:
    write(tmp_path, {"カ\u3099.md": "- a\n"})
    assert names(tmp_path) == ["ガ.md"]


def test_names_that_only_bytes_tell_apart_are_all_kept(tmp_path: Path) -> None:
    for name in (b"\xff.md", b"\xfe.md"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text("text")
    write(tmp_path, {"a\nb.md": "line break"})
    assert names(tmp_path) == ["\\xfe.md", "\\xff.md", "a\nb.md"]


def test_of_a_path_too_long_only_that_file_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "- a\n"})
    here = os.open(tmp_path, os.O_RDONLY)
    length = len(str(tmp_path))
    try:
        while length < 4096:
            os.mkdir("d" * 200, dir_fd=here)
            below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here, length = below, length + 201
            with os.fdopen(os.open("deep.md", os.O_CREAT | os.O_WRONLY, dir_fd=here), "w") as file:
                file.write("- deep\n")
    finally:
        os.close(here)
    found = read_corpus(tmp_path)
    assert len(found.notes) >= 19
    assert found.skipped
    assert all("File name too long" in item.reason for item in found.skipped)


def test_a_folder_of_thousands_of_files_names_each(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.png").touch()
    write(tmp_path, {"a.md": "- a\n"})
    found = read_corpus(tmp_path)
    assert len(found.skipped) == 3000
    assert {item.reason for item in found.skipped} == {"is an image"}
