"""The whole way over real HTTP: notes with their links, the real ingest, questions, locators.

Text is measured on what came to lie in the index, and places are resolved on what was served, by
means that share nothing with the code that made them.
"""

from __future__ import annotations

import re
import shutil
import ssl
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import httpcore
import httpx
import pypdfium2 as pdfium
import pytest
import trustme
from article_site import shares, squeezed
from click.testing import Result
from fetch_server import PUBLIC, Site, serving
from highlight import MARK, highlighted
from typer.testing import CliRunner
from whole_site import FOLDED, NOTES, SPOKEN, Linked, WholeSite

from ingest.__main__ import app
from ingest.articles import collection as articles_module
from ingest.fetch import Fetcher
from ingest.fetch import rate_limit as polite
from ingest.fetch.transport import connect_directly
from rag.embedding import Embedder
from rag.index import Index, IndexCatalog
from rag.locators import citation_url
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.storage.link_ledger import LedgerRow, read_ledger
from rag.types import Chunk, Citation

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow


class Team:
    """A team with its notes, its data folder and the real command line."""

    def __init__(self, world: WholeSite, folder: Path, embedder: Embedder) -> None:
        self.world = world
        self.corpus, self.data = folder / "corpus", folder / "data"
        self._embedder = embedder
        world.write_notes(self.corpus / "notes")

    def ingest(self, *more: str) -> Result:
        """`python -m ingest`; what the servers are asked is counted anew."""
        self.world.site.asked.clear()
        self.world.videos.asked.clear()
        where = ["--corpus", str(self.corpus), "--data", str(self.data)]
        done = CliRunner().invoke(app, [*where, *more])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done

    def index(self) -> Index:
        return IndexCatalog(self.data, self._embedder.fingerprint).current()

    def chunks(self) -> list[Chunk]:
        return list(self.index().chunks)

    def rows(self) -> dict[str, LedgerRow]:
        return {row.url: row for row in read_ledger(self.data)}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Team]:
    """Has ingested once: names lead to a stand-in for YouTube, loopback is named by the setting."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("www.youtube.com").configure_cert(server)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with ExitStack() as stack:
        tube = stack.enter_context(serving(server))
        world = WholeSite(stack.enter_context(serving()))
        for path in ("/watch", "/playlist", "/youtubei/v1/player", "/timedtext", "/oembed"):
            tube.routes[path] = world.videos.route

        def connect(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
            outside = (address, port) == (PUBLIC, 443)
            return connect_directly("127.0.0.1", tube.port if outside else port, seconds)

        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(polite, "FIRST_BACKOFF", 0.01)
        reach = partial(
            Fetcher, resolver=lambda *_: [PUBLIC], connect=connect, ssl_context=trusting
        )
        patch.setattr(articles_module, "Fetcher", reach)
        patch.setenv("ALLOW_PRIVATE_HOSTS", world.site.host)
        for name, value in {"DELAY": "0", "TIMEOUT": "2", "MAX_BYTES": "2000000"}.items():
            patch.setenv(f"FETCH_{name}", value)
        made = Team(world, tmp_path_factory.mktemp("whole"), embedder)
        made.ingest()
        yield made


@pytest.fixture
def later(team: Team, tmp_path: Path, embedder: Embedder) -> Team:
    """The same team some time later, in a copy of its folders that a test may change."""
    made = Team(team.world, tmp_path, embedder)
    shutil.copytree(team.data, made.data)
    return made


def test_the_site_is_large_and_mixed(team: Team) -> None:
    links = team.world.links
    assert len(links) == len({linked.url for linked in links}) >= 100
    kinds = Counter(linked.kind for linked in links if linked.truth)
    assert (kinds["page"] >= 80, kinds["pdf"], kinds["video"]) == (True, 2, 3)
    assert len({linked.status for linked in links}) >= 10


def test_every_link_has_its_row_and_none_has_two(team: Team) -> None:
    rows = read_ledger(team.data)
    assert {row.url: row.status for row in rows} == {
        linked.url: linked.status for linked in team.world.links
    }
    assert len(rows) == len(team.world.links)
    assert {row.url: (row.kind, row.via) for row in rows} == {
        linked.url: (linked.kind, linked.via) for linked in team.world.links
    }
    for row in rows:
        assert row.reason or row.status == "ok"
        assert row.linked_from and all(where.source in NOTES for where in row.linked_from)


def indexed_text(chunks: list[Chunk]) -> str:
    """What the chunks of a source hold: headings where they begin, and texts."""
    said, before = list[str](), ("",)
    for chunk in chunks:
        path = chunk.path[1:]
        said += [
            name for place, name in enumerate(path) if before[: place + 1] != path[: place + 1]
        ]
        said.append(chunk.text)
        before = path
    return "\n".join(said).translate(FOLDED)


def with_text(world: WholeSite) -> list[Linked]:
    return [linked for linked in world.links if linked.truth]


def test_main_text_in_the_index_against_the_truth(team: Team) -> None:
    index = team.index()
    by_source: dict[str, list[Chunk]] = {}
    for chunk in index.chunks:
        by_source.setdefault(chunk.source, []).append(chunk)
    canonical = {row.url: row.canonical for row in read_ledger(team.data)}
    measured: list[tuple[float, float, str]] = []
    strange: dict[str, set[str]] = {}
    for linked in with_text(team.world):
        chunks = by_source.pop(canonical[linked.url])
        text = indexed_text(chunks)
        truth = [piece.translate(FOLDED) for piece in linked.truth]
        measured.append((*shares(text, truth, linked.title.translate(FOLDED)), linked.url))
        assert {chunk.title for chunk in chunks} == {linked.title}, linked.url
        served = set(linked.served.translate(FOLDED)) | set(" \n-|")
        strange[linked.url] = set(text) - served
    assert set(by_source) == set(NOTES), "nothing else is in the index"
    recalls, extras = [one[0] for one in measured], [one[1] for one in measured]
    print(
        f"\n{len(measured)} texts from the index: recall least {min(recalls):.3f},"
        f" mean {sum(recalls) / len(recalls):.3f}; boilerplate most {max(extras):.3f},"
        f" mean {sum(extras) / len(extras):.3f}; strange characters in"
        f" {sum(map(bool, strange.values()))} texts"
    )
    assert min(measured)[0] >= 0.95, min(measured)
    assert max(extras) <= 0.05, max(measured, key=lambda one: one[1])
    assert not any(strange.values()), {url: found for url, found in strange.items() if found}


# Places, resolved on what was served.


class Shown(HTMLParser):
    """The text of a page that a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("script", "style", "title", "noscript") and not self._hidden:
            self._hidden = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", squeezed(text).translate(FOLDED)).casefold()


def pointed_at(html: str, fragment: str) -> str:
    """What the text directive of an address covers in a page: from its first to its last words."""
    page = folded("".join(Shown(html).parts))
    directive = fragment.partition(":~:text=")[2]
    words = [folded(unquote(part)) for part in re.sub(r"-,", "\0,", directive).split(",")]
    at = 0
    if words[0].endswith("\0"):
        before = words.pop(0).rstrip("\0")
        at = page.index(before + words[0]) + len(before)
    start = page.index(words[0], at)
    if len(words) == 1:
        return page[start : start + len(words[0])]
    end = page.index(words[1], start + len(words[0]))
    return page[start : end + len(words[1])]


def body(url: str) -> bytes:
    return httpx.get(url.partition("#")[0], trust_env=False).content


def resolve(citation: Citation, team: Team) -> str:
    """The words at the place that a citation gives, folded."""
    chunk, place = citation.chunk, citation.locator
    if chunk.kind == "note":
        assert place.start_line is not None and place.end_line is not None
        lines = (team.corpus / "notes" / chunk.source).read_text(encoding="utf-8").split("\n")
        return folded("\n".join(lines[place.start_line - 1 : place.end_line]))
    if chunk.kind == "pdf":
        assert place.page is not None and chunk.url.endswith(f"#page={place.page}")
        document = pdfium.PdfDocument(body(chunk.url))
        words = folded(document[place.page - 1].get_textpage().get_text_bounded())
        document.close()
        return words
    if chunk.kind == "video":
        assert place.seconds is not None
        assert citation_url(citation).endswith(f"&t={int(place.seconds)}s")
        name = re.findall(r"v=([\w-]{11})", chunk.url)[0]
        said = [folded(text) for text, start, _ in SPOKEN[name][2] if start >= place.seconds]
        assert place.seconds in [start for _, start, _ in SPOKEN[name][2]]
        words, quote = "".join(said), folded(citation.quote)
        assert -1 < words.find(quote) < len(said[0]), "the quote begins in the line of that second"
        return words[: len(said[0]) + len(quote)]
    assert chunk.url.endswith(f"#{place.fragment}")
    served = next(one.served for one in team.world.links if one.url == chunk.source)
    return pointed_at(served, place.fragment or "")


ASKED = [
    ("html", "Why is there no RANK in the query for the first order of each shop?"),
    ("html", "山の手館は土曜日と日曜日に開いていますか"),
    ("html", "How much salt goes into the sourdough loaf?"),
    ("pdf", "What caused the wrong readings of the radar sensor?"),
    ("pdf", "渡し船の昼の便を予約制にすると燃料はどれだけ減りますか"),
    ("video", "How long are the ribs of the kayak soaked?"),
    ("video", "What wood is the paddle made from?"),
    ("video", "提灯に和紙を貼るときの糊はどう作りますか"),
    ("note", "Where does the key to the crane cabin hang?"),
    ("note", "非常用の発電機はどこにありますか"),
]


@pytest.fixture(scope="module")
def pipeline(team: Team) -> Pipeline:
    return Pipeline(load_settings(corpus_dir=team.corpus, data_dir=team.data))


@pytest.mark.parametrize(("kind", "question"), ASKED)
def test_the_place_of_a_citation_holds_its_quote(
    kind: str, question: str, team: Team, pipeline: Pipeline
) -> None:
    answer = pipeline.ask(question)
    assert not answer.refused, answer.text
    assert kind in {citation.chunk.kind for citation in answer.citations}, answer.text
    for citation in answer.citations:
        assert citation.verified
        assert folded(citation.quote) in resolve(citation, team), citation.chunk.url


def test_every_passage_of_the_site_opens_at_its_words(team: Team) -> None:
    """All locators of the index at once; few passages may have none, and none a wrong one."""
    passages = [chunk for chunk in team.chunks() if chunk.kind != "note"]
    assert len({chunk.locator.seconds for chunk in passages if chunk.kind == "video"}) >= 3
    whole, without = Counter[str](), Counter[str]()
    for chunk in passages:
        whole[chunk.kind] += 1
        if chunk.kind == "html" and ":~:text=" not in chunk.url:
            without[chunk.kind] += 1
            continue
        words = resolve(Citation(1, chunk, chunk.text, True, chunk.locator), team)
        said = folded(chunk.text)
        assert said[:6] in words[:200] and said[-6:] in words[-200:], chunk.url
    print(f"\nplaces resolved: {dict(whole)}; without one: {dict(without)}")
    assert sum(without.values()) <= 0.02 * len(passages)


LAYOUTS = (
    "/magazine/",
    "/application/",
    "/coded/Shift_JIS-nothing",
    "/coded/EUC-JP-meta",
    "/coded/ISO-2022-JP-header",
    "/coded/UTF-16LE-header",
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_browser_highlights_what_the_index_links_to(
    browser: Browser, team: Team, layout: str
) -> None:
    chunks = [chunk for chunk in team.chunks() if layout in chunk.source and ":~:" in chunk.url]
    context = browser.new_context(viewport={"width": 900, "height": 600})
    try:
        page = context.new_page()
        for chunk in (chunks[0], chunks[-1]):
            page.goto("about:blank")
            page.goto(chunk.url)
            page.add_style_tag(content=re.sub(r"</?style>", "", MARK))
            page.wait_for_timeout(50)
            marked, expected = folded(highlighted(page)), folded(chunk.text)
            assert marked[:10] == expected[:10] and marked[-10:] == expected[-10:], chunk.url
    finally:
        context.close()


# The runs after the first.


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passages that the model was given, from here on."""
    given: list[str] = []
    encode = Embedder.encode_passages

    def counted(self: Embedder, texts: list[str], *more: object) -> object:
        given.extend(texts)
        return encode(self, texts, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Embedder, "encode_passages", counted)
    return given


def test_a_second_run_asks_for_nothing_and_embeds_nothing(later: Team, embedded: list[str]) -> None:
    before = later.chunks()
    assert "Nothing has changed" in later.ingest().stdout
    # What no page can be, an address inside, is decided anew, and at most asked for a redirect.
    bodies = [asked.path for asked in later.world.site.asked if "/inside/" not in asked.path]
    assert (bodies, later.world.videos.asked, embedded) == ([], [], [])
    assert later.chunks() == before
    statuses = Counter(row.status for row in later.rows().values())
    expected = Counter(linked.status for linked in later.world.links)
    assert "ok" not in statuses
    assert statuses["unchanged"] == expected["ok"]


def test_pages_that_are_old_are_asked_for_once_and_not_embedded_again(
    later: Team, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_MAX_AGE", "0s")
    before = later.chunks()
    later.ingest()
    asked = Counter(later.world.site.paths())
    first, *others = [one.url for one in later.world.links if one.kind == "page" and one.truth]
    assert {asked[urlsplit(url).path] for url in others} == {1}
    assert asked[urlsplit(first).path] == 1 + 6, "by itself, and for each that leads there"
    assert (embedded, later.chunks()) == ([], before)
    rows = later.rows()
    assert {rows[url].reason for url in others} == {"Fetched again, and found the same."}


def test_offline_gives_the_same_index_from_copies_alone(later: Team, embedded: list[str]) -> None:
    before = later.chunks()
    for path in later.data.glob("fetched/texts/*"):
        path.unlink()
    later.ingest("--offline")
    assert (later.world.site.asked, later.world.videos.asked, embedded) == ([], [], [])
    assert later.chunks() == before


def test_a_link_taken_out_takes_its_article_out_of_index_and_ledger(
    later: Team, embedded: list[str]
) -> None:
    gone = next(one for one in later.world.links if one.url.endswith("/tide-gauge.pdf"))
    before = later.chunks()
    later.world.write_notes(later.corpus / "notes", without=gone.url)
    later.ingest()
    assert gone.url not in later.rows()
    kept = {chunk.source for chunk in later.chunks()}
    assert kept == {chunk.source for chunk in before} - {gone.url}
    assert not later.index().lexical.search("radar sensor drifted")[0].any()
    assert all("radar" not in text for text in embedded)


def test_what_goes_away_keeps_its_copy_and_only_failures_are_asked_again(
    later: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    site: Site = later.world.site
    url = next(one.url for one in later.world.links if one.url.endswith("/ferry.pdf"))
    before = [chunk for chunk in later.chunks() if chunk.source == url]
    route: Callable[[Any], None] = site.routes.pop("/ferry.pdf")
    try:
        with monkeypatch.context() as patched:
            patched.setenv("ARTICLE_MAX_AGE", "0s")
            later.ingest()
        row = later.rows()[url]
        assert (row.status, row.fetched[:10] in row.reason) == ("kept_copy", True)
        assert [chunk for chunk in later.chunks() if chunk.source == url] == before
    finally:
        site.routes["/ferry.pdf"] = route
    later.ingest("--retry-failed")
    failed = {one.url for one in later.world.links if one.status != "ok"} | {url}
    asked = {site.url(path) for path in site.paths()}
    hops = {site.url(f"/{way}/{step}") for way in ("far", "round") for step in range(7)}
    assert url in asked
    assert asked <= failed | hops
    assert later.rows()[url].status == "unchanged"
