"""`python -m ui`: which port, which address, which names, and errors in words."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from ui_servers import health

from rag.errors import UsageError
from ui.__main__ import address, free_port

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_free_port_is_taken_as_wanted(taken: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        wanted = probe.getsockname()[1]
    assert free_port("127.0.0.1", wanted) == wanted


def test_a_taken_port_is_passed_over(taken: int) -> None:
    assert taken < free_port("127.0.0.1", taken) <= taken + 50


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UsageError, match=r"192\.0\.2\.1"):
        free_port("192.0.2.1", 8501)


def test_ports_end() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 65_535))
        server.listen()
        with pytest.raises(UsageError, match="--port"):
            free_port("127.0.0.1", 65_535)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8501"),
        ("0.0.0.0", "http://localhost:8501"),
        ("::1", "http://[::1]:8501"),
        ("wiki.example", "http://wiki.example:8501"),
    ],
)
def test_the_address_can_be_opened(host: str, url: str) -> None:
    assert address(host, 8501) == url


def test_it_says_where_it_is_and_stops_quietly(tmp_path: Path, taken: int) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "ui", "--no-browser", "--port", str(taken)]
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [*command, "--data", str(tmp_path / "data")], cwd=ROOT, stdout=file, stderr=file
        )
    try:
        said = wait_for(lambda: re.search(r"Shiori is at (http://\S+)", log.read_text("utf-8")))
        assert said and f"Port {taken} is taken" in log.read_text("utf-8")
        body = wait_for(lambda: health(said[1]) if health(said[1])["state"] == "failed" else None)
        assert "python -m ingest" in body["error"]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    lines = log.read_text("utf-8").splitlines()
    assert [line for line in lines if "Traceback" in line or "Streamlit" in line] == []


def wait_for(look: Callable[[], Found | None]) -> Found:
    limit = time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < limit
        time.sleep(0.1)
    return found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "70000"], "70000"),
        (["--host", "192.0.2.1"], "Cannot listen on 192.0.2.1"),
        (["--nothing"], "--nothing"),
    ],
)
def test_wrong_calls_end_with_2_and_words(arguments: list[str], words: str) -> None:
    command = [sys.executable, "-m", "ui", "--no-browser", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
