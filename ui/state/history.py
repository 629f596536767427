"""Conversations, kept in one SQLite file in the data folder.

A conversation belongs to the browser that began it (a random name in a cookie), since Shiori has no
accounts. Whole answers are kept, citations and hits included, so that an old conversation opens as
it was. When the file cannot be used, the page goes on with a history in memory and says why.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rag.text.surrogates import storable
from rag.types import Answer, Turn

HISTORY_FILE = "chat.sqlite3"
_VERSION = 1
_TITLE_LENGTH = 80
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, reader TEXT NOT NULL, title TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS conversations_of_reader ON conversations (reader, updated);
CREATE TABLE IF NOT EXISTS turns (
    id TEXT PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    asked REAL NOT NULL, answer TEXT NOT NULL, verdict TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS turns_of_conversation ON turns (conversation, asked);
"""
_OURS = (
    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('conversations', 'turns')"
)
_TABLES = 2
_COLUMNS = {  # what is asked for; a table that lacks one cannot be used
    "conversations": "SELECT id, reader, title, created, updated FROM conversations LIMIT 0",
    "turns": "SELECT id, conversation, asked, answer, verdict FROM turns LIMIT 0",
}
_ANSWER = TypeAdapter(Answer)
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as listed: its title is its first question."""

    id: str
    title: str
    updated: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer; `verdict` is `up`, `down` or empty."""

    id: str
    answer: Answer
    asked: float
    verdict: str = ""

    @property
    def turn(self) -> Turn:
        """What later questions need to know of it."""
        return Turn(self.answer.question, self.answer.text)


class History:
    """The conversations of all readers; safe to use from several threads.

    `problem` says why nothing is kept on disk; empty while all is well.
    """

    def __init__(self, path: Path) -> None:
        self.problem = ""
        self._path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(str(path))
        except (sqlite3.Error, OSError) as error:
            self.problem = f"{path}: {error}"
            self._connection = _open(":memory:")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def begin(self, reader: str, question: str) -> str:
        """Start a conversation; returns its id."""
        name, now = uuid.uuid4().hex, time.time()
        title = storable(" ".join(question.split())[:_TITLE_LENGTH])
        row = (name, reader, title, now, now)
        self._write(lambda db: db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", row))
        return name

    def add(self, conversation: str, turn: str, answer: Answer, asked: float) -> None:
        """Keep an exchange; one of a conversation that was deleted meanwhile is dropped."""
        text = _ANSWER.dump_json(storable(answer)).decode()

        def insert(db: sqlite3.Connection) -> None:
            known = "SELECT 1 FROM conversations WHERE id = ?"
            if db.execute(known, (conversation,)).fetchone():
                values = (turn, conversation, asked, text)
                db.execute("INSERT INTO turns VALUES (?, ?, ?, ?, '')", values)
                update = "UPDATE conversations SET updated = ? WHERE id = ?"
                db.execute(update, (time.time(), conversation))

        self._write(insert)

    def conversations(self, reader: str, limit: int = 50) -> list[Conversation]:
        """The conversations of a reader, the last one first."""
        query = (
            "SELECT id, title, updated FROM conversations WHERE reader = ?"
            " ORDER BY updated DESC LIMIT ?"
        )
        rows = self._rows(query, (reader, limit))
        return [Conversation(name, str(title), updated) for name, title, updated in rows]

    def has(self, reader: str, conversation: str) -> bool:
        """Whether there is such a conversation of this reader."""
        query = "SELECT 1 FROM conversations WHERE id = ? AND reader = ?"
        return bool(self._rows(query, (conversation, reader)))

    def exchanges(self, reader: str, conversation: str) -> list[Exchange]:
        """What was said in a conversation of a reader, in order; others' are empty."""
        query = (
            "SELECT turns.id, answer, asked, verdict FROM turns"
            " JOIN conversations ON conversations.id = turns.conversation"
            " WHERE conversation = ? AND reader = ? ORDER BY asked"
        )
        found = []
        for name, text, asked, verdict in self._rows(query, (conversation, reader)):
            answer = _answer(text)
            if answer:
                found.append(Exchange(name, answer, asked, verdict))
        return found

    def judge(self, turn: str, verdict: str) -> None:
        """Keep a reader's verdict on an answer."""
        values = (verdict, turn)
        self._write(lambda db: db.execute("UPDATE turns SET verdict = ? WHERE id = ?", values))

    def delete(self, reader: str, conversation: str) -> list[str]:
        """Delete a conversation of a reader; returns the ids of its exchanges."""
        turns = [exchange.id for exchange in self.exchanges(reader, conversation)]
        values = (conversation, reader)
        self._write(
            lambda db: db.execute("DELETE FROM conversations WHERE id = ? AND reader = ?", values)
        )
        return turns

    def _rows(self, query: str, values: tuple[object, ...]) -> list[Any]:
        with self._lock:
            try:
                return list(self._connection.execute(query, values))
            except sqlite3.Error as error:
                self._go_on_in_memory(error)
                return list(self._connection.execute(query, values))

    def _write(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        with self._lock:
            try:
                with self._connection:
                    return work(self._connection)
            except sqlite3.Error as error:
                self._go_on_in_memory(error)
                with self._connection:
                    return work(self._connection)

    def _go_on_in_memory(self, error: sqlite3.Error) -> None:
        """Take what can still be read along: the reader must not lose the conversation."""
        self.problem = f"{self._path}: {error}"
        memory = _connect(":memory:")
        try:
            self._connection.backup(memory)
            _drop_unusable(memory)
            _drop_triggers(memory)
            _prepare(memory)
        except sqlite3.Error:
            memory.close()
            memory = _open(":memory:")
        self._connection.close()
        self._connection = memory


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    connection.text_factory = _text
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    return connection


def _open(path: str) -> sqlite3.Connection:
    connection = _connect(path)
    try:
        _prepare(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _drop_unusable(connection: sqlite3.Connection) -> None:
    """Drop, of a copy, the tables that cannot be read as ours; the others stay."""
    for name, columns in _COLUMNS.items():
        query = "SELECT type FROM sqlite_master WHERE name = ? AND type IN ('table', 'view')"
        try:
            connection.execute(columns)
        except sqlite3.Error:
            for (kind,) in connection.execute(query, (name,)).fetchall():
                connection.execute(f"DROP {kind} {name}")


def _drop_triggers(connection: sqlite3.Connection) -> None:
    """Drop, of a copy, what others hung on its tables: we have none, and one can refuse a row."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in connection.execute(query).fetchall():
        quoted = str(name).replace('"', '""')
        connection.execute(f'DROP TRIGGER "{quoted}"')


def _text(stored: bytes) -> str:
    """Text of the file; a letter that is damaged costs itself, not the conversation."""
    return stored.decode("utf-8", "replace")


def _prepare(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise sqlite3.DatabaseError(f"was written by a later version of Shiori ({version})")
    there = connection.execute(_OURS).fetchone()[0]
    if version == 0 or there < _TABLES:  # a table that is missing is made anew, empty
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
    for columns in _COLUMNS.values():
        connection.execute(columns)


def _answer(text: str) -> Answer | None:
    """An answer as kept; None where a later version wrote what this one cannot read."""
    try:
        return _ANSWER.validate_json(text)
    except ValidationError:
        return None
