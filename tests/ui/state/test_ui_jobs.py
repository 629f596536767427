"""An answer is written to its end whoever looks; stopping keeps what there is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator

from ui_fakes import FakePipeline, answer

from rag.errors import IndexMissing
from rag.types import Delta, Event, Searched
from ui.state.job_board import JobBoard
from ui.state.jobs import Asked, Job, Snapshot


def asked(question: str = "q", conversation: str = "c") -> Asked:
    return Asked(conversation, question, "en", stopped="Stopped.", unexpected="Unexpected.")


def job_of(
    pipeline: FakePipeline,
    question: str,
    ended: Callable[[Snapshot], None],
    conversation: str = "c",
) -> Job:
    return Job(
        asked(question, conversation), pipeline.warm, lambda: pipeline.stream(question), ended
    )


def wait_for(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < limit, "did not come true"
        time.sleep(0.005)


def test_an_answer_is_handed_over_once_before_it_is_shown() -> None:
    seen: list[tuple[bool, Snapshot]] = []
    job = job_of(FakePipeline(), "q", lambda last: seen.append((job.now.done, last)))
    job.run()
    assert [done for done, _ in seen] == [False]
    assert seen[0][1].answer == answer(question="q", standalone="q")
    assert job.now.done and job.now.answer and not job.now.error


def test_stages_follow_each_other() -> None:
    pipeline, stages = FakePipeline(), []
    job = Job(asked(), lambda: stages.append(job.now.stage), lambda: stream(), lambda last: None)

    def stream() -> Iterator[Event]:
        stages.append(job.now.stage)
        yield Searched("standalone", ())
        stages.append(job.now.stage)
        yield from pipeline.stream("q")

    job.run()
    assert stages == ["waiting", "searching", "writing"]
    assert job.now.stage == "done"
    assert job.now.standalone == "q"


def test_an_error_for_readers_is_passed_on_and_another_is_not() -> None:
    ends: list[Snapshot] = []
    job_of(FakePipeline(load_error=IndexMissing("Run: ingest")), "q", ends.append).run()
    job_of(FakePipeline(), "too long", ends.append).run()
    job_of(FakePipeline(), "boom", ends.append).run()
    assert [last.error for last in ends] == [
        "Run: ingest",
        "The question is longer than 20,000 characters.",
        "Unexpected.",
    ]
    assert all(last.answer is None and not last.stopped for last in ends)


def test_stopping_keeps_the_beginning_and_says_so() -> None:
    pipeline, ends = FakePipeline(), []
    board = JobBoard()
    job = job_of(pipeline, "slow", ends.append)
    board.start(job)
    wait_for(lambda: bool(job.now.text))
    job.cancel()
    assert job.now.done  # at once, though the stream still waits
    pipeline.gate.set()
    (last,) = ends
    assert last.stopped and last.answer
    assert answer().text.startswith(last.answer.text)
    assert (last.answer.notice, last.answer.citations) == ("Stopped.", ())
    assert last.answer.hits
    time.sleep(0.05)
    assert len(ends) == 1 and job.now == last


def test_stopping_before_there_is_text_keeps_nothing() -> None:
    pipeline, ends = FakePipeline(), []
    pipeline.loading.clear()
    job = job_of(pipeline, "q", ends.append)
    JobBoard().start(job)
    job.cancel()
    pipeline.loading.set()
    (last,) = ends
    assert last.stopped and last.answer is None and not last.error


def test_a_stream_that_ends_early_gives_what_there_is() -> None:
    ends: list[Snapshot] = []

    def stream() -> Generator[Event, None, None]:
        yield Delta("half")

    Job(asked(), lambda: None, stream, ends.append).run()
    assert ends[0].answer and ends[0].answer.text == "half"


def test_a_stopped_stream_is_closed() -> None:
    closed: list[str] = []

    def stream() -> Generator[Event, None, None]:
        try:
            yield Delta("one")
            job.cancel()
            yield Delta("two")
            yield Delta("three")
        finally:
            closed.append("closed")

    job = Job(asked(), lambda: None, stream, lambda last: None)
    job.run()
    assert closed == ["closed"]
    assert job.now.answer and job.now.answer.text == "one"


def test_an_answer_that_cannot_be_kept_still_ends() -> None:
    def ended(last: Snapshot) -> None:
        raise RuntimeError("no room")

    job = job_of(FakePipeline(), "q", ended)
    job.run()
    assert job.now.done and job.now.answer


def test_waiting_returns_at_a_change_or_after_the_time() -> None:
    job = job_of(FakePipeline(), "q", lambda last: None)
    assert job.wait(0, 0.01).version == 0
    threading.Timer(0.05, job.cancel).start()
    assert job.wait(0, 10).done


def test_a_new_question_stops_the_one_before_in_its_conversation_only() -> None:
    pipeline, board = FakePipeline(), JobBoard()
    first, other = (job_of(pipeline, "slow", lambda last: None, c) for c in ("c", "d"))
    second = job_of(pipeline, "q", lambda last: None)
    for job in (first, other, second):
        board.start(job)
    assert first.now.stopped
    assert not other.now.done
    assert board.of("c") is second and board.of("d") is other and board.of("e") is None
    pipeline.gate.set()
    wait_for(lambda: other.now.done and second.now.done)


def test_old_jobs_are_forgotten() -> None:
    pipeline, board = FakePipeline(), JobBoard()
    for number in range(JobBoard._MOST + 5):
        job = job_of(pipeline, "q", lambda last: None, str(number))
        job.cancel()
        board.start(job)
    assert len(board._jobs) <= JobBoard._MOST
    assert board.of("0") is None
