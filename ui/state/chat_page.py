"""The way back to the chat, from whichever page."""

from __future__ import annotations

import streamlit as st

from ui.state.session import session

CHAT_PAGE = "page-chat"  # the key under which the session holds it


def open_chat(conversation: str | None = None) -> None:
    """Go to the chat, to a conversation of it where one is named; empty for a new one."""
    if conversation is not None:
        session().conversation = conversation
    st.switch_page(st.session_state[CHAT_PAGE])
