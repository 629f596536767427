"""From a question to a job: what the chat, the examples and the topic buttons all do."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING

import streamlit as st

from rag.types import Event
from ui.state.backend import Backend, backend
from ui.state.jobs import Asked, Job, Snapshot
from ui.state.session import Session, session

if TYPE_CHECKING:
    from rag.retrieval.filters import Filters

QUESTION_KEY = "question"
_LONGEST = 50_000  # characters that are kept; the pipeline says of fewer that they are too many
_REMEMBERED = 10  # exchanges that a follow-up may refer to


def open_conversation(here: Session, shared: Backend) -> str:
    """The conversation that is open; empty where its name, which may come from an address, is not
    one of this reader's.
    """
    if here.conversation and not shared.history.has(here.reader, here.conversation):
        here.conversation = ""
    return here.conversation


def ask(question: str) -> None:
    """Ask a question in the open conversation, or in a new one; the answer comes by itself."""
    here, shared = session(), backend()
    if not question.strip():
        return
    if not open_conversation(here, shared):
        here.conversation = shared.history.begin(here.reader, question)
    before = shared.history.exchanges(here.reader, here.conversation)
    asked = Asked(
        conversation=here.conversation,
        question=question[:_LONGEST],
        language=here.language,
        history=tuple(exchange.turn for exchange in before[-_REMEMBERED:]),
        model=here.model,
        stopped=here.words.stopped,
        unexpected=here.words.failed.format(error=here.words.unexpected),
        others=here.words.others_in_line,
        busy=here.words.line_full,
        reader=here.reader,
        address=st.context.ip_address or "",
    )
    shared.jobs.start(make_job(shared, asked, filters_of(here)))


def ask_typed() -> None:
    """Ask what was typed; called before the script runs."""
    ask(str(st.session_state.get(QUESTION_KEY) or ""))


def ask_elsewhere(question: str) -> None:
    """Ask from another page, in a conversation of its own; the caller opens the chat."""
    session().conversation = ""
    ask(question)


def make_job(shared: Backend, asked: Asked, filters: Filters | None = None) -> Job:
    """The job that answers a question."""

    def stream() -> Generator[Event, None, None]:
        yield from shared.pipeline.stream(
            asked.question, asked.history, filters=filters, model=asked.model or None
        )

    def ended(last: Snapshot) -> None:
        if last.answer:
            shared.history.add(asked.conversation, asked.id, last.answer, asked.at)
        shared.metrics.ended(last, asked.language, time.time() - asked.at)

    return Job(asked, shared.load, stream, ended)


def filters_of(here: Session) -> Filters | None:
    """The filters that the reader has set; None where there are none."""
    if not here.kinds and not here.sources:
        return None
    from rag.retrieval.filters import Filters  # here, as it brings numpy and the index along

    return Filters(here.kinds, here.sources)
