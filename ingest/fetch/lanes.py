"""Runs jobs in threads so that no host is asked by many at once and none waits for another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Job = TypeVar("Job")

PER_HOST = 2


def run_lanes(
    jobs: Sequence[Job],
    *,
    lane: Callable[[Job], Hashable],
    work: Callable[[Job], None],
    concurrency: int,
    stop: Callable[[], None],
) -> None:
    """Do all jobs; jobs of one lane (a host) are done at most two at a time.

    An error of a job ends the run: `stop` is called, jobs under way end, and the error is raised.
    """
    queues: dict[Hashable, deque[Job]] = {}
    for job in jobs:
        queues.setdefault(lane(job), deque()).append(job)
    stopped = False

    def drain(queue: deque[Job]) -> None:
        while not stopped:
            try:
                job = queue.popleft()
            except IndexError:
                return
            work(job)

    # The longest first: what is left at the end is short.
    longest = sorted(queues.values(), key=len, reverse=True)
    # Every host gets its first thread before any gets a second: silent ones are waited for at once.
    drains = [queue for n in range(PER_HOST) for queue in longest if len(queue) > n]
    with ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="articles") as pool:
        futures = [pool.submit(drain, queue) for queue in drains]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            stopped = True
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
