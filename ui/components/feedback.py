"""Thumbs up and down under an answer, kept so that test questions can be made of them."""

from __future__ import annotations

import datetime

import streamlit as st

from rag.errors import ShioriError
from rag.storage.feedback import Feedback, add_feedback
from rag.types import Turn
from ui.components.markdown import label_text
from ui.state.backend import backend
from ui.state.history import Exchange
from ui.state.session import session

_VERDICTS = ("down", "up")  # in the order of Streamlit's thumbs: 0 is down


def feedback_row(exchange: Exchange, before: tuple[Turn, ...]) -> None:
    """Ask whether the answer helped; after a thumbs-down, what it should have said."""
    here = session()
    key = f"verdict-{exchange.id}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"row-{key}"):
        st.html(f'<span class="shiori-quiet">{here.words.verdict_question}</span>', width="content")
        st.feedback(
            "thumbs",
            key=key,
            default=_VERDICTS.index(exchange.verdict) if exchange.verdict else None,
            on_change=_judge,
            args=(exchange, before),
        )
    if exchange.verdict == "down":
        st.text_input(
            here.words.comment_placeholder,
            key=f"comment-{exchange.id}",
            placeholder=here.words.comment_placeholder,
            label_visibility="collapsed",
            max_chars=2000,
            on_change=_judge,
            args=(exchange, before),
        )
    if exchange.id in here.thanked:
        st.html(f'<p class="shiori-quiet" role="status">{here.words.verdict_thanks}</p>')


def _judge(exchange: Exchange, before: tuple[Turn, ...]) -> None:
    """Keep the verdict and the comment as they stand in the widgets."""
    here, shared = session(), backend()
    chosen = st.session_state.get(f"verdict-{exchange.id}")
    verdict = "" if chosen is None else _VERDICTS[chosen]
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    comment = str(st.session_state.get(f"comment-{exchange.id}") or "").strip()
    shared.history.judge(exchange.id, verdict)
    shared.metrics.judged(verdict or "withdrawn")
    row = Feedback(exchange.id, verdict, now, exchange.answer, before, comment)
    try:
        add_feedback(shared.settings.data_dir, row)
    except ShioriError as error:
        st.toast(label_text(here.words.failed.format(error=error)))
        return
    here.thanked.add(exchange.id)
