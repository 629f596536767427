"""robots.txt, pace, retries, Retry-After and conditional requests, against a real server."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from fetch_server import Handler, Site, Wire, fetching, settings_for

from ingest.fetch import Fetcher, FetchError
from ingest.fetch import rate_limit as polite
from ingest.fetch.deadline import Deadline
from ingest.fetch.http_status import retry_after
from ingest.fetch.rate_limit import Pace
from ingest.storage.snapshots import SnapshotStore


def test_robots_is_asked_once_and_obeyed(site: Site, fetcher: Fetcher) -> None:
    site.page("/robots.txt", b"User-agent: Other\nDisallow: /\n\nUser-agent: shiori\nDisallow: /no")
    site.page("/yes", b"yes")
    site.page("/no/page", b"no")
    site.redirect("/to-no", "/no/page")
    for _ in range(2):
        assert fetcher.page(site.url("/yes")) is not None
    for path in ("/no/page", "/to-no"):
        with pytest.raises(FetchError) as caught:
            fetcher.page(site.url(path))
        assert caught.value.status == "robots"
        assert "robots.txt" in str(caught.value)
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1
    assert "/no/page" not in site.paths()


def test_robots_is_not_asked_for_a_services_own_requests(site: Site, fetcher: Fetcher) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /")
    site.routes["/api"] = lambda to: to.reply(403, b"said no")
    answer = fetcher.send("POST", site.url("/api"), headers={"X-Key": "1"}, content=b"{}")
    assert answer == (403, b"said no")
    asked = site.asked[-1]
    assert (asked.method, asked.headers["x-key"], asked.content) == ("POST", "1", b"{}")
    assert "/robots.txt" not in [asked.path for asked in site.asked]


@pytest.mark.parametrize(
    ("status", "body", "allowed"),
    [
        (200, b"", True),
        (404, b"User-agent: *\nDisallow: /", True),
        (403, b"", True),
        (500, b"", False),
        (503, b"", False),
        (429, b"", False),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        (200, b"\xff\xfe\x00 nonsense", True),
        (200, b"# " + b"x" * 600_000, False),
    ],
)
def test_what_an_odd_robots_file_means(
    status: int, body: bytes, allowed: bool, site: Site, fetcher: Fetcher
) -> None:
    site.page("/robots.txt", body, status)
    site.page("/a", b"text")
    if allowed:
        assert fetcher.page(site.url("/a")) is not None
    else:
        with pytest.raises(FetchError) as caught:
            fetcher.page(site.url("/a"))
        assert caught.value.status == "robots"
        assert site.paths() == []


def test_robots_is_kept_between_runs_for_a_day(site: Site, tmp_path: Path) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /no", ETag='"r1"')
    site.page("/a", b"text")
    settings = settings_for(tmp_path, allow_private_hosts=site.host)
    for _ in range(2):
        with fetching(settings) as fetcher:
            assert fetcher.page(site.url("/a")) is not None
    asked = [asked for asked in site.asked if asked.path == "/robots.txt"]
    assert len(asked) == 1
    store = SnapshotStore(tmp_path)
    kept = store.get(site.url("/robots.txt"))
    assert kept is not None
    store.touch(kept, (datetime.now(UTC) - timedelta(days=2)).isoformat())
    site.routes["/robots.txt"] = lambda to: to.reply(304)
    with fetching(settings) as fetcher, pytest.raises(FetchError):
        fetcher.page(site.url("/no"))
    asked = [asked for asked in site.asked if asked.path == "/robots.txt"]
    assert len(asked) == 2
    assert asked[1].headers["if-none-match"] == '"r1"'


def test_a_robots_file_that_redirects_inside_does_not_open_the_site(
    site: Site, tmp_path: Path
) -> None:
    site.redirect("/robots.txt", "http://127.0.0.1/robots.txt")
    site.page("/a", b"text")
    wire = Wire(site.port)
    with (
        fetching(settings_for(tmp_path), resolver=wire.resolve, connect=wire.connect) as fetcher,
        pytest.raises(FetchError) as caught,
    ):
        fetcher.page("http://example.com/a")
    assert caught.value.status == "robots"
    assert site.paths() == []


def test_a_page_that_redirects_inside_does_not_spoil_its_host(site: Site, tmp_path: Path) -> None:
    site.redirect("/trap", "http://127.0.0.1/")
    site.page("/a", b"text")
    wire = Wire(site.port)
    with fetching(settings_for(tmp_path), resolver=wire.resolve, connect=wire.connect) as fetcher:
        with pytest.raises(FetchError):
            fetcher.page("http://example.com/trap")
        assert fetcher.page("http://example.com/a") is not None


class Clock:
    """Notes when each request came."""

    def __init__(self, site: Site) -> None:
        self.times: list[float] = []
        for number in range(3):
            site.routes[f"/{number}"] = self.route

    def route(self, to: Handler) -> None:
        self.times.append(time.monotonic())
        to.reply(200, b"text")

    def gaps(self) -> list[float]:
        return [b - a for a, b in zip(self.times, self.times[1:], strict=False)]


def run_at_once(jobs: list[Any]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_requests_to_one_host_keep_their_distance(site: Site, tmp_path: Path) -> None:
    clock = Clock(site)
    wire = Wire(site.port)
    with fetching(
        settings_for(tmp_path, fetch_delay=0.3), resolver=wire.resolve, connect=wire.connect
    ) as fetcher:
        urls = [f"http://example.com/{number}" for number in range(3)]
        run_at_once([lambda url=url: fetcher.page(url) for url in urls])
    assert len(clock.times) == 3
    assert min(clock.gaps()) > 0.2


def test_a_crawl_delay_is_kept_also_by_named_hosts(site: Site, fetcher: Fetcher) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 0.3")
    clock = Clock(site)
    for number in range(3):
        fetcher.page(site.url(f"/{number}"))
    assert min(clock.gaps()) > 0.2


def test_no_turn_is_given_after_the_deadline_or_a_stop() -> None:
    pace = Pace(5.0, Deadline.after(1.0))
    pace.turn("a")
    with pytest.raises(FetchError, match="FETCH_DEADLINE") as caught:
        pace.turn("a")
    assert caught.value.status == "not_fetched"
    pace.turn("b")
    pace.stop()
    with pytest.raises(FetchError, match="stopped"):
        pace.turn("c")


def failing_first(times: int, status: int, **headers: str) -> Any:
    left = [times]

    def route(to: Handler) -> None:
        if left[0] > 0:
            left[0] -= 1
            to.reply(status, b"later", {name.replace("_", "-"): v for name, v in headers.items()})
        else:
            to.reply(200, b"text")

    return route


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 408])
def test_a_passing_failure_is_tried_again(status: int, site: Site, fetcher: Fetcher) -> None:
    site.routes["/a"] = failing_first(2, status)
    page = fetcher.page(site.url("/a"))
    assert page is not None and page.body == b"text"
    assert len(site.paths()) == 3


def test_a_lasting_failure_is_tried_three_times(site: Site, fetcher: Fetcher) -> None:
    site.routes["/a"] = failing_first(99, 503)
    with pytest.raises(FetchError, match="503"):
        fetcher.page(site.url("/a"))
    assert len(site.paths()) == 3


def test_a_broken_connection_is_tried_again(site: Site, fetcher: Fetcher) -> None:
    left = [1]

    def route(to: Handler) -> None:
        if left[0]:
            left[0] = 0
            to.close_connection = True  # without a word
        else:
            to.reply(200, b"text")

    site.routes["/a"] = route
    assert fetcher.page(site.url("/a")) is not None
    assert len(site.paths()) == 2


def test_retry_after_is_honoured_within_bounds(site: Site, fetcher: Fetcher) -> None:
    site.routes["/a"] = failing_first(1, 429, Retry_After="1")
    started = time.monotonic()
    assert fetcher.page(site.url("/a")) is not None
    assert time.monotonic() - started >= 1.0
    for value in ("3600", format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)):
        site.asked.clear()
        site.routes["/b"] = failing_first(1, 503, Retry_After=value)
        with pytest.raises(FetchError, match=r"asks to wait 3[56]\d\d s"):
            fetcher.page(site.url("/b"))
        assert len(site.paths()) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", None), ("7", 7.0), (" 120 ", 120.0), ("-1", None), ("soon", None), ("²", None),
     ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("Wed, 99 Oct 2015 07:28:00 GMT", None),
     ("9" * 400, 999999999.0)],
)  # fmt: skip
def test_how_retry_after_is_read(value: str, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_a_host_that_refuses_connections_is_given_up_for_the_whole_run(
    site: Site, tmp_path: Path
) -> None:
    tries: list[str] = []

    def refuse(address: str, port: int, seconds: float) -> Any:
        tries.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    wire = Wire(site.port)
    with fetching(settings_for(tmp_path), resolver=wire.resolve, connect=refuse) as fetcher:
        for path in ("a", "b", "c"):
            with pytest.raises(FetchError, match=r"example\.com cannot be connected to") as caught:
                fetcher.page(f"http://example.com/{path}")
            assert caught.value.status == "error"
    assert len(tries) == 3, "three tries for the first page, none for the others"


def test_an_unchanged_page_costs_one_304(site: Site, tmp_path: Path, fetcher: Fetcher) -> None:
    def route(to: Handler) -> None:
        if to.headers.get("If-None-Match") == '"v1"' and to.headers.get("If-Modified-Since"):
            to.reply(304)
        else:
            named = {"ETag": '"v1"', "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
            to.reply(200, b"text", named)

    site.routes["/a"] = route
    site.redirect("/moved", "/a")
    store = SnapshotStore(tmp_path)
    for path in ("/a", "/moved"):
        page = fetcher.page(site.url(path))
        assert page is not None
        known = store.put(
            site.url(path),
            page.body,
            now="2024-01-01T00:00:00+00:00",
            final_url=page.final_url,
            content_type="",
            etag=page.etag,
            last_modified=page.last_modified,
        )
        assert fetcher.page(site.url(path), known) is None
    # A redirect that leads to another page now must not be told that nothing changed.
    site.routes["/b"] = route
    site.redirect("/moved", "/b")
    page = fetcher.page(site.url("/moved"), known)
    assert page is not None and page.body == b"text"


def test_an_etag_that_cannot_be_sent_back_is_not_kept(site: Site, fetcher: Fetcher) -> None:
    site.page("/a", b"text", ETag='"caf\xe9"', Last_Modified="x" * 2000)
    page = fetcher.page(site.url("/a"))
    assert page is not None
    assert (page.etag, page.last_modified) == ("", "")


def test_what_requests_say_about_us(site: Site, tmp_path: Path) -> None:
    site.page("/a", b"text")
    settings = settings_for(tmp_path, allow_private_hosts=site.host, user_agent="Team/2 (a@b.c)")
    with fetching(settings) as fetcher:
        fetcher.page(site.url("/a"))
    asked = site.asked[-1].headers
    assert asked["user-agent"] == "Team/2 (a@b.c)"
    assert asked["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in asked and "referer" not in asked


def test_a_stop_ends_a_read_under_way(site: Site, tmp_path: Path) -> None:
    reached, free = threading.Event(), threading.Event()

    def hang(to: Handler) -> None:
        reached.set()
        free.wait(20)

    site.routes["/hang"] = hang
    caught: list[FetchError] = []
    settings = settings_for(tmp_path, allow_private_hosts=site.host, fetch_timeout=15)
    with fetching(settings) as fetcher:

        def work() -> None:
            try:
                fetcher.page(site.url("/hang"))
            except FetchError as error:
                caught.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        assert reached.wait(10)
        fetcher.stop()
        thread.join(10)
        assert not thread.is_alive()
        free.set()
    assert len(caught) == 1


def test_backing_off_grows_and_is_spread() -> None:
    pace = Pace(0.0, Deadline.after(60))
    waits: list[float] = []
    pace.wait = waits.append  # type: ignore[method-assign]
    for tries in (1, 2, 3):
        assert pace.back_off(tries, None)
    assert waits[0] < waits[1] < waits[2]
    assert pace.back_off(1, 2.0) and waits[-1] == 2.0
    assert not pace.back_off(1, polite.MAX_RETRY_AFTER + 1)
