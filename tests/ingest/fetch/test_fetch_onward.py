"""Pages that only lead to another one are followed there, under the same rules as redirects."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fetch_server import Handler, Site

from ingest.fetch import Fetcher, FetchError
from ingest.fetch.client import Response
from ingest.fetch.meta_refresh import leads_on
from ingest.storage.snapshots import SnapshotStore

HERE = "https://harbour.example/old/a"
META = '<meta http-equiv="refresh" content="0; url=/new">'


def where(body: str, media: str = "text/html; charset=utf-8") -> str | None:
    return leads_on(Response(HERE, 200, {"content-type": media}, body.encode()))


@pytest.mark.parametrize(
    ("body", "end"),
    [
        (META, "/new"),
        ("<META HTTP-EQUIV=REFRESH CONTENT='3;URL=\"/new\"'>", "/new"),
        ('<meta content="0;/new" http-equiv="Refresh" />', "/new"),
        ('<meta http-equiv="refresh" content="0;url=../new?a=1&amp;b=2">', "/new?a=1&b=2"),
        ('<meta http-equiv="refresh" content="0, url = \'/記事\'">', "/%E8%A8%98%E4%BA%8B"),
        ('<meta http-equiv="refresh" content=".5;url=/new">', "/new"),
    ],
)
def test_where_a_page_leads(body: str, end: str) -> None:
    assert where(f"<html><head>{body}</head><body>移動しました</body></html>") == (
        f"https://harbour.example{end}"
    )


@pytest.mark.parametrize(
    "body",
    [
        '<meta http-equiv="refresh" content="300">',
        '<meta http-equiv="refresh" content="30; url=/new">',
        '<meta http-equiv="refresh" content="0; url=#top">',
        '<meta http-equiv="refresh" content="0; url=/old/a">',
        '<meta http-equiv="refresh" content="0; url=">',
        '<meta name="refresh" content="0; url=/new">',
        f"<noscript>{META}</noscript>",
        f"<!-- {META} -->",
        f"<script>document.write('{META}')</script>",
        META + "<p>" + "a page to be read " * 2000,
    ],
)
def test_pages_to_be_read(body: str) -> None:
    assert where(f"<html><head>{body}</head></html>") is None


def test_only_web_pages_lead_on_and_a_page_made_to_be_slow_ends() -> None:
    assert where(META, "text/plain") is None
    for slow in ("<!--" * 4900, "<meta " * 3000, "<noscript>" * 1900, '<meta "' * 2800):
        started = time.monotonic()
        assert where(slow) is None
        assert time.monotonic() - started < 5


def test_the_page_behind_is_taken_and_asked_for_by_its_own_tag(
    site: Site, fetcher: Fetcher, tmp_path: Path
) -> None:
    def new(to: Handler) -> None:
        if to.headers.get("If-None-Match") == '"v1"':
            to.reply(304)
        else:
            to.reply(200, b"<p>new</p>", {"ETag": '"v1"', "Content-Type": "text/html"})

    site.page("/old", META.encode(), Content_Type="text/html")
    site.routes["/new"] = new
    page = fetcher.page(site.url("/old"))
    assert page is not None
    assert (page.final_url, page.body, page.etag) == (site.url("/new"), b"<p>new</p>", '"v1"')
    known = SnapshotStore(tmp_path).put(
        site.url("/old"),
        page.body,
        now="",
        final_url=page.final_url,
        content_type="",
        etag=page.etag,
    )
    assert fetcher.page(site.url("/old"), known) is None
    assert site.paths() == ["/old", "/new", "/old", "/new"]


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("http://169.254.169.254/latest/", "forbidden_address"),
        ("http://localhost/", "forbidden_address"),
        ("file:///etc/passwd", "error"),
        ("/loop", "error"),
        ("/private/a", "robots"),
    ],
)
def test_no_way_leads_where_a_redirect_would_not(
    end: str, status: str, site: Site, fetcher: Fetcher
) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /private/")
    for path, to in (("/a", end), ("/loop", "/a")):
        site.page(path, META.replace("/new", to).encode(), Content_Type="text/html")
    with pytest.raises(FetchError) as caught:
        fetcher.page(site.url("/a"))
    assert caught.value.status == status
    assert len(site.paths()) <= 6
