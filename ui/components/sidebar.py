"""The sidebar: conversations and language."""

from __future__ import annotations

from typing import cast

import streamlit as st

from rag.errors import ShioriError
from rag.storage.feedback import forget_feedback
from rag.types import Language
from ui.components.markdown import label_text
from ui.i18n.locale import LANGUAGE_NAMES
from ui.state.backend import Backend
from ui.state.chat_page import open_chat
from ui.state.history import Conversation
from ui.state.session import session


def sidebar(shared: Backend) -> None:
    """Draw the sidebar."""
    here = session()
    with st.sidebar:
        if st.button(here.words.new_conversation, icon=":material/add:", width="stretch"):
            open_chat("")
        found = shared.history.conversations(here.reader)
        if found:
            st.html(f'<h2 class="shiori-side">{here.words.conversations}</h2>')
        for conversation in found:
            _row(conversation, shared)
        if shared.history.problem:
            st.caption(label_text(here.words.history_failed.format(error=shared.history.problem)))
        _language_switch()


def _row(conversation: Conversation, shared: Backend) -> None:
    here = session()
    current = conversation.id == here.conversation
    key = f"conversation-{'current-' if current else ''}{conversation.id}"
    with st.container(horizontal=True, gap="xxsmall", wrap=False, key=key):
        label = label_text(conversation.title)
        if st.button(label, key=f"open-{conversation.id}", type="tertiary", width="stretch"):
            open_chat(conversation.id)
        if current:
            st.button(
                "",
                icon=":material/delete:",
                key=f"delete-{conversation.id}",
                type="tertiary",
                help=here.words.delete_confirm,
                on_click=_delete,
                args=(conversation.id, shared),
            )


def _delete(conversation: str, shared: Backend) -> None:
    here = session()
    job = shared.jobs.of(conversation)
    if job:
        job.cancel()
    turns = shared.history.delete(here.reader, conversation)
    here.conversation = ""
    try:
        forget_feedback(shared.settings.data_dir, turns)
    except ShioriError as error:
        st.toast(label_text(here.words.failed.format(error=error)))


def _language_switch() -> None:
    here = session()
    st.segmented_control(
        here.words.language,
        list(LANGUAGE_NAMES),
        default=here.language,
        format_func=lambda language: LANGUAGE_NAMES[cast(Language, language)],
        key="language",
        label_visibility="collapsed",
        required=True,
        on_change=_switch_language,
    )


def _switch_language() -> None:
    here, chosen = session(), st.session_state.get("language")
    if chosen:
        here.language, here.chose_language = cast(Language, chosen), True
