"""Real server processes on loopback for the browser to open, and what a page asked for."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


@contextmanager
def serve(
    command: Sequence[str],
    log: Path,
    *,
    ready: bool = True,
    env: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """The address of a server that runs as long as the block.

    Args:
        command: takes `--port` and a number.
        log: where what it says goes.
        ready: wait until it answers questions at once, not only until it lives.
        env: variables of its environment beside our own.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, *command, "--port", str(port)],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _wait(process, address, log, ready)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def health(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/healthz", timeout=5) as response:
        return dict(json.load(response))


def _wait(process: subprocess.Popen[bytes], address: str, log: Path, ready: bool) -> None:
    limit = time.monotonic() + 180
    while time.monotonic() < limit:
        if process.poll() is not None:
            break
        try:
            state = health(address)
        except OSError:
            state = {}
        if state and (state["ready"] or not ready):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server is not there:\n{log.read_text(encoding='utf-8')}")


class Watched:
    """What the pages of a context asked for beyond loopback, and what went wrong in them."""

    def __init__(self, context: BrowserContext) -> None:
        self.foreign: list[str] = []
        self.broken: list[str] = []
        context.on("request", lambda request: self._request(request.url))
        context.on("page", self._page)

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.hostname not in LOOPBACK:
            self.foreign.append(url)

    def _page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._request(socket.url))
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.on(
            "console",
            lambda message: "Security Policy" in message.text and self.broken.append(message.text),
        )
