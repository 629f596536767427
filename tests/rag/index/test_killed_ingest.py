"""`kill -9` in the middle of an ingest: what is served is one whole generation, always."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import index_fakes
import pytest
from index_fakes import edition, edition_of, write

from rag.index import IndexCatalog
from rag.index.layout import generations, whole_generations

KILLS = 30
PROGRAM = Path(index_fakes.__file__).with_name("killed_ingest.py")
PATIENCE = 120.0  # seconds that only a hang takes


@contextmanager
def ingesting(data: Path, first: int, step: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A process that writes editions until it is killed, at the moment that it starts to."""
    root = str(PROGRAM.parents[2])
    command = [sys.executable, str(PROGRAM), str(data), str(first), str(step)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": root}
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "starts\n"
            yield process
        finally:
            process.kill()


def measured(data: Path) -> tuple[float, int]:
    """Seconds and steps that a whole ingest takes."""
    with ingesting(data, 1) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the first one also loads libraries
        started = time.monotonic()
        steps = int(process.stdout.readline())
        return time.monotonic() - started, steps


class Asking:
    """Asks one reader all the while; `floor` is the edition below which all is deleted."""

    def __init__(self, data: Path) -> None:
        self.floor = 0
        self.asked = 0
        self.seen: set[int] = set()
        self.errors: list[BaseException] = []
        self._reader = IndexCatalog(data, "cheap-1")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)

    def _ask(self) -> None:
        while not self._stop.is_set():
            floor = self.floor
            try:
                number = edition_of(self._reader.current())
                assert number >= floor, f"edition {number} was served, {floor} had replaced it"
                self.seen.add(number)
            except BaseException as error:  # noqa: BLE001 - told in the main thread
                self.errors.append(error)
            self.asked += 1
            time.sleep(0.01)  # leave the ingest its share of the machine


@pytest.mark.slow
def test_thirty_kills_leave_thirty_whole_indexes(tmp_path: Path) -> None:
    write(tmp_path, *edition(0))
    seconds, steps = measured(tmp_path)
    chance = random.Random(30)
    half_built = unfinished = 0
    with Asking(tmp_path) as asking:
        for kill in range(KILLS):
            before = edition_of(IndexCatalog(tmp_path, "cheap-1").current())
            asking.floor = before
            step = chance.randint(1, steps) if kill % 2 else 0
            with ingesting(tmp_path, before + 1, step) as process:
                if not step:
                    time.sleep(chance.uniform(0, 1.5 * seconds))
                    process.send_signal(signal.SIGKILL)
                assert process.wait(PATIENCE) == -signal.SIGKILL
                assert process.stdout is not None
                complete = before + len(process.stdout.readlines())

            served = edition_of(IndexCatalog(tmp_path, "cheap-1").current())
            assert served in {complete, complete + 1}
            half_built += any(generations(tmp_path).glob(".building-*"))
            unfinished += served == complete
        asking.floor = served
    assert asking.errors == []
    assert asking.asked > KILLS
    assert len(asking.seen) > 1
    assert half_built > KILLS / 4, "hardly any kill came while something was being built"
    assert unfinished > 0

    write(tmp_path, *edition(served + 1))  # and the next ingest goes on as if nothing had been
    assert edition_of(IndexCatalog(tmp_path, "cheap-1").current()) == served + 1
    assert not list(generations(tmp_path).glob(".*"))
    assert len(whole_generations(tmp_path)) == 2
