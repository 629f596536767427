"""Whatever lies in the notes folder: it is read, or named with the reason, and the rest goes on."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from corpus_place import BIRDS, Place

from ingest.notes.files import read_corpus
from rag.errors import CorpusError
from rag.index import ingest_lock

ROOT = Path(__file__).resolve().parents[3]
JAPANESE = (
    "# 会議\n\n- 来月から図書館の開館時間は朝九時に変わります。\n- 駅前の店は木曜日が休みです。\n"
)


def empty(corpus: Path) -> None:
    corpus.mkdir()


def no_markdown(corpus: Path) -> None:
    corpus.mkdir()
    (corpus / "notes.rtf").write_text("- nothing that is read by its name\n")
    (corpus / ".hidden.md").write_text("- hidden\n")


def only_blank(corpus: Path) -> None:
    corpus.mkdir()
    (corpus / "a.md").write_text(" \n\n\t\n")


def only_binary(corpus: Path) -> None:
    corpus.mkdir()
    (corpus / "a.md").write_bytes(bytes(range(256)) * 8)


def a_file(corpus: Path) -> None:
    corpus.write_text("- a note\n")


def nothing(corpus: Path) -> None:
    assert not corpus.exists()


def notes_elsewhere(corpus: Path) -> None:
    corpus.mkdir()
    (corpus.parent / "elsewhere").mkdir()
    (corpus.parent / "elsewhere" / "secret.md").write_text("- a secret\n")
    (corpus / "notes").symlink_to("../elsewhere")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (empty, "no Markdown note"),
        (no_markdown, "no Markdown note"),
        (only_blank, "are all empty"),
        (only_binary, "a.md: is not text in a known encoding"),
        (a_file, "is not a folder"),
        (nothing, "does not exist"),
        (notes_elsewhere, "leaves the corpus"),
    ],
)
def test_a_corpus_without_notes_is_refused_and_the_index_serves(
    place: Place, make: Callable[[Path], None], said: str
) -> None:
    place.ingest()
    before = place.index()
    place.corpus = place.corpus.with_name("other")
    make(place.corpus)
    done = place.command("--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert str(place.corpus) in done.stderr
    assert place.index().generation == before.generation
    assert place.index().chunks == before.chunks


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_note_is_read_whatever_it_is_written_in(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.md").write_bytes(JAPANESE.replace("\n", "\r\n").encode(encoding))
    (note,) = read_corpus(tmp_path).notes
    assert note.text == JAPANESE


def spoil(place: Place) -> dict[str, str]:
    """Put what cannot be read beside the notes; the reason for each."""
    outside = place.corpus.parent / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("- The secret is written here.\n")
    place.write("binary.md", bytes(range(256)) * 8)
    os.mkfifo(place.corpus / "pipe.md")
    (place.corpus / "out.md").symlink_to(outside / "secret.md")
    (place.corpus / "folder-out").symlink_to(outside)
    (place.corpus / "nowhere.md").symlink_to("no/such/file")
    (place.corpus / "itself.md").symlink_to("itself.md")
    (place.corpus / "inside.md").symlink_to("birds.md")  # read by its own name, not named
    (place.corpus / "round").symlink_to(".")
    with place.write("large.md", "").open("ab") as file:
        file.truncate(65 * 1024 * 1024)
    place.write("picture.png", b"\x89PNG")
    place.write("broken.ipynb", "{")
    place.write("Makefile", "all:\n")
    return {
        "picture.png": "is an image",
        "broken.ipynb": "is no notebook",
        "Makefile": "has no ending that tells what it is",
        "binary.md": "is not text in a known encoding",
        "pipe.md": "is not a regular file",
        "out.md": "leaves the notes folder",
        "folder-out": "leaves the notes folder",
        "nowhere.md": "leads nowhere",
        "itself.md": "leads nowhere",
        "large.md": "larger than 64 MB",
    }


def test_what_cannot_be_read_is_named_and_the_rest_is_indexed(place: Place) -> None:
    place.write("kaigi.md", JAPANESE.encode("cp932"))
    place.write("folder.md/inner.md", "- In a folder that is named like a note.\n")
    reasons = spoil(place)
    done = place.command("--json")
    assert done.exit_code == 0
    skipped = {item["source"]: item["reason"] for item in json.loads(done.stdout)["skipped"]}
    assert skipped.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert reason in skipped[name]
        assert f"Left out: {name} " in done.stderr
    index = place.index()
    assert set(index.sources) == {"birds.md", "sea/fish.md", "kaigi.md", "folder.md/inner.md"}
    assert not any("secret" in chunk.text for chunk in index.chunks)
    assert any("開館時間は朝九時" in chunk.text for chunk in index.chunks)


def test_a_socket_is_no_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "birds.md").write_text(BIRDS)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.md")  # the name must be short
        (skipped,) = read_corpus(tmp_path).skipped
    assert (skipped.name, skipped.reason) == ("socket.md", "is not a regular file")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, who may read anything."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_named() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "birds.md").write_text(BIRDS)
        (folder / "closed.md").write_text(BIRDS)
        (folder / "closed.md").chmod(0)
        (folder / "locked").mkdir()
        (folder / "locked").chmod(0)
        try:
            with as_nobody():
                found = read_corpus(folder)
        finally:
            (folder / "locked").chmod(0o700)
    assert [note.name for note in found.notes] == ["birds.md"]
    assert {item.name: item.reason for item in found.skipped} == {
        "locked": "cannot be listed: Permission denied",
        "closed.md": "cannot be read: Permission denied",
    }


def test_a_link_to_notes_within_the_corpus_is_followed(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "birds.md").write_text(BIRDS)
    (tmp_path / "notes").symlink_to("texts")
    assert [note.name for note in read_corpus(tmp_path).notes] == ["birds.md"]


def test_names_of_any_bytes_do_no_harm(tmp_path: Path) -> None:
    Path(os.fsdecode(bytes(tmp_path) + b"/\xff.md")).write_text(BIRDS)
    (tmp_path / "カ\u3099.md").write_text(BIRDS)  # as macOS spells it
    assert [note.name for note in read_corpus(tmp_path).notes] == ["ガ.md", "\ufffd.md"]
    with pytest.raises(CorpusError, match="does not exist"):
        read_corpus(Path(os.fsdecode(b"/no\xff/where")))


def test_a_second_ingest_says_so_and_changes_nothing(place: Place) -> None:
    place.ingest()
    before = place.index().generation
    place.write("birds.md", "- Something else.\n")
    with ingest_lock(place.data):
        command = [sys.executable, "-m", "ingest", "--offline", "--json"]
        command += ["--corpus", str(place.corpus), "--data", str(place.data)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Another ingest is running on the data folder {place.data}" in done.stderr
    assert place.index().generation == before
    assert place.command().exit_code == 0
    assert place.index().generation != before
