"""The page's server around a pipeline that answers what the tests know; run as a program.

`--slow-start` leaves it loading until the file `go` stands in the data folder, and an answer to
`slow` waits for the file `write` there; `--no-index` has nothing to answer from. The file `threads`
there holds how many threads it had at most.
"""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

from ui_fakes import FakePipeline

import ui.state.backend
from rag.errors import IndexMissing
from rag.settings import Settings, load_settings
from ui.__main__ import serve


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--slow-start", action="store_true")
    parser.add_argument("--no-index", action="store_true")
    given = parser.parse_args()
    fake = FakePipeline()
    if given.no_index:
        fake.load_error = IndexMissing("There is no index yet.")
    for name, gate in (("go", fake.loading), ("write", fake.gate)):
        if name == "write" or given.slow_start:
            gate.clear()
            threading.Thread(target=follow, args=(given.data / name, gate), daemon=True).start()

    threading.Thread(target=count_threads, args=(given.data,), daemon=True).start()

    def open_pipeline(_settings: Settings) -> FakePipeline:
        return fake

    ui.state.backend.open_pipeline = open_pipeline  # type: ignore[assignment]
    settings = load_settings(
        data_dir=given.data, corpus_dir=given.data / "corpus", ui_port=given.port
    )
    serve(settings, given.port, open_browser=False)


def count_threads(data: Path) -> None:
    """Write down how many threads there were at most."""
    most = 0
    while True:
        most = max(most, threading.active_count())
        (data / "threads").write_text(str(most))
        time.sleep(0.05)


def follow(sign: Path, gate: threading.Event) -> None:
    """Keep a gate open for as long as its file is there."""
    while True:
        (gate.set if sign.exists() else gate.clear)()
        time.sleep(0.02)


if __name__ == "__main__":
    main()
