"""`snapshots/` of a corpus that leads elsewhere, or whose links.yaml nobody wrote by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.articles.saved_pages import read_saved_pages
from rag.errors import CorpusError

PAGE = "a.html: https://example.com/a\n"


def corpus_of(tmp_path: Path, links: str) -> Path:
    folder = tmp_path / "corpus" / "snapshots"
    folder.mkdir(parents=True)
    (folder / "a.html").write_text("text")
    (folder / "links.yaml").write_text(links)
    return tmp_path / "corpus"


@pytest.mark.parametrize("target", ["/", "/etc", "..", "../outside"])
def test_a_folder_that_leaves_the_corpus_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "snapshots").symlink_to(target)
    with pytest.raises(CorpusError, match="symbolic link that leaves the corpus"):
        read_saved_pages(tmp_path / "corpus")


def test_a_folder_that_leads_within_the_corpus_is_read(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, PAGE)
    (corpus / "snapshots").rename(corpus / "pages")
    (corpus / "snapshots").symlink_to("pages")
    assert len(read_saved_pages(corpus).pages) == 1


@pytest.mark.parametrize("target", ["snapshots", "nowhere", "/nowhere/at/all"])
def test_a_folder_that_leads_nowhere_holds_nothing(tmp_path: Path, target: str) -> None:
    (tmp_path / "snapshots").symlink_to(target)
    assert read_saved_pages(tmp_path).pages == {}


def test_links_within_the_folder_are_not_followed(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, PAGE)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.html").write_text("secret")
    folder = corpus / "snapshots"
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "machine").symlink_to("/")
    (folder / "b.html").symlink_to(tmp_path / "outside" / "b.html")
    (folder / "itself").symlink_to("itself")
    os.mkfifo(folder / "pipe.html")
    assert read_saved_pages(corpus).unknown == ()


def test_a_list_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, PAGE)
    (corpus / "snapshots" / "links.yaml").unlink()
    (corpus / "snapshots" / "links.yaml").symlink_to("/etc/passwd")
    with pytest.raises(CorpusError, match="leaves this folder"):
        read_saved_pages(corpus)


BRACKETS = 200_000
LISTS = {
    "brackets": "[" * BRACKETS,
    "pairs of brackets": "[" * BRACKETS + "]" * BRACKETS,
    "braces": "{" * BRACKETS,
    "dashes": "- " * BRACKETS,
    "question marks": "? " * BRACKETS,
    "a value of brackets": "a.html: " + "[" * BRACKETS,
    "a name of brackets": "? " + "[" * BRACKETS + "\n: https://example.com",
    "deep keys": "\n".join(f"{' ' * depth}a:" for depth in range(1_300)),
    "aliases": "a: &a [x, x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(20)),
    "a long name": "x" * 5_000 + ".html: https://example.com/a",
    "a long path": "x/" * 3_000 + "a.html: https://example.com/a",
    "no name": '"\\0": https://example.com/a',
    "a very long word": "a.html: " + "h" * 500_000,
    "dates": "a.html: {url: https://example.com/a, saved: 99999999999999-01-01}",
    "a number": "9" * 10_000,
    "anchors": "".join(f"&a{n} " for n in range(5_000)),
    "tags": "!!python/object/apply:os.system [id]",
}


@pytest.mark.parametrize("links", LISTS.values(), ids=LISTS)
def test_a_list_that_nobody_wrote_is_refused_with_a_sentence(tmp_path: Path, links: str) -> None:
    with pytest.raises(CorpusError, match=r"links\.yaml, line \d+: ") as told:
        read_saved_pages(corpus_of(tmp_path, links))
    assert len(str(told.value)) < 1_000


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_of(tmp_path, PAGE)

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(CorpusError, match="Permission denied"):
        read_saved_pages(corpus)
