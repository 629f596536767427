"""A real HTTP server on loopback that says what each test wants and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore

from ingest.fetch import Fetcher
from ingest.fetch.transport import connect_directly
from ingest.storage.snapshots import SnapshotStore
from rag.settings import Settings, load_settings

Route = Callable[["Handler"], None]

PUBLIC = "93.184.216.34"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        site: Site = self.server.site
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        site.asked.append(Asked(self.command, self.path, dict(self.headers.items()), content))
        route = site.routes.get(self.path) or site.routes.get(self.path.partition("?")[0])
        try:
            if route is None:
                self.reply(404, b"no such page")
            else:
                route(self)
        except OSError:
            self.close_connection = True

    do_POST = do_GET  # noqa: N815

    def reply(
        self, status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        given = {"Content-Length": str(len(body)), **(headers or {})}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    content: bytes


@dataclass
class Site:
    port: int
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def page(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = lambda to: to.reply(status, body, named)
        return self.url(path)

    def redirect(self, path: str, location: str, status: int = 302) -> str:
        as_sent = location.encode().decode("latin-1")  # headers are bytes
        self.routes[path] = lambda to: to.reply(status, b"", {"Location": as_sent})
        return self.url(path)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def serving(ssl_context: Any = None) -> Iterator[Site]:
    server = _Server(("127.0.0.1", 0), Handler)
    if ssl_context is not None:
        server.socket = ssl_context.wrap_socket(server.socket, server_side=True)
    server.site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class Wire:
    """Stands in for the internet: public names lead to a loopback server, all attempts are kept."""

    def __init__(self, port: int, names: dict[str, list[str]] | None = None) -> None:
        self.port = port
        self.names = names or {}
        self.resolved: list[str] = []
        self.connected: list[tuple[str, int]] = []

    def resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        return self.names.get(host, [PUBLIC])

    def connect(self, address: str, port: int, seconds: float) -> httpcore.NetworkStream:
        self.connected.append((address, port))
        return connect_directly("127.0.0.1", self.port, seconds)


def settings_for(data: Any, **more: Any) -> Settings:
    given = {"fetch_delay": 0, "fetch_timeout": 5, "data_dir": data, "corpus_dir": data, **more}
    return load_settings(**given)


@contextmanager
def fetching(settings: Settings, **more: Any) -> Iterator[Fetcher]:
    fetcher = Fetcher(settings, SnapshotStore(settings.data_dir), **more)
    try:
        yield fetcher
    finally:
        fetcher.close()
