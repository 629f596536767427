"""`python -m bench.site PAGES HOST...`: a web site on loopback, in a process of its own.

Prints a port for every host, then serves `/page/N` with an ETag. `/change` gives the first one in
a hundred pages a new text; `/bodies` tells how many pages were sent whole since it was last asked.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PARAGRAPHS = 12
FRAME = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>Page {n}</title></head><body>"
    "<nav><ul><li><a href=/>Home</a><li><a href=/all>All pages</a></ul></nav><main><article>"
    "<h1>Page {n}, version {version}</h1>{body}</article></main><footer>Bench site</footer></body>"
)
ENGLISH = (
    "On day {i} of week {n} the team of section {i} measured {a} requests a second and wrote down "
    "what it took: {b} machines, a cache that holds {c} entries, and one more hour of patience."
)
JAPANESE = (
    "{n}週目の{i}日に、第{i}班は毎秒{a}件の要求を測り、必要なものを書き留めた。機械が{b}台、"
    "{c}件を覚えておく仕組み、そしてもう一時間の辛抱である。"
)


@dataclass(slots=True)
class State:
    """What all hosts of the site share."""

    pages: int
    version: int = 1
    bodies: int = 0

    def version_of(self, number: int) -> int:
        """Only one page in a hundred is ever changed."""
        return self.version if number < max(1, self.pages // 100) else 1


class Site(ThreadingHTTPServer):
    """One host of the site."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, state: State) -> None:
        super().__init__((host, 0), Page)
        self.state = state


class Page(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # head and body in one packet: two would wait for each other's receipt
    server: Site

    def do_GET(self) -> None:
        """Answer with a page, nothing new, or a figure."""
        if self.path == "/change":
            self.server.state.version += 1
            self._reply(200, b"changed")
        elif self.path == "/bodies":
            self._reply(200, str(self.server.state.bodies).encode())
            self.server.state.bodies = 0
        elif self.path.startswith("/page/"):
            self._page(int(self.path.rpartition("/")[2]))
        else:
            self._reply(404, b"")

    def _page(self, number: int) -> None:
        version = self.server.state.version_of(number)
        tag = f'"{number}-{version}"'
        if self.headers.get("If-None-Match") == tag:
            self._reply(304, b"", tag)
        else:
            self.server.state.bodies += 1
            self._reply(200, page(number, version), tag)

    def _reply(self, status: int, body: bytes, tag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def page(number: int, version: int) -> bytes:
    """An article of about 3,000 characters, English or Japanese in turn."""
    text = JAPANESE if number % 2 else ENGLISH
    body = "".join(
        f"<h2>Part {i}</h2><p>"
        + text.format(n=number, i=i, a=number * 7 + i, b=i * 3 + version, c=number + 100 * i)
        + "</p>"
        for i in range(1, PARAGRAPHS + 1)
    )
    return FRAME.format(n=number, version=version, body=body).encode()


def main() -> None:
    """Serve until the process is ended."""
    state = State(int(sys.argv[1]))
    sites = [Site(host, state) for host in sys.argv[2:]]
    print(*(site.server_address[1] for site in sites), flush=True)
    threads = [threading.Thread(target=site.serve_forever, daemon=True) for site in sites]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
