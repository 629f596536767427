"""Questions wait in line: a bounded pool, a turn for everybody, nothing done for who has left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ui_clients import cookie_of, visit
from ui_servers import ROOT, serve

from rag.types import Delta, Event
from ui.i18n.locale import ENGLISH
from ui.state.job_board import JobBoard
from ui.state.job_queue import AT_ONCE, WAITING, JobQueue
from ui.state.jobs import Asked, Job

SCRIPT = str(ROOT / "tests" / "support" / "ui_fake_server.py")


@dataclass
class Desk:
    """Answers one question for each `let`, and writes down whose."""

    begun: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    most: int = 0
    _now: int = 0
    _gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def job(self, name: str, reader: str = "", address: str = "") -> Job:
        asked = Asked(
            name, name, "en", others="others", busy="busy", reader=reader, address=address
        )
        return Job(asked, lambda: None, lambda: self._stream(name), lambda last: None)

    def let(self, count: int = 1) -> None:
        self._gate.release(count)

    def _stream(self, name: str) -> Generator[Event, None, None]:
        with self._lock:
            self.begun.append(name)
            self.threads.add(threading.get_ident())
            self._now += 1
            self.most = max(self.most, self._now)
        self._gate.acquire(timeout=20)
        with self._lock:
            self._now -= 1
        yield Delta(name)


@pytest.fixture
def desk() -> Iterator[Desk]:
    found = Desk()
    yield found
    found.let(1000)


def wait_for(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit, "did not come true"
        time.sleep(0.005)


def settled(desk: Desk, count: int) -> None:
    """So many have begun, and no further one does."""
    wait_for(lambda: len(desk.begun) >= count)
    time.sleep(0.05)
    assert len(desk.begun) == count, desk.begun


def test_so_many_are_answered_at_once_by_as_many_threads(desk: Desk) -> None:
    queue = JobQueue(at_once=3, waiting=100)
    jobs = [desk.job(f"q{number}", f"r{number}") for number in range(40)]
    assert [queue.put(job) for job in jobs] == [""] * 40
    settled(desk, 3)
    desk.let(100)
    wait_for(lambda: all(job.now.done for job in jobs))
    assert desk.most == 3 and len(desk.threads) <= 9
    assert sorted(desk.begun) == sorted(job.asked.question for job in jobs)


def test_a_reader_has_one_running_and_one_waiting(desk: Desk) -> None:
    queue = JobQueue(at_once=3)
    jobs = [desk.job(f"q{number}", "r") for number in range(5)]
    assert queue.put(jobs[0]) == ""
    settled(desk, 1)
    assert [queue.put(job) for job in jobs[1:]] == ["", "own", "own", "own"]
    assert queue.put(desk.job("one more", "r")) == "own"
    other = desk.job("other", "s")
    assert queue.put(other) == ""
    settled(desk, 2)
    assert desk.begun == ["q0", "other"]
    assert queue.ahead(jobs[1]) == 2 and queue.ahead(other) == 0
    desk.let(2)
    wait_for(lambda: "q1" in desk.begun)


def test_one_who_asks_a_lot_waits_for_themselves(desk: Desk) -> None:
    """Many names from one address have one turn each time that another address has one."""
    queue = JobQueue(at_once=1)
    queue.put(desk.job("first", "f", "x"))
    settled(desk, 1)
    for number in range(20):
        queue.put(desk.job(f"loud{number}", f"loud{number}", "10.0.0.1"))
    for number in range(3):
        queue.put(desk.job(f"calm{number}", f"calm{number}", "10.0.0.2"))
    for count in range(2, 9):
        desk.let()
        settled(desk, count)
    assert desk.begun[1:7] == ["loud0", "calm0", "loud1", "calm1", "loud2", "calm2"]


def test_a_full_line_says_so_and_has_room_for_who_asks_less(desk: Desk) -> None:
    queue = JobQueue(at_once=1, waiting=5)
    board = JobBoard(queue)
    board.start(desk.job("first", "f", "x"))
    settled(desk, 1)
    loud = [desk.job(f"loud{number}", f"l{number}", "10.0.0.1") for number in range(7)]
    for job in loud:
        board.start(job)
    assert [job.now.error for job in loud] == [""] * 5 + ["busy"] * 2
    calm = desk.job("calm", "c", "10.0.0.2")
    board.start(calm)
    assert not calm.now.done and loud[4].now.error == "busy"
    desk.let(100)
    wait_for(lambda: calm.now.done and all(job.now.done for job in loud))
    assert "loud4" not in desk.begun and "loud6" not in desk.begun
    assert calm.now.answer


def test_a_stopped_question_never_begins(desk: Desk) -> None:
    queue = JobQueue(at_once=1)
    first, second, third = (desk.job(name, name) for name in ("first", "second", "third"))
    for job in (first, second, third):
        queue.put(job)
    settled(desk, 1)
    second.cancel()
    assert queue.ahead(third) == 1
    desk.let(3)
    wait_for(lambda: third.now.done)
    assert desk.begun == ["first", "third"]


def test_a_question_stopped_while_models_load_never_begins(desk: Desk) -> None:
    loading = threading.Event()
    job = Job(
        Asked("c", "q", "en"), lambda: void(loading.wait(20)), lambda: desk._stream("q"), print
    )
    JobQueue(at_once=1).put(job)
    wait_for(lambda: job.now.stage == "waiting")
    job.cancel()
    loading.set()
    time.sleep(0.05)
    assert desk.begun == []


def void(_value: object) -> None:
    """For a function that returns nothing."""


def test_a_stopped_one_that_holds_on_takes_no_place_but_is_counted(desk: Desk) -> None:
    queue = JobQueue(at_once=1)
    stuck = desk.job("stuck", "r")
    queue.put(stuck)
    settled(desk, 1)
    stuck.cancel()
    again = desk.job("again", "r")
    queue.put(again)
    settled(desk, 2)  # at once, though the first one still holds its thread
    again.cancel()
    third, other = desk.job("third", "r"), desk.job("other", "s")
    queue.put(third)
    queue.put(other)
    settled(desk, 3)
    assert desk.begun[-1] == "other"  # a second one left behind is too many
    desk.let(100)
    wait_for(lambda: third.now.done)


def test_threads_stay_few_however_many_are_left_behind(desk: Desk) -> None:
    queue = JobQueue(at_once=2, waiting=500)
    for number in range(100):
        job = desk.job(f"q{number}", f"r{number}")
        queue.put(job)
        time.sleep(0.001)
        job.cancel()
    assert len(desk.threads) <= 2 + 6
    last = desk.job("last", "last")
    assert queue.put(last) == ""
    desk.let(1000)
    wait_for(lambda: last.now.done)
    assert len(desk.threads) <= 2 + 6


def test_many_threads_asking_and_stopping_neither_block_nor_lose_a_job(desk: Desk) -> None:
    board = JobBoard(JobQueue(at_once=3, waiting=10))
    desk.let(10_000)
    jobs: list[Job] = []

    def asking(name: str) -> None:
        for number in range(40):
            job = desk.job(f"{name}-{number % 3}", name, f"10.0.0.{number % 4}")
            jobs.append(job)
            board.start(job)
            if number % 3 == 0:
                job.cancel()

    threads = [threading.Thread(target=asking, args=(f"r{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    wait_for(lambda: all(job.now.done for job in jobs))
    assert len(jobs) == 320


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A real server, whose answers to `slow` wait for a file."""
    folder = tmp_path_factory.mktemp("queue")
    with serve([SCRIPT, "--data", str(folder)], folder / "log") as found:
        yield found, folder


def threads_of(folder: Path) -> int:
    """How many threads the server had at most, as it says in its folder."""
    return int((folder / "threads").read_text() or 0)


def test_a_flood_of_questions_leaves_the_server_small_and_another_reader_served(
    address: tuple[str, Path],
) -> None:
    server, folder = address
    with ExitStack() as stack:
        mine = cookie_of(server)
        loud = [stack.enter_context(visit(server, mine)) for _ in range(3)]
        many = [stack.enter_context(visit(server)) for _ in range(8)]
        for number in range(15):
            for page in (*loud, *many):
                page.ask(f"slow {number}")
        calm = stack.enter_context(visit(server, cookie_of(server)))
        calm.ask("slow question of another reader")
        calm.until(
            lambda: ENGLISH.in_line.partition("{")[0] in calm.text or "shiori-growing" in calm.text
        )
        # a thread for each page and eight more, twelve of the queue, and the server's own
        assert threads_of(folder) < len([*loud, *many, calm]) + 8 + 12 + 40
        (folder / "write").touch()
        calm.until(lambda: "shiori-sources" in calm.text)
    (folder / "write").unlink()


def test_a_reader_with_two_in_line_is_told_so(address: tuple[str, Path]) -> None:
    server, folder = address
    (folder / "write").unlink(missing_ok=True)
    mine = cookie_of(server)
    with visit(server, mine) as one, visit(server, mine) as two, visit(server, mine) as three:
        one.ask("slow one")
        one.until(lambda: "shiori-growing" in one.text)
        two.ask("slow two")
        two.until(lambda: "shiori-status" in two.text)
        three.ask("slow three")
        three.until(lambda: ENGLISH.others_in_line in three.text)
        (folder / "write").touch()
        one.until(lambda: "shiori-sources" in one.text)
        two.until(lambda: "shiori-sources" in two.text)
    (folder / "write").unlink()


def test_the_bounds_are_what_a_small_machine_bears() -> None:
    assert AT_ONCE <= 8 and WAITING <= 100
