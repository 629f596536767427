"""The chat page as a person meets it: real server, real Chromium, from start to answers.

Beside it stands the smallest Streamlit page with a question box, which nothing built on Streamlit
can be faster than.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.chromium import find_chromium, launch
from bench.memory import bare_model, peak_of_tree
from bench.report import Row, Table
from rag.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TITLE = "The page in Chromium"
INPUT = '[data-testid="stChatInputTextArea"]'
FINISHED = '[data-testid="stFeedback"]'  # stands below every answer that is whole
QUESTIONS = (
    "what changed for CloudFormation?",
    "CodeWhispererで何ができるようになったか",
    "How is the cost of a workload shown to its owners?",
    "コスト最適化のために追加された機能を教えて",
    "what is new for Kubernetes",
)
BARE = 'import streamlit as st\n\nst.title("bare")\nst.chat_input("ask")\n'
LIMIT = 180


@dataclass(frozen=True, slots=True)
class Visit:
    """Seconds from starting the server to a usable input, and of each answer; peak memory in MB."""

    usable: float
    answers: tuple[float, ...]
    memory: float | None


def measure(settings: Settings) -> Table:
    """Start to usable input of both pages, then the answers of ours."""
    if find_chromium() is None:
        return Table(TITLE, (), skipped="there is no Chromium")
    with launch() as browser, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE, encoding="utf-8")
        bare = ["-m", "streamlit", "run", str(script), "--server.headless", "true"]
        bare += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
        ours = ["-m", "ui", "--data", str(settings.data_dir), "--corpus", str(settings.corpus_dir)]
        ours += ["--no-browser"]
        visits = [
            (_visit(browser, ours, "--port", asked), _visit(browser, bare, "--server.port", ()))
            for asked in (QUESTIONS, ())
        ]
    usable = [min(pair[side].usable for pair in visits) for side in (0, 1)]
    first, *later = visits[0][0].answers
    rows = [
        Row("Shiori: start to usable input", {"seconds": usable[0]}),
        Row("an empty Streamlit page: the same", {"seconds": usable[1]}),
        Row("ratio", {"seconds": usable[0] / usable[1]}),
        Row("first answer, model still loading", {"seconds": first}),
        Row("later answers, median", {"seconds": sorted(later)[len(later) // 2]}),
    ]
    peaks = {
        "Shiori's server: peak memory": visits[0][0].memory,
        "the empty page's": visits[0][1].memory,
        "a process with the model alone": bare_model(),
    }
    rows += [Row(name, {"MB": peak}) for name, peak in peaks.items() if peak]
    return Table(TITLE, tuple(rows), "The better of two starts each, turn about.")


def _visit(
    browser: Browser, program: list[str], port_option: str, questions: tuple[str, ...]
) -> Visit:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.perf_counter()
    with _server([sys.executable, *program, port_option, str(port)]) as server:
        page = browser.new_page()
        try:
            _open(page, f"http://127.0.0.1:{port}/", start)
            page.wait_for_selector(f"{INPUT}:enabled", timeout=LIMIT * 1000)
            usable = time.perf_counter() - start
            answers = tuple(_ask(page, number, text) for number, text in enumerate(questions, 1))
            return Visit(usable, answers, peak_of_tree(server.pid))
        finally:
            page.close()


def _open(page: Page, address: str, start: float) -> None:
    """Load the page as soon as the server takes connections."""
    from playwright.sync_api import Error

    while True:
        try:
            page.goto(address)
        except Error:
            if time.perf_counter() - start > LIMIT:
                raise
            time.sleep(0.05)
        else:
            return


def _ask(page: Page, number: int, question: str) -> float:
    """Seconds from Enter until the whole answer stands."""
    box = page.locator(INPUT)
    box.fill(question)
    start = time.perf_counter()
    box.press("Enter")
    page.locator(FINISHED).nth(number - 1).wait_for(state="attached", timeout=LIMIT * 1000)
    return time.perf_counter() - start


@contextmanager
def _server(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
