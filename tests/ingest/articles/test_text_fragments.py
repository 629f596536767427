"""Links that highlight their passage: by rule here, and in a real browser below."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote

import article_site
import pytest
from highlight import MARK, highlighted

from ingest.articles.chunking import article_source, chunk_article
from ingest.articles.text_fragments import PageText
from ingest.extract import extract
from rag.types import Chunk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUNS = (
    "目次 港の朝",
    "港の朝",
    "港の朝は早い。船が戻ると、市場の鐘が鳴り、人が集まる。夕方には静かになる。",
    "市場の鐘",
    "港の朝は早い。と祖父は言った。夕方には静かになる。",
    "Prices, terms & the half-open door. Nothing else was said.",
    "}",
)


def directive(*phrases: str, runs: tuple[str, ...] = RUNS) -> str:
    return unquote(PageText(runs).directive(phrases)).removeprefix(":~:text=")


def test_a_short_passage_is_quoted_whole_and_a_long_one_by_its_ends() -> None:
    assert (
        directive("船が戻ると、市場の鐘が鳴り、人が集まる。")
        == "船が戻ると、市場の鐘が鳴り、人が集まる。"
    )
    long = "港の話。" + "潮が満ちるまで待つのが昔からの習わしで、" * 5 + "最後に船が出る。"
    start, end = directive(long, runs=(long,)).split(",")
    assert long.startswith(start)
    assert long.endswith(end)
    assert len(start) + len(end) < len(long) / 2


def test_a_passage_over_several_blocks_is_a_range() -> None:
    assert directive(
        "船が戻ると、市場の鐘が鳴り、人が集まる。", "市場の鐘", "と祖父は言った。"
    ).startswith("船が戻ると、市場の鐘が鳴り")
    assert directive("船が戻ると、市場の鐘が鳴り、人が集まる。", "と祖父は言った。").endswith(
        ",と祖父は言った。"
    )


def test_what_stands_earlier_too_is_told_apart_by_what_precedes_it() -> None:
    found = directive("夕方には静かになる。", "Prices, terms & the half-open door.")
    assert found.startswith("と祖父は言った。-,夕方には静かになる。,")
    again = directive("港の朝は早い。", "と祖父は言った。")
    assert again.startswith("市場の鐘-,港の朝は早い。")


def test_characters_of_the_syntax_are_encoded() -> None:
    found = PageText(RUNS).directive(["Prices, terms & the half-open door."])
    assert found == ":~:text=Prices%2C%20terms%20%26%20the%20half%2Dopen%20door."


def test_a_phrase_that_an_image_breaks_is_quoted_by_its_parts() -> None:
    runs = ("船が着くたびに鐘が鳴る。人が", "集まって荷を運び始める。")
    found = directive("船が着くたびに鐘が鳴る。人が集まって荷を運び始める。", runs=runs)
    assert found == "船が着くたびに鐘が鳴る。"


def test_no_directive_rather_than_a_wrong_one() -> None:
    assert directive("どこにもない文です。") == ""
    assert directive() == ""
    assert directive("文。", runs=("a" * 2_000_001, "文。")) == ""


def test_searching_is_bounded_on_pages_made_to_be_slow() -> None:
    page = PageText(("どこまでも続く埋め草。" * 20_000 + "末尾の文はここにある。",))
    page._left = 1_000_000
    assert page.directive(["末尾の文はここにある。"])
    for _ in range(9):
        page.directive(["末尾の文はここにある。"])
    assert page._left <= 0
    assert page.directive(["末尾の文はここにある。"]) == ""


class Pages:
    """A server on loopback for pages by path."""

    def __init__(self) -> None:
        pages = self.pages = dict[str, tuple[str, bytes]]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = pages.get(self.path, ("text/plain", b""))
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, path: str, html: str) -> list[Chunk]:
        """Serve a page, marked so that the highlight shows, and cut what it says."""
        data = html.encode()
        found = extract(data, content_type="text/html", url=self.origin + path)
        marked = re.sub(r"(?i)<body", f"{MARK}<body", html, count=1)
        self.pages[path] = ("text/html", marked.encode())
        source = article_source(found, url=self.origin + path, fetched="", linked_from=())
        return chunk_article(found, source)


@pytest.fixture(scope="module")
def served() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.server.shutdown()
    pages.server.server_close()


def shown(chunk: Chunk) -> str:
    """What the browser shows of a passage."""
    return re.sub(r"[\s|]+", "", re.sub(r"(?m)^\s*- ", "", chunk.text))


def opened(browser: Browser, chunk: Chunk) -> str:
    context = browser.new_context(viewport={"width": 900, "height": 600})
    try:
        page = context.new_page()
        page.goto(chunk.url)
        page.wait_for_function("document.readyState == 'complete'")
        page.wait_for_timeout(50)
        return highlighted(page)
    finally:
        context.close()


SAMPLE = [
    ("news", "ja-postmortem"),
    ("blog", "ja-study"),
    ("docs", "en-faq"),
    ("bare", "en-postmortem"),
    ("old", "ja-pricing"),
    ("broken", "ja-python"),
    ("portal", "en-sql"),
]


@pytest.mark.parametrize(("layout", "name"), SAMPLE)
def test_the_browser_highlights_the_passage(
    browser: Browser, served: Pages, layout: str, name: str
) -> None:
    html = getattr(article_site, layout)(article_site.article(name))
    chunks = served.add(f"/{layout}/{name}", html)
    assert len(chunks) >= 2
    for chunk in (chunks[len(chunks) // 2], chunks[-1]):
        assert ":~:text=" in chunk.url
        marked, expected = opened(browser, chunk), shown(chunk)
        assert marked.startswith(expected[:10]), chunk.url
        assert marked.endswith(expected[-10:]), chunk.url
        # An advertisement may stand between the paragraphs, but nothing else.
        assert len(marked) <= len(expected) + (60 if layout == "news" else 0)


AWKWARD = """<html lang="ja"><head><title>難しい頁</title></head><body>
<ul><li><a href="#x">東京特許許可局の朝</a></li><li><a href="#y">料金</a></li></ul>
<main><h1>難しい頁</h1><h2 id="x">東京特許許可局の朝</h2>
<p>東京特許許可局では、毎朝八時に門が開く。<ruby>栞<rt>しおり</rt></ruby>を挟んだ帳面を持った人が並び、
順番を待つあいだに昨日の続きを読んでいる。改行の前<br>改行の後に続く文である。</p>
<h2 id="y">料金</h2><p>手数料は、一件につき三百円である。</p>
<p>Über-cautious readers, e.g. “Ms. O’Neil”, pay 50% &amp; more&nbsp;— see § 4, non-stop.</p>
<h2 id="z">料金の例外</h2><p>手数料は、一件につき三百円である。ただし雨の日を除く。</p>
<pre>$ open  --gate
  --at 08:00
}</pre><table><tr><td>平日</td><td>08:00</td></tr><tr><td>土曜</td><td>休み</td></tr></table>
<p>手数料は、一件につき三百円である。</p></main></body></html>"""


def test_the_browser_finds_awkward_passages_too(browser: Browser, served: Pages) -> None:
    chunks = served.add("/awkward", AWKWARD)
    by_heading = {chunk.path[-1]: chunk for chunk in chunks}
    for name in ("東京特許許可局の朝", "料金", "料金の例外"):
        chunk = by_heading[name]
        marked, expected = opened(browser, chunk), shown(chunk)
        assert marked.startswith(expected[:8]), (chunk.url, marked)
        assert marked.replace("しおり", "").endswith(expected[-8:]), (chunk.url, marked)
        assert len(marked) <= len(expected) + 3


def test_the_way_of_looking_sees_no_highlight_where_there_is_none(
    browser: Browser, served: Pages
) -> None:
    chunks = served.add("/awkward", AWKWARD)
    url = chunks[0].url.partition("#")[0]
    page = browser.new_page()
    try:
        page.goto(f"{url}#:~:text=%E7%89%B9%E8%A8%B1%E8%A8%B1")  # cuts a word
        assert highlighted(page) == ""
    finally:
        page.close()
