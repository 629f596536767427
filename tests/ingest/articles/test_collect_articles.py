"""From the links of the notes to sources, passages and a row a link, over real HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore
import pytest
from fetch_server import PUBLIC, Handler, Site, Wire, settings_for

from ingest.articles import assembly as assemble_module
from ingest.articles.collection import Articles, collect_articles
from ingest.articles.content import Contents
from ingest.extract import Block, Extracted, ExtractError
from ingest.extract.youtube.video import YouTube
from ingest.fetch import Fetcher
from ingest.links.markdown import find_links
from ingest.storage.seals import sealed
from ingest.storage.snapshots import SnapshotStore
from rag.errors import CorpusError, DiskFull, SettingsError
from rag.settings import Settings
from rag.storage.link_ledger import LedgerRow, read_ledger
from rag.types import NoteLink, Provenance

ROOT = Path(__file__).resolve().parents[3]
JA = "栞は読みかけの本に挟む目印です。どこまで読んだかを忘れないために使います。"
EN = "A bookmark is put between the pages of a book. It tells where the reader stopped reading."


def article(title: str, *paragraphs: str) -> bytes:
    body = "".join(f"<p>{paragraph * 3}</p>" for paragraph in paragraphs)
    page = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head>"
        f"<body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    )
    return page.encode()


def link(url: str, line: int = 1, **more: Any) -> NoteLink:
    return NoteLink(url, "", Provenance("note.md", line, ("題",), f"- {url}"), **more)


class Team:
    """A team that ingests again and again."""

    def __init__(self, site: Site, data: Path) -> None:
        self.site = site
        self.data = data
        self.more: dict[str, Any] = {}

    def settings(self) -> Settings:
        return settings_for(self.data, allow_private_hosts=self.site.host, **self.more)

    def run(self, links: Sequence[NoteLink | str], **how: Any) -> Articles:
        self.site.asked.clear()
        noted = [link(one, number) if isinstance(one, str) else one
                 for number, one in enumerate(links, 1)]  # fmt: skip
        return collect_articles(noted, self.settings(), **how)

    def age_copies(self, **time: float) -> None:
        """Let copies and ledger be as old as if that much time had passed."""
        back = timedelta(**time)
        files = [*self.data.glob("fetched/pages/*.json"), self.data / "links.jsonl"]
        for path in files:
            lines = path.read_text(encoding="utf-8").splitlines()
            whole = path.suffix == ".json"
            values = [json.loads(path.read_text(encoding="utf-8"))] if whole else [
                json.loads(one) for one in lines]  # fmt: skip
            for value in values:
                for name in ("fetched", "checked"):
                    if value[name]:
                        then = datetime.fromisoformat(value[name]) - back
                        value[name] = then.isoformat(timespec="seconds")
            if whole:
                del values[0]["digest"]
                path.write_bytes(sealed(values[0]))
            else:
                path.write_text("\n".join(map(json.dumps, values)), encoding="utf-8")


@pytest.fixture
def team(site: Site, tmp_path: Path) -> Team:
    return Team(site, tmp_path)


def status(articles: Articles) -> list[str]:
    return [row.status for row in articles.ledger]


def one_row(articles: Articles) -> LedgerRow:
    assert len(articles.ledger) == 1
    return articles.ledger[0]


def test_pages_become_sources_and_passages_in_the_order_of_the_notes(team: Team) -> None:
    team.site.page("/ja", article("栞", JA, JA))
    team.site.page("/en", article("Bookmarks", EN, EN))
    told: list[tuple[int, int, str]] = []
    done = team.run(
        [team.site.url("/en"), team.site.url("/ja")],
        progress=lambda *what: told.append(what),
    )
    assert [source.title for source in done.sources] == ["Bookmarks", "栞"]
    assert [source.id for source in done.sources] == [team.site.url("/en"), team.site.url("/ja")]
    assert EN in done.sources[0].text and JA in done.sources[1].text
    for source in done.sources:
        chunks = [chunk for chunk in done.chunks if chunk.source == source.id]
        assert chunks and all(chunk.text in source.text for chunk in chunks)
        assert {chunk.linked_from for chunk in chunks} == {source.linked_from}
    assert status(done) == ["ok", "ok"]
    row = done.ledger[0]
    assert (row.kind, row.bytes > 0, row.fetched == row.checked != "") == ("page", True, True)
    assert read_ledger(team.data) == done.ledger
    assert told[-1][:2] == (2, 2) and {what[2] for what in told} == {s.id for s in done.sources}


def test_one_page_linked_in_three_spellings_is_one_source_with_each_place_once(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    url = team.site.url("/a")
    done = team.run([link(url, 3), link(f"{url}?utm_source=x#part", 7), link(url, 3)])
    assert [where.line for where in done.sources[0].linked_from] == [3, 7]
    row = one_row(done)
    assert (row.url, row.canonical) == (url, url)
    assert [where.line for where in row.linked_from] == [3, 7]
    assert team.site.paths() == ["/a"]


def test_links_that_redirects_lead_together_are_one_source(team: Team) -> None:
    team.site.page("/new", article("栞", JA, JA))
    team.site.redirect("/old", "/new")
    done = team.run([team.site.url("/old"), team.site.url("/new")])
    assert len(done.sources) == 1
    assert [where.line for where in done.sources[0].linked_from] == [1, 2]
    assert status(done) == ["ok", "ok"]
    assert "same page" in done.ledger[1].reason
    assert done.ledger[0].final_url == team.site.url("/new")


def test_every_kind_of_failure_has_its_row_and_stops_nothing(team: Team) -> None:
    site = team.site
    site.page("/robots.txt", b"User-agent: *\nDisallow: /private/")
    site.page("/ok", article("栞", JA, JA))
    site.page("/empty", b"")
    site.page("/long", b"x" * 300_000)
    site.page("/zip", b"PK\x03\x04" + bytes(100), Content_Type="application/zip")
    site.page("/script", b"<html><body><script>render()</script></body></html>")
    site.page("/pdf", b"%PDF-1.7\nbroken", Content_Type="application/pdf")
    site.routes["/slow"] = lambda to: time.sleep(2)
    team.more = {"fetch_max_bytes": 200_000, "fetch_timeout": 1}
    expected = {
        site.url("/ok"): "ok",
        site.url("/gone"): "not_found",
        site.url("/private/a"): "robots",
        site.url("/empty"): "empty",
        site.url("/long"): "too_large",
        site.url("/zip"): "unsupported_type",
        site.url("/script"): "empty",
        site.url("/slow"): "timeout",
        "http://169.254.169.254/latest/": "forbidden_address",
        "http://user:pw@example.com/": "forbidden_address",
        "https://exa mple.com/": "error",
        "https://example.com/a.png": "unsupported_type",
        "https://example.com/a.zip": "unsupported_type",
        "mailto:a@example.com": "unsupported_type",
        "other.md": "unsupported_type",
        "#part": "unsupported_type",
    }
    done = team.run([*expected, site.url("/pdf")])
    assert {row.url: row.status for row in done.ledger[:-1]} == expected
    assert done.ledger[-1].status in ("error", "unsupported_type")
    assert [row.url for row in done.ledger] == [*expected, site.url("/pdf")]
    assert all(row.reason for row in done.ledger[1:])
    assert len(done.sources) == 1


def test_an_image_is_not_fetched_however_its_url_looks(team: Team) -> None:
    url = team.site.url("/picture")
    done = team.run([link(url, image=True)])
    assert (one_row(done).kind, one_row(done).status) == ("image", "unsupported_type")
    assert team.site.asked == []
    team.site.page("/picture", article("栞", JA, JA))
    done = team.run([link(url, 1, image=True), link(url, 2)])
    assert (one_row(done).kind, one_row(done).status) == ("page", "ok")
    assert [where.line for where in done.sources[0].linked_from] == [1, 2]


def test_a_crash_while_reading_or_cutting_is_a_row(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.site.page("/a", article("栞", JA, JA))
    team.site.page("/b", article("別の栞", JA, EN))
    urls = [team.site.url("/a"), team.site.url("/b")]
    read = Contents.read

    def crash(self: Contents, body: bytes, content_type: str, url: str) -> Any:
        if url.endswith("/a"):
            raise RecursionError("too deep")
        return read(self, body, content_type, url)

    with monkeypatch.context() as patched:
        patched.setattr(Contents, "read", crash)
        done = team.run(urls)
    assert status(done) == ["error", "ok"]
    assert "RecursionError: too deep" in done.ledger[0].reason

    cut = assemble_module.chunk_article

    def crash_later(extracted: Extracted, source: Any, *more: Any, **named: Any) -> Any:
        if source.id.endswith("/b"):
            raise ZeroDivisionError
        return cut(extracted, source, *more, **named)

    monkeypatch.setattr(assemble_module, "chunk_article", crash_later)
    done = team.run(urls, retry_failed=True)
    assert status(done) == ["ok", "error"]
    assert [source.id for source in done.sources] == [urls[0]]
    assert {chunk.source for chunk in done.chunks} == {urls[0]}


# The second run, and those after.


def test_a_second_run_downloads_nothing_and_gives_the_same(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    team.site.redirect("/b", "/c")
    team.site.page("/c", article("Bookmarks", EN, EN))
    urls = [team.site.url(path) for path in ("/a", "/b", "/gone")]
    first = team.run(urls)
    second = team.run(urls)
    assert team.site.asked == []
    assert (second.sources, second.chunks) == (first.sources, first.chunks)
    assert status(first) == ["ok", "ok", "not_found"]
    assert status(second) == ["unchanged", "unchanged", "not_found"]


def test_an_old_page_that_has_not_changed_costs_one_304(team: Team) -> None:
    bodies = []

    def route(to: Handler) -> None:
        if to.headers.get("If-None-Match") == '"v1"':
            to.reply(304)
        else:
            bodies.append(1)
            to.reply(200, article("栞", JA, JA), {"ETag": '"v1"'})

    team.site.routes["/a"] = route
    first = team.run([team.site.url("/a")])
    team.age_copies(hours=8 * 24 - 25)  # robots.txt is asked again after a day
    team.run([team.site.url("/a")])
    assert team.site.asked == [], "not yet a week old"
    team.age_copies(hours=25)
    second = team.run([team.site.url("/a")])
    assert team.site.paths() == ["/a"] and len(bodies) == 1
    assert one_row(second).status == "unchanged"
    assert second.chunks == first.chunks
    team.run([team.site.url("/a")])
    assert team.site.asked == [], "the 304 made the copy fresh again"


def test_article_max_age_decides_what_is_old(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    team.more = {"article_max_age": "0s"}
    team.run([team.site.url("/a")])
    assert one_row(team.run([team.site.url("/a")])).reason == "Fetched again, and found the same."
    assert team.site.paths() == ["/a"]


def test_a_changed_page_changes_the_source(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    team.run([team.site.url("/a")])
    team.age_copies(days=8)
    team.site.page("/a", article("栞、改訂版", EN, EN))
    done = team.run([team.site.url("/a")])
    assert one_row(done).status == "ok"
    assert done.sources[0].title == "栞、改訂版"


@pytest.mark.parametrize(
    "then", ["gone", "login", "robots", "emptied", "too large", "refused", "private"]
)
def test_a_page_that_goes_away_keeps_its_last_good_copy(then: str, team: Team) -> None:
    url = team.site.url("/a")
    team.site.page("/a", article("栞", JA, JA))
    first = team.run([url])
    team.age_copies(days=8)
    if then == "gone":
        del team.site.routes["/a"]
    elif then == "login":
        team.site.page("/a", b"", 401)
    elif then == "robots":
        team.site.page("/robots.txt", b"User-agent: *\nDisallow: /")
    elif then == "emptied":
        team.site.page("/a", b"<html><body></body></html>")
    elif then == "too large":
        team.site.page("/a", bytes(300_000))
        team.more = {"fetch_max_bytes": 200_000}
    elif then == "refused":
        team.site.routes["/a"] = lambda to: setattr(to, "close_connection", True)
    settings = team.settings()
    if then == "private":
        settings = settings_for(team.data)
    done = collect_articles([link(url)], settings)
    row = one_row(done)
    assert row.status == "kept_copy"
    assert f"The copy of {row.fetched[:10]} is kept." in row.reason
    assert [source.text for source in done.sources] == [source.text for source in first.sources]
    offline = collect_articles([link(url)], settings, offline=True)
    assert (one_row(offline).status, offline.chunks) == ("kept_copy", done.chunks)
    if then != "private":
        again = team.run([url])
        assert team.site.asked == [], "a failure is not looked into again at once"
        assert (one_row(again).status, again.chunks) == ("kept_copy", done.chunks)
    team.site.page("/a", article("栞、再び", EN, EN))
    team.site.page("/robots.txt", b"")
    team.more = {}
    team.age_copies(days=2)
    back = team.run([url])
    assert (one_row(back).status, back.sources[0].title) == ("ok", "栞、再び")


def test_retry_failed_asks_for_what_failed_and_nothing_else(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    urls = [team.site.url("/a"), team.site.url("/b")]
    assert status(team.run(urls)) == ["ok", "not_found"]
    team.site.page("/b", article("別の栞", EN, EN))
    assert status(team.run(urls)) == ["unchanged", "not_found"]
    assert team.site.asked == []
    assert status(team.run(urls, retry_failed=True)) == ["unchanged", "ok"]
    assert team.site.paths() == ["/b"]


def test_a_link_taken_out_of_the_notes_takes_its_article_out(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    team.site.page("/b", article("別の栞", EN, EN))
    team.run([team.site.url("/a"), team.site.url("/b")])
    done = team.run([team.site.url("/b")])
    assert [source.id for source in done.sources] == [team.site.url("/b")]
    assert [row.url for row in read_ledger(team.data)] == [team.site.url("/b")]
    back = team.run([team.site.url("/a"), team.site.url("/b")])
    assert len(back.sources) == 2 and team.site.asked == []


def test_a_damaged_copy_is_fetched_anew(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA), ETag='"v1"')
    first = team.run([team.site.url("/a")])
    for path in [*team.data.glob("fetched/bodies/*"), *team.data.glob("fetched/texts/*")]:
        path.write_bytes(bytes(path.stat().st_size))
    done = team.run([team.site.url("/a")])
    assert one_row(done).status in ("ok", "unchanged")
    assert "if-none-match" not in team.site.asked[-1].headers
    assert [chunk.text for chunk in done.chunks] == [chunk.text for chunk in first.chunks]


def test_a_damaged_ledger_does_not_stop_a_run(team: Team) -> None:
    (team.data / "links.jsonl").write_text("{", encoding="utf-8")
    team.site.page("/a", article("栞", JA, JA))
    assert status(team.run([team.site.url("/a")])) == ["ok"]
    assert len(read_ledger(team.data)) == 1


# Without a network.


def test_offline_rebuilds_everything_from_copies(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    team.site.page("/script", b"<html><body></body></html>")
    urls = [team.site.url("/a"), team.site.url("/script"), team.site.url("/new")]
    first = team.run(urls[:2])
    team.age_copies(days=100)
    for path in team.data.glob("fetched/texts/*"):
        path.unlink()
    done = team.run(urls, offline=True)
    assert team.site.asked == []
    assert status(done) == ["unchanged", "empty", "not_fetched"]
    assert [chunk.text for chunk in done.chunks] == [chunk.text for chunk in first.chunks]
    assert "Offline" in done.ledger[0].reason and "Offline" in done.ledger[2].reason


def notes_links() -> list[NoteLink]:
    name = "reinvent-2023.md"
    lines = (ROOT / "corpus" / "notes" / name).read_text(encoding="utf-8").split("\n")
    return [
        NoteLink(found.url, found.label, Provenance(name, number, (), line.strip()),
                 found.syntax == "image")
        for number, line in enumerate(lines, 1)
        for found in find_links(line)
    ]  # fmt: skip


# Read off the notes by hand: line and kind of every link.
SHIPPED = {
    83: "image", 97: "page", 100: "pdf", 103: "page", 105: "video", 119: "page", 123: "page",
    131: "page", 135: "page", 137: "image", 141: "page", 143: "image", 146: "page", 161: "page",
    190: "page", 202: "video", 205: "page", 206: "video", 208: "video", 210: "playlist",
    213: "page", 220: "video", 221: "pdf",
}  # fmt: skip


class Silence(Wire):
    """A machine whose network is down, in one of the ways that it can be."""

    def __init__(self, how: str) -> None:
        super().__init__(9)
        self.how = how

    def resolve(self, host: str, port: int) -> list[str]:
        import socket

        self.resolved.append(host)
        if self.how == "no name":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if self.how == "no resolver":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if self.how == "resolver hangs":
            time.sleep(3)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        # Several addresses, as large sites have: all of them may have to be waited for.
        return [PUBLIC, "2606:2800:220:1::1", "93.184.216.35", "2606:2800:220:1::2"]

    def connect(self, address: str, port: int, seconds: float) -> Any:
        self.connected.append((address, port))
        if self.how == "no answer":
            time.sleep(seconds)
            raise httpcore.ConnectTimeout("timed out")
        raise OSError(101, "Network is unreachable")


@pytest.mark.parametrize(
    "how", ["no name", "no resolver", "resolver hangs", "no route", "no answer"]
)
def test_without_a_network_every_link_of_the_shipped_notes_is_accounted_for(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.fetch.dns.SECONDS", 1.0)
    links = notes_links()
    settings = settings_for(tmp_path, fetch_delay=0.5)
    wire = Silence(how)
    fetcher = Fetcher(
        settings, SnapshotStore(tmp_path), resolver=wire.resolve, connect=wire.connect
    )
    started = time.monotonic()
    done = collect_articles(links, settings, fetcher=fetcher)
    assert time.monotonic() - started < 15  # addresses in a row would take 20, links minutes
    assert {row.linked_from[0].line: row.kind for row in done.ledger} == SHIPPED
    assert len({row.canonical for row in done.ledger}) == len(done.ledger) == len(links)
    assert [len(row.linked_from) for row in done.ledger] == [1] * 23
    for row in done.ledger:
        assert row.status == ("unsupported_type" if row.kind == "image" else "not_fetched")
    assert (done.sources, done.chunks) == ([], [])
    asked = len(wire.resolved)
    assert asked <= 12, "a host that cannot be reached is not asked for again and again"


def test_when_the_network_is_back_all_is_fetched_without_being_told(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    wire = Silence("no name")
    settings = team.settings()
    store = SnapshotStore(team.data)
    url = "http://articles.example.com/a"
    fetcher = Fetcher(settings, store, resolver=wire.resolve)
    assert one_row(collect_articles([link(url)], settings, fetcher=fetcher)).status == "not_fetched"
    there = Wire(team.site.port)
    fetcher = Fetcher(settings, store, resolver=there.resolve, connect=there.connect)
    assert one_row(collect_articles([link(url)], settings, fetcher=fetcher)).status == "ok"


def test_a_name_that_does_not_exist_is_told_from_a_missing_network(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))

    class Half(Wire):
        def resolve(self, host: str, port: int) -> list[str]:
            if host.startswith("nowhere"):
                return Silence("no name").resolve(host, port)
            return super().resolve(host, port)

    wire = Half(team.site.port)
    settings = team.settings()
    fetcher = Fetcher(
        settings, SnapshotStore(team.data), resolver=wire.resolve, connect=wire.connect
    )
    urls = ["http://nowhere.example.com/", "http://there.example.com/a"]
    done = collect_articles([link(url) for url in urls], settings, fetcher=fetcher)
    assert status(done) == ["not_found", "ok"]


def test_a_run_ends_at_its_deadline_with_all_links_accounted_for(team: Team) -> None:
    def slow(to: Handler) -> None:
        time.sleep(0.4)
        to.reply(200, article(to.path, JA, JA))

    urls = [team.site.url(f"/{number}") for number in range(9)]
    for number in range(9):
        team.site.routes[f"/{number}"] = slow
    team.more = {"fetch_deadline": 1}
    done = team.run(urls)
    assert len(done.ledger) == 9
    assert done.ledger[-1].status == "not_fetched"
    assert "FETCH_DEADLINE" in done.ledger[-1].reason
    team.more = {}
    again = team.run(urls)
    assert set(status(again)) <= {"ok", "unchanged"}


def test_a_page_cut_off_by_the_deadline_of_the_run_is_no_slow_page(team: Team) -> None:
    team.site.routes["/a"] = lambda to: time.sleep(2)
    team.more = {"fetch_deadline": 1}
    assert one_row(team.run([team.site.url("/a")])).status == "not_fetched"
    team.site.page("/a", article("栞", JA, JA))
    team.more = {}
    assert one_row(team.run([team.site.url("/a")])).status == "ok"


# Pages saved by hand.


def test_a_page_saved_by_hand_stands_for_its_link(team: Team, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "snapshots").mkdir(parents=True)
    (corpus / "snapshots" / "wiki.html").write_bytes(article("設計", JA, JA))
    (corpus / "snapshots" / "plain.txt").write_text(EN * 5, encoding="utf-8")
    (corpus / "snapshots" / "forgotten.html").write_bytes(article("忘れ物", JA))
    (corpus / "snapshots" / "empty.html").write_bytes(b"<html></html>")
    urls = [f"{team.site.url('/')}{name}" for name in ("wiki", "plain", "empty", "unlinked")]
    (corpus / "snapshots" / "links.yaml").write_text(
        f"wiki.html:\n  url: {urls[0]}?utm_source=x\n  saved: 2024-02-01\n"
        f"plain.txt: {urls[1]}\nempty.html: {urls[2]}\n"
        f"unlinked.html: {urls[3]}\n",
        encoding="utf-8",
    )
    (corpus / "snapshots" / "unlinked.html").write_bytes(article("余り", JA))
    for offline in (False, True):
        done = team.run(urls[:3], corpus_dir=corpus, offline=offline)
        assert team.site.asked == []
        assert status(done) == ["ok", "ok", "empty", "error", "not_fetched"]
        assert [source.fetched for source in done.sources] == ["2024-02-01", ""]
        assert "wiki.html" in done.ledger[0].reason
        assert done.ledger[3].url == "snapshots/forgotten.html"
        assert "links.yaml, line 6" in done.ledger[4].reason


def test_a_wrong_links_yaml_stops_before_anything_is_sent(team: Team, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "snapshots").mkdir(parents=True)
    (corpus / "snapshots" / "links.yaml").write_text("a.html: nothing", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"links\.yaml, line 1"):
        team.run([team.site.url("/a")], corpus_dir=corpus)
    assert team.site.asked == []


def test_a_wrong_list_of_hosts_is_named(team: Team) -> None:
    settings = settings_for(team.data, allow_private_hosts="http://wiki/")
    with pytest.raises(SettingsError, match="ALLOW_PRIVATE_HOSTS"):
        collect_articles([], settings)


def test_a_folder_that_cannot_be_written_ends_the_run(team: Team) -> None:
    team.site.page("/a", article("栞", JA, JA))
    (team.data / "fetched").write_text("in the way", encoding="utf-8")
    with pytest.raises(DiskFull, match="fetched"):
        team.run([team.site.url("/a")])


# Videos and playlists, with a stand-in for the service itself, which is outside this machine.


VIDEOS = [f"https://www.youtube.com/watch?v=video{number:06d}" for number in range(3)]
PLAYLIST = "https://www.youtube.com/playlist?list=PLx"


class Service:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.broken = ""
        service = self

        def video(self: YouTube, url: str) -> Extracted:
            service.ask(url)
            if url == VIDEOS[2]:
                raise ExtractError("no_transcript", "It has no transcript.")
            blocks = tuple(Block("paragraph", JA, seconds=30.0 * n) for n in range(4))
            return Extracted("video", f"Talk {url[-1]}", blocks, site="YouTube", language="ja")

        def playlist(self: YouTube, url: str) -> list[str]:
            service.ask(url)
            return [VIDEOS[0], f"{VIDEOS[1]}&list=PLx&index=2", VIDEOS[2], "nonsense"]

        monkeypatch.setattr(YouTube, "video", video)
        monkeypatch.setattr(YouTube, "playlist", playlist)

    def ask(self, url: str) -> None:
        self.asked.append(url)
        if self.broken:
            raise ExtractError("error", self.broken)


def test_a_playlist_is_followed_to_its_videos(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(monkeypatch)
    direct = link(f"https://youtu.be/{VIDEOS[0][-11:]}?si=x", 1)
    done = team.run([direct, link(PLAYLIST, 9)])
    assert status(done) == ["ok", "ok", "ok", "no_transcript"]
    assert [row.kind for row in done.ledger] == ["video", "playlist", "video", "video"]
    assert [row.via for row in done.ledger] == ["", "", PLAYLIST, PLAYLIST]
    assert [source.id for source in done.sources] == VIDEOS[:2]
    assert [source.kind for source in done.sources] == ["video", "video"]
    assert [where.line for where in done.sources[0].linked_from] == [1, 9]
    assert [where.line for where in done.sources[1].linked_from] == [9]
    assert all(chunk.locator.seconds is not None for chunk in done.chunks)
    assert sorted(service.asked) == sorted([VIDEOS[0], PLAYLIST, VIDEOS[1], VIDEOS[2]])
    service.asked.clear()
    for offline in (False, True):
        again = team.run([direct, link(PLAYLIST, 9)], offline=offline)
        assert service.asked == []
        assert (again.sources, again.chunks) == (done.sources, done.chunks)
        assert status(again) == ["unchanged", "unchanged", "unchanged", "no_transcript"]


def test_a_video_that_goes_away_keeps_its_transcript(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(monkeypatch)
    first = team.run([VIDEOS[0], PLAYLIST])
    team.age_copies(days=8)
    service.broken = "The video is private."
    done = team.run([VIDEOS[0], PLAYLIST])
    assert status(done)[:3] == ["kept_copy", "kept_copy", "kept_copy"]
    assert "The video is private." in done.ledger[0].reason
    assert [source.text for source in done.sources] == [source.text for source in first.sources]
