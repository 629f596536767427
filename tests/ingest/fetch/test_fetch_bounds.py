"""Bodies that are too long, never end, lie or break off: bounded in memory and time."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from fetch_server import Handler, Site, fetching, settings_for

from ingest.fetch import Fetcher, FetchError
from ingest.fetch.decompression import read_body

ROOT = Path(__file__).resolve().parents[3]
HUGE = 200_000_000
LIMIT = 10_000_000


@cache
def zeros(window: int) -> bytes:
    """200 MB of zeros, packed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    piece = bytes(1_000_000)
    parts = [packer.compress(piece) for _ in range(HUGE // len(piece))]
    return b"".join([*parts, packer.flush()])


@cache
def mixed() -> bytes:
    """Much that does not pack well before the zeros."""
    noise = b"".join(bytes([n * n % 251, n % 256]) for n in range(200_000))
    return gzip.compress(noise) + zeros(31)


def chunked(to: Handler, body: bytes, size: int, **headers: str) -> None:
    to.send_response(200)
    to.send_header("Transfer-Encoding", "chunked")
    for name, value in headers.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        to.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
    to.wfile.write(b"0\r\n\r\n")


def endless(to: Handler, piece: bytes, **headers: str) -> None:
    to.send_response(200)
    for name, value in headers.items():
        to.send_header(name.replace("_", "-"), value)
    to.send_header("Connection", "close")
    to.end_headers()
    for _ in range(200_000):
        to.wfile.write(piece)


BOMBS: dict[str, Callable[[Handler], None]] = {
    "gzip": lambda to: to.reply(200, zeros(31), {"Content-Encoding": "gzip"}),
    "x-gzip": lambda to: to.reply(200, zeros(31), {"Content-Encoding": "X-GZIP"}),
    "deflate": lambda to: to.reply(200, zeros(15), {"Content-Encoding": "deflate"}),
    "raw deflate": lambda to: to.reply(200, zeros(-15), {"Content-Encoding": "deflate"}),
    "chunked gzip": lambda to: chunked(to, zeros(31), 1000, Content_Encoding="gzip"),
    "chunked deflate": lambda to: chunked(to, zeros(15), 7, Content_Encoding="deflate"),
    "many members": lambda to: to.reply(
        200, gzip.compress(bytes(3_000_000)) * 60, {"Content-Encoding": "gzip"}
    ),
    "late": lambda to: to.reply(200, mixed(), {"Content-Encoding": "gzip"}),
    "identity first": lambda to: to.reply(200, zeros(31), {"Content-Encoding": "identity, gzip"}),
    "without packing": lambda to: endless(to, bytes(100_000)),
    "empty members without end": lambda to: endless(
        to, gzip.compress(b"") * 500, Content_Encoding="gzip"
    ),
    "declared": lambda to: to.reply(200, b"", {"Content-Length": str(10**15)}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_fills_the_memory(
    name: str, site: Site, tmp_path: Path
) -> None:
    zeros(31), zeros(15), zeros(-15), mixed()  # packed before the watch begins
    site.routes["/bomb"] = BOMBS[name]
    settings = settings_for(
        tmp_path, allow_private_hosts=site.host, fetch_max_bytes=LIMIT, fetch_timeout=20
    )
    with fetching(settings) as fetcher:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError) as caught:
                fetcher.page(site.url("/bomb"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert caught.value.status == "too_large"
    assert peak < 50_000_000


# A process of its own, so that nothing but the fetcher is measured: for each URL what came of it,
# how long it took, and the peak of its memory above what it had before the first of them.
MEASURED = """
import json, sys, time
from pathlib import Path
from ingest.fetch import Fetcher, FetchError
from ingest.storage.snapshots import SnapshotStore
from rag.settings import load_settings

def kilobytes(name):
    status = Path("/proc/self/status").read_text()
    return int(status.partition(name + ":")[2].split()[0])

settings = load_settings(**json.loads(sys.argv[1]))
fetcher = Fetcher(settings, SnapshotStore(settings.data_dir))
fetcher.page(sys.argv[2])  # the first page loads what every page needs
before = kilobytes("VmRSS")
for url in sys.argv[3:]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    started = time.monotonic()
    try:
        fetcher.page(url)
        status = "ok"
    except FetchError as error:
        status = error.status
    took = time.monotonic() - started
    print(json.dumps([status, took, kilobytes("VmHWM") - before]), flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux tells the peak")
def test_the_memory_of_the_process_stays_too(site: Site, tmp_path: Path) -> None:
    seconds = 20  # and the limit of sizes as it is when nobody sets it
    given = {
        "allow_private_hosts": site.host,
        "fetch_timeout": seconds,
        "fetch_delay": 0,
        "data_dir": str(tmp_path),
    }
    site.page("/first", gzip.compress(b"hello"), Content_Encoding="gzip")
    names = {f"/bomb/{number}": name for number, name in enumerate(BOMBS)}
    site.routes |= {path: BOMBS[name] for path, name in names.items()}
    urls = [site.url(path) for path in ("/first", *names)]
    command = [sys.executable, "-c", MEASURED, json.dumps(given), *urls]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = dict(zip(names.values(), map(json.loads, done.stdout.splitlines()), strict=True))
    print("\n" + "\n".join(f"{name}: {took:.2f} s, {rise / 1024:+.1f} MB"
                           for name, (_, took, rise) in found.items()))  # fmt: skip
    assert len(found) == 12
    assert {status for status, _, _ in found.values()} == {"too_large"}
    assert max(took for _, took, _ in found.values()) < seconds
    assert max(rise for _, _, rise in found.values()) * 1024 < 50_000_000, found


def test_a_body_just_within_the_limit_is_read_whole(site: Site, tmp_path: Path) -> None:
    body = bytes(range(256)) * 400
    site.page("/whole", gzip.compress(body), Content_Encoding="gzip")
    site.page("/plain", body)
    settings = settings_for(tmp_path, allow_private_hosts=site.host, fetch_max_bytes=len(body))
    with fetching(settings) as fetcher:
        for path in ("/whole", "/plain"):
            page = fetcher.page(site.url(path))
            assert page is not None and page.body == body


@pytest.mark.parametrize("size", [1, 2, 3, 1000, 10**6])
@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", lambda body: gzip.compress(body[:70_000]) + gzip.compress(body[70_000:])),
        ("gzip", lambda body: gzip.compress(body) + b"\0" * 20),
        ("gzip", lambda body: gzip.compress(body) + b"a footer that a server adds"),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-15)),
        ("", lambda body: body),
    ],
)
def test_packed_bodies_come_out_whole_however_they_arrive(
    encoding: str, pack: Callable[[bytes], bytes], size: int
) -> None:
    body = b"".join(b"%d," % (n * n) for n in range(20_000)) + bytes(700_000)
    packed = pack(body)
    if size < 1000:
        body = body[:3000]
        packed = pack(body)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert read_body(pieces, encoding, 10**7) == body


def test_slow_drips_end_with_the_deadline(site: Site, tmp_path: Path) -> None:
    def drip(write: Callable[[bytes], object], lines: bytes) -> None:
        for _ in range(600):
            write(lines)
            time.sleep(0.05)

    def body(to: Handler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", "100000")
        to.end_headers()
        drip(to.wfile.write, b"x")

    def headers(to: Handler) -> None:
        to.wfile.write(b"HTTP/1.1 200 OK\r\n")
        drip(to.wfile.write, b"X-A: b\r\n")

    def informational(to: Handler) -> None:
        drip(to.wfile.write, b"HTTP/1.1 103 Early Hints\r\n\r\n")

    def silent(to: Handler) -> None:
        time.sleep(4)

    settings = settings_for(tmp_path, allow_private_hosts=site.host, fetch_timeout=1)
    for number, route in enumerate((body, headers, informational, silent)):
        site.routes[f"/drip{number}"] = route
        with fetching(settings) as fetcher:
            started = time.monotonic()
            with pytest.raises(FetchError) as caught:
                fetcher.page(site.url(f"/drip{number}"))
        assert caught.value.status == "timeout"
        assert time.monotonic() - started < 3.5  # a drip goes on for 30 seconds
    assert len(site.paths()) == 4, "what took its whole time is not tried again"


def raw(data: bytes) -> Callable[[Handler], None]:
    def route(to: Handler) -> None:
        to.close_connection = True
        to.wfile.write(data)

    return route


OK = b"HTTP/1.1 200 OK\r\n"
BROKEN: dict[str, tuple[bytes, str]] = {
    "one long header": (OK + b"X-A: " + b"a" * 300_000 + b"\r\n\r\n", "error"),
    "many headers": (OK + b"".join(b"X-%d: b\r\n" % n for n in range(20_000)) + b"\r\n", "error"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", "error"),
    "nothing": (b"", "error"),
    "shorter than it says": (OK + b"Content-Length: 100\r\n\r\nshort", "error"),
    "a length that is none": (OK + b"Content-Length: many\r\n\r\nbody", "error"),
    "two lengths": (OK + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody!", "error"),
    "a negative length": (OK + b"Content-Length: -5\r\n\r\nbody", "error"),
    "a bad chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nbody\r\n0\r\n\r\n", "error"),
    "a chunk without end": (OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nbody", "error"),
    "gzip twice": (OK + b"Content-Encoding: gzip, gzip\r\n\r\n", "unsupported_type"),
    "gzip twice in two headers": (
        OK + b"Content-Encoding: gzip\r\nContent-Encoding: deflate\r\n\r\n",
        "unsupported_type",
    ),
    "brotli, unasked": (OK + b"Content-Encoding: br\r\n\r\nabc", "unsupported_type"),
    "gzip that is none": (OK + b"Content-Encoding: gzip\r\n\r\n<html>plain</html>", "error"),
    "gzip cut off": (
        OK + b"Content-Encoding: gzip\r\n\r\n" + zlib.compress(b"x" * 99)[:9],
        "error",
    ),
    "an image": (OK + b"Content-Type: image/png\r\n\r\n\x89PNG", "unsupported_type"),
    "a video": (OK + b"Content-Type: VIDEO/mp4; codecs=x\r\n\r\nmp4", "unsupported_type"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", "empty"),
    "a redirect to nowhere": (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "error"),
    "not modified, unasked": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "error"),
    "switching protocols": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "error"),
    "status 999": (b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", "error"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answers_are_told_apart_and_end(name: str, site: Site, fetcher: Fetcher) -> None:
    data, status = BROKEN[name]
    site.routes["/broken"] = raw(data)
    with pytest.raises(FetchError) as caught:
        fetcher.page(site.url("/broken"))
    assert caught.value.status == status
    assert str(caught.value)


@pytest.mark.parametrize(
    ("code", "status"),
    [(400, "error"), (401, "needs_login"), (403, "needs_login"), (404, "not_found"),
     (410, "not_found"), (418, "error"), (451, "error"), (501, "error")],
)  # fmt: skip
def test_error_statuses_are_named_and_their_bodies_left_unread(
    code: int, status: str, site: Site, fetcher: Fetcher
) -> None:
    site.routes["/error"] = lambda to: endless_with(to, code)
    with pytest.raises(FetchError) as caught:
        fetcher.page(site.url("/error"))
    assert caught.value.status == status
    assert str(code) in str(caught.value)


def endless_with(to: Handler, code: int) -> None:
    to.send_response(code)
    to.send_header("Connection", "close")
    to.end_headers()
    for _ in range(1000):
        to.wfile.write(bytes(1_000_000))


def test_a_lying_content_type_is_passed_on_with_the_body(site: Site, fetcher: Fetcher) -> None:
    site.page("/report", b"%PDF-1.7 ...", Content_Type="text/html; charset=utf-8")
    page = fetcher.page(site.url("/report"))
    assert page is not None
    assert (page.content_type, page.body) == ("text/html; charset=utf-8", b"%PDF-1.7 ...")
