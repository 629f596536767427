"""Jobs side by side: two a host, all hosts at once, and an end when one breaks."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from ingest.fetch.lanes import PER_HOST, run_lanes


def test_two_jobs_a_host_and_hosts_side_by_side() -> None:
    lock = threading.Lock()
    now: Counter[str] = Counter()
    most: Counter[str] = Counter()
    together = threading.Barrier(3, timeout=20)  # three hosts must be at work at once
    done: list[tuple[str, int]] = []

    def work(job: tuple[str, int]) -> None:
        with lock:
            now[job[0]] += 1
            most[job[0]] = max(most[job[0]], now[job[0]])
        if job[1] == 0:
            together.wait()
        with lock:
            now[job[0]] -= 1
            done.append(job)

    jobs = [(host, number) for host in "abc" for number in range(10)]
    run_lanes(jobs, lane=lambda job: job[0], work=work, concurrency=6, stop=lambda: None)
    assert sorted(done) == jobs
    assert max(most.values()) <= PER_HOST


def test_every_host_has_a_thread_before_one_has_two() -> None:
    met = threading.Event()
    together = threading.Barrier(3, action=met.set, timeout=5)

    def work(job: tuple[str, int]) -> None:
        if job[1] == 0:
            together.wait()
        else:  # a second thread of `a` would keep the place that `c` needs
            assert met.wait(20)

    jobs = [("a", 0), ("a", 1), ("a", 2), ("a", 3), ("b", 0), ("c", 0)]
    run_lanes(jobs, lane=lambda job: job[0], work=work, concurrency=3, stop=lambda: None)
    assert met.is_set()


def test_the_host_with_most_pages_begins() -> None:
    jobs = [("a", 0), ("b", 0), ("b", 1), ("c", 0), ("c", 1), ("c", 2)]
    done: list[tuple[str, int]] = []
    run_lanes(jobs, lane=lambda job: job[0], work=done.append, concurrency=1, stop=lambda: None)
    assert "".join(host for host, _ in done) == "cccbba"


@pytest.mark.parametrize("error", [OSError("disk"), KeyboardInterrupt()])
def test_a_job_that_breaks_ends_the_run(error: BaseException) -> None:
    stopped = threading.Event()
    done: list[int] = []

    def work(job: int) -> None:
        if job == 3:
            raise error
        if job > 3:
            stopped.wait(20)
        done.append(job)

    with pytest.raises(type(error)):
        run_lanes(range(100), lane=lambda job: "host", work=work, concurrency=2, stop=stopped.set)
    assert stopped.is_set()
    assert len(done) < 10


def test_no_jobs_are_done_at_once() -> None:
    called: list[object] = []
    run_lanes([], lane=str, work=called.append, concurrency=1, stop=lambda: called.append("stop"))
    assert called == []
