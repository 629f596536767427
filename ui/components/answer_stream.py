"""Drawing an answer while it is being written, and what is shown when there is none."""

from __future__ import annotations

import time

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from ui.components.answer import error_html, growing_html, question_html, searched_html
from ui.components.script import bring_up
from ui.i18n.locale import loading_part
from ui.state.asking import QUESTION_KEY, ask
from ui.state.backend import Backend
from ui.state.jobs import Job, Snapshot
from ui.state.session import session

_PLACES = 6  # elements that a page or an answer has after the ones that a growing answer has
_TICK = 0.2  # seconds between two looks; also how soon a click on the page takes effect


def question(exchange: str, text: str, *, to_top: bool) -> None:
    """Draw a question; the last one of several comes to the top of the page."""
    st.html(question_html(text))
    if to_top:
        bring_up(exchange)


def follow(job: Job, shared: Backend, *, typed: bool) -> None:
    """Draw a running job until it is done, then the page anew.

    The input's own stop button stops the script: that stops the job too. It appears only for a
    question that was `typed` just now, so others get a button here.
    """
    slot = st.empty()
    if not typed:
        label = session().words.stop
        st.button(label, icon=":material/stop_circle:", on_click=job.cancel, key="stop")
    _watch(job)
    wipe()
    try:
        now = job.now
        while not now.done:
            slot.html(_growing(job, now, shared))
            now = job.wait(now.version, _TICK)
    except StopException:
        if _reader_is_there():
            job.cancel()
        raise
    st.rerun()


def _reader_is_there() -> bool:
    """Whether the page is still open: closing or reloading it stops the script too.

    Such an answer is written to its end, and stands in the history when the reader comes back.
    """
    time.sleep(_TICK)  # a page that goes away stops its script just before it is taken off the list
    context = get_script_run_ctx()
    return context is not None and get_instance().is_active_session(context.session_id)


def wipe() -> None:
    """Clear what the page showed before in the places that come next.

    Streamlit leaves it there, greyed, until the script ends, and a job may take its time.
    """
    for _ in range(_PLACES):
        st.empty()


@st.fragment(run_every=1.0)
def _watch(job: Job) -> None:
    """Draw the page anew after a stop, when no script runs that could."""
    if job.now.done:
        st.rerun()


def unanswered(job: Job) -> None:
    """A question that got no answer: why, and a way to ask again."""
    words = session().words
    st.html(error_html(job.now.error or words.stopped_before))
    st.button(
        words.try_again,
        icon=":material/refresh:",
        key="again",
        on_click=ask,
        args=(job.asked.question,),
    )


def was_typed() -> bool:
    """Whether this run of the script was begun by the chat input."""
    return bool(st.session_state.get(QUESTION_KEY))


def _growing(job: Job, now: Snapshot, shared: Backend) -> str:
    words = session().words
    ahead = shared.jobs.ahead(job) if now.stage == "queued" else 0
    status = {
        "queued": words.in_line.format(count=ahead) if ahead else words.searching,
        "waiting": words.waiting_for.format(
            detail=loading_part(shared.pipeline.state_detail, words)
        ),
        "searching": words.searching,
        "writing": words.writing,
        "done": "",
    }[now.stage]
    searched = searched_html(job.asked.question, now.standalone, words)
    return growing_html(now.text, status, words.stopped, job.asked.language, searched)
