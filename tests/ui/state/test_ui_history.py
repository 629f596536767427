"""Conversations outlive the page; when they cannot be kept, the page goes on and says why."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from ui_fakes import answer

from ui.state.history import History


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "chat.sqlite3"


def said(history: History, reader: str = "r", question: str = "How?") -> str:
    name = history.begin(reader, question)
    history.add(name, f"turn-{name}", answer(question=question), time.time())
    return name


def test_a_conversation_opens_again_as_it_was(path: Path) -> None:
    first = History(path)
    name = said(first)
    first.close()
    (exchange,) = History(path).exchanges("r", name)
    assert exchange.answer == answer(question="How?")
    assert exchange.turn.question == "How?"
    assert "tomatoes" in exchange.turn.answer


def test_exchanges_come_in_the_order_of_asking(path: Path) -> None:
    history = History(path)
    name = history.begin("r", "a")
    for number, asked in enumerate((30.0, 10.0, 20.0)):
        history.add(name, f"t{number}", answer(question=str(asked)), asked)
    questions = [exchange.answer.question for exchange in history.exchanges("r", name)]
    assert questions == ["10.0", "20.0", "30.0"]


def test_the_last_conversation_is_first_and_titles_are_short(path: Path) -> None:
    history = History(path)
    old, new = said(history, question="old\n " + "x" * 500), said(history, question="new")
    history.add(old, "again", answer(), time.time() + 5)
    found = history.conversations("r")
    assert [conversation.id for conversation in found] == [old, new]
    assert found[0].title.startswith("old x") and len(found[0].title) == 80


def test_nobody_sees_or_deletes_the_conversations_of_another(path: Path) -> None:
    history = History(path)
    name = said(history, "ann")
    assert history.conversations("bob") == []
    assert history.exchanges("bob", name) == []
    assert history.has("ann", name) and not history.has("bob", name)
    assert history.delete("bob", name) == []
    assert len(history.exchanges("ann", name)) == 1


def test_deleting_leaves_nothing_behind(path: Path) -> None:
    history = History(path)
    name = said(history, question="a very private question")
    assert history.delete("r", name) == [f"turn-{name}"]
    assert history.conversations("r") == []
    history.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (0,)
    connection.close()
    assert b"a very private question" not in path.read_bytes()


def test_an_answer_to_a_deleted_conversation_is_dropped(path: Path) -> None:
    history = History(path)
    name = said(history)
    history.delete("r", name)
    history.add(name, "late", answer(), 1.0)
    assert history.exchanges("r", name) == []
    assert history.problem == ""


def test_a_verdict_is_kept(path: Path) -> None:
    history = History(path)
    name = said(history)
    history.judge(f"turn-{name}", "down")
    assert history.exchanges("r", name)[0].verdict == "down"


def test_an_answer_that_cannot_be_read_is_left_out(path: Path) -> None:
    history = History(path)
    name = said(history)
    history.close()
    with sqlite3.connect(path) as connection:
        connection.execute('UPDATE turns SET answer = \'{"from": "a later version"}\'')
    connection.close()
    assert History(path).exchanges("r", name) == []


def test_several_threads_write_at_once(path: Path) -> None:
    history = History(path)
    names = [history.begin("r", str(n)) for n in range(4)]

    def write(name: str) -> None:
        for number in range(10):
            history.add(name, f"{name}-{number}", answer(), float(number))

    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(history.exchanges("r", name)) for name in names] == [10] * 4


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_file_that_cannot_be_used_is_said_and_the_page_goes_on(
    path: Path, content: bytes | None
) -> None:
    if content is None:
        path.mkdir(parents=True)  # a folder in its place
    else:
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    history = History(path)
    assert str(path) in history.problem
    name = said(history)
    assert len(history.exchanges("r", name)) == 1


@pytest.mark.parametrize("title", ["CAST(x'fffe41' AS TEXT)", "x'ff'", "5"])
def test_a_title_that_is_no_text_costs_only_itself(path: Path, title: str) -> None:
    history = History(path)
    name = said(history)
    with history._connection as connection:
        connection.execute(f"UPDATE conversations SET title = {title}")
    (found,) = history.conversations("r")
    assert isinstance(found.title, str)
    assert len(history.exchanges("r", name)) == 1
    assert history.problem == ""


def test_a_row_that_the_file_refuses_is_kept_in_memory(path: Path) -> None:
    history = History(path)
    name = said(history)
    for table in ("turns", "conversations"):
        history._connection.execute(
            f'CREATE TRIGGER "no ""{table}" BEFORE INSERT ON {table} '
            "BEGIN SELECT raise(ABORT, 'no'); END"
        )
    history.add(name, "second", answer(), time.time())
    assert str(path) in history.problem
    assert len(history.exchanges("r", name)) == 2
    assert said(history)


def test_a_file_of_a_later_version_is_not_touched(path: Path) -> None:
    History(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    assert "later version" in History(path).problem
    assert path.read_bytes() == before


def test_a_disk_that_fills_up_loses_nothing_of_the_visit(path: Path) -> None:
    history = History(path)
    name = said(history)
    pages = history._connection.execute("PRAGMA page_count").fetchone()[0]
    history._connection.execute(f"PRAGMA max_page_count = {pages}")
    big = answer(text="x" * 200_000)
    history.add(name, "big", big, time.time() + 1)
    assert "full" in history.problem
    assert [e.answer.text for e in history.exchanges("r", name)] == [answer().text, big.text]
    assert [conversation.id for conversation in history.conversations("r")] == [name]
