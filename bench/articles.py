"""Linked pages: fetched and extracted over real HTTP from a site on loopback, then once more."""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import Row, Table
from bench.timing import timed
from rag.settings import Settings
from rag.types import NoteLink, Provenance

if TYPE_CHECKING:
    from ingest.articles.collection import Articles

TITLE = "Articles behind 1,000 links"
PAGES = 1_000
# On Linux all of 127.0.0.0/8 is this machine, so the pages can lie on several hosts as they would.
HOSTS = [f"127.0.0.{n}" for n in range(1, 9)] if sys.platform == "linux" else ["127.0.0.1"]


def measure(settings: Settings) -> Table:
    """A first run, one with 1 page in 100 changed, and one that sends nothing."""
    with _site() as hosts, tempfile.TemporaryDirectory(prefix="shiori-bench-") as folder:
        own = settings.model_copy(
            update={
                "data_dir": Path(folder) / "data",
                "corpus_dir": Path(folder),
                "allow_private_hosts": ",".join(hosts),
                "fetch_delay": 0.0,
                "article_max_age": "0s",
            }
        )
        bare = timed(lambda: _fetch_all(hosts[0]))
        _bodies(hosts[0])
        first = timed(lambda: _follow(own, hosts))
        first_bodies = _bodies(hosts[0])
        _get(hosts[0], "/change")
        again = timed(lambda: _follow(own, hosts))
        again_bodies = _bodies(hosts[0])
        offline = timed(lambda: _follow(own, hosts, offline=True))
    rows = (
        Row("bare requests, one after another", _figures(bare) | {"bodies": PAGES}),
        Row("first run: fetch and extract", _figures(first) | {"bodies": first_bodies}),
        Row("again, 1% changed", _figures(again) | {"bodies": again_bodies}),
        Row("offline, nothing changed", _figures(offline) | {"bodies": 0}),
        Row("1% changed against the first run", {"ratio": again / first}),
    )
    note = f"{len(HOSTS)} hosts on loopback, no delay between requests, {PAGES} conditional ones."
    return Table(TITLE, rows, note)


def _figures(seconds: float) -> dict[str, float]:
    return {"pages/s": PAGES / seconds, "seconds": seconds}


def _follow(settings: Settings, hosts: list[str], *, offline: bool = False) -> Articles:
    from ingest.articles.collection import collect_articles

    links = [
        NoteLink(url, f"page {n}", Provenance("bench.md", n + 1, ("Links",), f"page {n}"))
        for n, url in enumerate(_urls(hosts))
    ]
    articles = collect_articles(links, settings, offline=offline, corpus_dir=settings.corpus_dir)
    if len(articles.sources) != PAGES:
        reasons = sorted({row.reason for row in articles.ledger if row.outcome != "ok"})
        raise RuntimeError(f"{len(articles.sources)} of {PAGES} pages came: {reasons[:3]}")
    return articles


def _urls(hosts: list[str]) -> list[str]:
    return [f"http://{hosts[n % len(hosts)]}/page/{n}" for n in range(PAGES)]


def _fetch_all(host: str) -> None:
    connection = http.client.HTTPConnection(host)
    for number in range(PAGES):
        connection.request("GET", f"/page/{number}")
        connection.getresponse().read()
    connection.close()


def _bodies(host: str) -> float:
    return float(_get(host, "/bodies"))


def _get(host: str, path: str) -> bytes:
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body


@contextmanager
def _site() -> Iterator[list[str]]:
    """The site's hosts, each with its port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.site", str(PAGES), *HOSTS], stdout=subprocess.PIPE, text=True
    )
    try:
        ports = server.stdout.readline().split() if server.stdout else []
        yield [f"{host}:{port}" for host, port in zip(HOSTS, ports, strict=True)]
    finally:
        server.terminate()
        server.wait(timeout=20)
