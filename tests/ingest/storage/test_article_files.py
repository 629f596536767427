"""What is kept in files: copies of pages, pages saved by hand, the ledger."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal, get_args
from unicodedata import normalize

import pytest

from ingest.articles.saved_pages import read_saved_pages
from ingest.extract import Block, Extracted
from ingest.storage.extractions import ExtractedCache, from_json, to_json, videos_from_json
from ingest.storage.ledger import write_ledger
from ingest.storage.snapshots import Snapshot, SnapshotStore
from rag.errors import CorpusError, DiskFull, ShioriError
from rag.storage.atomic import write_atomically
from rag.storage.link_ledger import LEDGER_FILE, LedgerRow, LinkStatus, count_outcomes, read_ledger
from rag.types import Provenance

URL = "https://example.com/a"
Form = Literal["NFC", "NFD"]
NOW = "2024-01-02T03:04:05+00:00"


def put(store: SnapshotStore, body: bytes, url: str = URL) -> Snapshot:
    return store.put(url, body, now=NOW, final_url=url, content_type="text/html", etag='"1"')


def test_a_copy_comes_back_as_it_was_put(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    assert store.get(URL) is None
    kept = put(store, b"<p>text</p>")
    assert store.get(URL) == kept
    assert store.body(kept) == b"<p>text</p>"
    touched = store.touch(kept, "2024-02-02T00:00:00+00:00")
    assert SnapshotStore(tmp_path).get(URL) == touched
    assert (touched.fetched, touched.checked) == (NOW, "2024-02-02T00:00:00+00:00")
    put(store, b"new")
    again = store.get(URL)
    assert again is not None and store.body(again) == b"new"


def page_file(data: Path) -> Path:
    return next((data / "fetched" / "pages").iterdir())


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: page_file(data).write_text("{", encoding="utf-8"),
        lambda data: page_file(data).write_text("[]", encoding="utf-8"),
        lambda data: page_file(data).write_bytes(b"\xff\xfe"),
        lambda data: page_file(data).write_text('{"url": "x"}', encoding="utf-8"),
        lambda data: next((data / "fetched" / "bodies").iterdir()).unlink(),
        lambda data: next((data / "fetched" / "bodies").iterdir()).write_bytes(b"shorter"),
    ],
)
def test_a_damaged_copy_counts_as_none(damage: object, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    put(store, b"<p>text</p>")
    assert callable(damage)
    damage(tmp_path)
    assert store.get(URL) is None


def test_a_body_of_the_same_length_but_other_bytes_is_not_used(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    kept = put(store, b"right")
    next((tmp_path / "fetched" / "bodies").iterdir()).write_bytes(b"wrong")
    assert store.body(kept) is None


def test_metadata_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    store = SnapshotStore(tmp_path)
    kept = put(store, b"secret")
    values = {**asdict(kept), "sha256": "../../../secret"}
    page_file(tmp_path).write_text(json.dumps(values), encoding="utf-8")
    assert store.get(URL) is None


def test_what_is_not_linked_any_more_goes_after_a_while(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    for name in "abc":
        put(store, name.encode(), f"https://example.com/{name}")
    put(store, b"before", URL)
    put(store, b"after", URL)
    store.prune({URL}, unused_since="2024-01-01T00:00:00+00:00")
    assert store.get("https://example.com/b") is not None
    assert not any(
        path.read_bytes() == b"before" for path in (tmp_path / "fetched/bodies").iterdir()
    )
    store.prune({URL}, unused_since="2024-02-01T00:00:00+00:00")
    assert store.get("https://example.com/b") is None
    kept = store.get(URL)
    assert kept is not None and store.body(kept) == b"after"
    assert len(list((tmp_path / "fetched" / "bodies").iterdir())) == 1


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(DiskFull, match="data"):
        write_atomically(tmp_path / "data" / "file", b"x")
    (tmp_path / "there").mkdir()
    with pytest.raises(DiskFull, match="there"):
        write_atomically(tmp_path / "there", b"x")  # a folder stands in the way
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_extracted_documents_as_json(tmp_path: Path) -> None:
    whole = Extracted(
        "video",
        "題",
        (Block("paragraph", "はじめに", seconds=1.5), Block("heading", "A", level=2, anchor="a")),
        site="YouTube",
        language="ja",
        page=("x", "y"),
    )
    assert from_json(to_json(whole)) == whole
    cache = ExtractedCache(tmp_path)
    cache.put(whole, "sha", "text/html", URL)
    assert cache.get("sha", "text/html", URL) == whole
    assert cache.get("sha", "text/plain", URL) is None
    assert cache.get("other", "text/html", URL) is None
    for path in (tmp_path / "fetched" / "texts").iterdir():
        path.write_bytes(b"{}")
    assert cache.get("sha", "text/html", URL) is None
    for body in (b"[]", b"{}", b"nonsense", b'{"blocks": [1]}', b'{"blocks": [], "odd": 1}'):
        with pytest.raises(ValueError, match=r".+"):
            from_json(body)
    with pytest.raises(ValueError, match=r".+"):
        videos_from_json(b"{}")


# Pages saved by hand.


def folder(corpus: Path, links: str | bytes, *names: str) -> None:
    (corpus / "snapshots").mkdir()
    data = links.encode() if isinstance(links, str) else links
    (corpus / "snapshots" / "links.yaml").write_bytes(data)
    for name in names:
        (corpus / "snapshots" / name).parent.mkdir(exist_ok=True)
        (corpus / "snapshots" / name).write_text("text", encoding="utf-8")


def test_saved_pages_are_read_with_their_lines(tmp_path: Path) -> None:
    folder(
        tmp_path,
        "# saved by hand\n"
        "設計.html: https://wiki.example.com/設計?utm_source=x\n"
        "sub/report.pdf:\n  url: https://portal.example.com/7\n  saved: 2024-02-01\n"
        '"notes.txt": "https://example.com/t"\n',
        "設計.html", "sub/report.pdf", "notes.txt", "lost.html", "README.md", ".hidden",
    )  # fmt: skip
    saved = read_saved_pages(tmp_path)
    assert [
        (page.name, page.line, page.content_type, page.saved) for page in saved.pages.values()
    ] == [
        ("設計.html", 2, "text/html", ""),
        ("sub/report.pdf", 3, "application/pdf", "2024-02-01"),
        ("notes.txt", 6, "text/plain", ""),
    ]
    assert next(iter(saved.pages)) == "https://wiki.example.com/%E8%A8%AD%E8%A8%88"
    assert saved.unknown == ("lost.html",)


@pytest.mark.parametrize("codec", ["utf-8-sig", "cp932", "euc_jp", "utf-16"])
def test_links_yaml_is_read_in_the_encodings_of_notes(codec: str, tmp_path: Path) -> None:
    folder(tmp_path, "設計.html: https://wiki.example.com/a\n".encode(codec), "設計.html")
    assert [page.name for page in read_saved_pages(tmp_path).pages.values()] == ["設計.html"]


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("written", ["NFC", "NFD"])
def test_names_are_the_same_however_their_accents_are_stored(
    stored: Form, written: Form, tmp_path: Path
) -> None:
    name = "ガイドブック é.html"
    line = f"{normalize(written, name)}: https://wiki.example.com/a\n"
    folder(tmp_path, line, normalize(stored, name))
    saved = read_saved_pages(tmp_path)
    assert [(page.name, page.path.is_file()) for page in saved.pages.values()] == [(name, True)]
    assert saved.unknown == ()


def test_names_as_another_system_writes_them_and_what_browsers_put_beside(tmp_path: Path) -> None:
    folder(
        tmp_path,
        "sub\\a.html: https://wiki.example.com/a\n",
        "sub/a.html", "a_files/style.css", "a.files/b.png", "other/c.png",
    )  # fmt: skip
    saved = read_saved_pages(tmp_path)
    assert [page.name for page in saved.pages.values()] == ["sub/a.html"]
    assert saved.unknown == ("other/c.png",)


def test_no_folder_no_file_or_an_empty_one_is_fine(tmp_path: Path) -> None:
    assert read_saved_pages(tmp_path).pages == {}
    (tmp_path / "snapshots").mkdir()
    assert read_saved_pages(tmp_path).pages == {}
    (tmp_path / "snapshots" / "links.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert read_saved_pages(tmp_path).pages == {}


@pytest.mark.parametrize(
    ("links", "line", "words"),
    [
        (
            "a.html: https://e.example/\nmissing.html: https://e.example/2",
            2,
            "no file missing.html",
        ),
        ("a.html: https://e.example/\n\na.html: https://e.example/2", 3, "named twice"),
        ("a.html: https://e.example/\nb.html: https://E.example", 2, "a.html stands for"),
        ("a.html: ftp://e.example/", 1, "not followed"),
        ("a.html: https://u:p@e.example/", 1, "not followed"),
        ("a.html:", 1, "needs a URL"),
        ("a.html:\n  saved: 2024-01-01", 1, "needs a URL"),
        ("a.html:\n  url: https://e.example/\n  date: 2024-01-01", 1, "needs a URL"),
        ("a.html:\n  url: https://e.example/\n  saved: yesterday", 1, "no date"),
        ("a.html:\n  url: https://e.example/\n  saved: 2024-13-01", 1, "no date"),
        ("a.html:\n  url: https://e.example/\n  saved: 20240101", 1, "no date"),
        ("a.html:\n  url: https://e.example/\n  url: https://e.example/2", 1, "more than one"),
        ("b.html: https://e.example/\na.html:\t", 2, "there is a tab"),
        ("a.html:\n\turl: https://e.example/", 2, "there is a tab"),
        ("a.html：https://e.example/", 1, "of the form file: URL"),
        ("a.html: [https://e.example/]", 1, "needs a URL"),
        ("../outside.html: https://e.example/", 1, "not in this folder"),
        ("link.html: https://e.example/", 1, "not in this folder"),
        ("/etc/passwd: https://e.example/", 1, "not in this folder"),
        ("a.exe: https://e.example/", 1, "none of"),
        ("- a.html", 1, "of the form file: URL"),
        ("# one\nonly text", 2, "of the form file: URL"),
        ("a.html: https://e.example/\n  bad: [", 2, "not YAML"),
        ("[a]: https://e.example/", 1, "name of a file"),
        (b"\xff\xfe\x00", 1, "cannot be read"),
        ("#" + "x" * 1_000_001, 1, "larger than"),
    ],
)
def test_what_is_wrong_in_links_yaml_is_told_with_its_line(
    links: str | bytes, line: int, words: str, tmp_path: Path
) -> None:
    (tmp_path / "outside.html").write_text("secret", encoding="utf-8")
    folder(tmp_path, links, "a.html", "b.html", "a.exe")
    (tmp_path / "snapshots" / "link.html").symlink_to(tmp_path / "outside.html")
    with pytest.raises(CorpusError) as caught:
        read_saved_pages(tmp_path)
    assert f"links.yaml, line {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_a_yaml_bomb_is_not_expanded(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    folder(tmp_path, bomb)
    with pytest.raises(CorpusError, match="line 2"):
        read_saved_pages(tmp_path)


# The ledger.

ROW = LedgerRow(
    url="https://example.com/a?utm_source=x",
    canonical=URL,
    kind="page",
    status="kept_copy",
    reason="消えた",
    seconds=0.25,
    bytes=12,
    fetched=NOW,
    checked=NOW,
    final_url="https://example.com/b",
    via="https://example.com/list",
    linked_from=(Provenance("日記.md", 3, ("甲", "乙"), "- text"),),
)


def test_the_ledger_comes_back_as_it_was_written(tmp_path: Path) -> None:
    assert read_ledger(tmp_path) == []
    rows = [ROW, LedgerRow("./a", "./a", "other", "unsupported_type")]
    write_ledger(tmp_path, rows)
    assert read_ledger(tmp_path) == rows
    lines = (tmp_path / LEDGER_FILE).read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["outcome"] == "ok"
    assert "消えた" in lines[0]
    write_ledger(tmp_path, [])
    assert read_ledger(tmp_path) == []


def test_a_ledger_of_a_later_version_is_read(tmp_path: Path) -> None:
    values = {**ROW.as_dict(), "new": 1}
    del values["via"]
    (tmp_path / LEDGER_FILE).write_text(json.dumps(values) + "\n\n", encoding="utf-8")
    assert read_ledger(tmp_path)[0].via == ""


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"url": "x"}', json.dumps({**ROW.as_dict(), "status": "fine"}), "null"]
)
def test_a_damaged_ledger_is_named_with_its_line(line: str, tmp_path: Path) -> None:
    write_ledger(tmp_path, [ROW])
    with (tmp_path / LEDGER_FILE).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(ShioriError, match="line 2"):
        read_ledger(tmp_path)
    (tmp_path / LEDGER_FILE).write_bytes(b"\xff\xff")
    with pytest.raises(ShioriError, match="cannot be read"):
        read_ledger(tmp_path)


def test_outcomes_are_counted() -> None:
    rows = [LedgerRow("", "", "page", status) for status in get_args(LinkStatus)]
    assert count_outcomes(rows) == {"ok": 3, "failed": 8, "skipped": 3}
