"""The harness itself: no network beyond loopback, a browser, skips that CI does not accept."""

from __future__ import annotations

import asyncio
import http.server
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_socket import SocketConnectBlockedError

from rag.settings import load_settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ("192.0.2.1", 80)  # an address kept for documentation, RFC 5737


class Hello(http.server.BaseHTTPRequestHandler):
    """Says one line of Japanese."""

    def do_GET(self) -> None:
        body = "<!doctype html><meta charset=utf-8><p>栞をはさむ</p>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def loopback() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_connection_to_the_outside_is_refused() -> None:
    with socket.socket() as one, pytest.raises(SocketConnectBlockedError):
        one.connect(OUTSIDE)


def test_asyncio_is_held_back_too_but_reaches_loopback(loopback: int) -> None:
    async def first_line(host: str, port: int) -> bytes:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return line

    assert b"200" in asyncio.run(first_line("127.0.0.1", loopback))
    with pytest.raises(SocketConnectBlockedError):
        asyncio.run(first_line(*OUTSIDE))


def test_the_browser_shows_a_page_of_this_machine(page: Page, loopback: int) -> None:
    page.goto(f"http://127.0.0.1:{loopback}/")
    assert page.inner_text("p") == "栞をはさむ"


def test_settings_start_from_the_defaults() -> None:
    assert load_settings().data_dir == Path(".data")


@pytest.mark.parametrize(("ci", "outcome"), [("true", "failed"), ("", "skipped")])
def test_a_skip_is_a_failure_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: str
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "tests"), str(ROOT)]))
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(
        test_inner="""
        import pytest

        def test_needs_something():
            pytest.skip("no such thing here")

        @pytest.mark.xfail(reason="known", strict=True)
        def test_expected_to_fail():
            assert False
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(**{outcome: 1, "xfailed": 1})


def test_without_chromium_a_browser_test_says_how_to_get_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(pytester.path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "tests"), str(ROOT)]))
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(test_inner="def test_page(page): page.goto('about:blank')")
    result = pytester.runpytest_subprocess("-rs", "-p", "no:cacheprovider")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*apt-get install chromium fonts-noto-cjk*"])
