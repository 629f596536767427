"""The pages and the way from one to another."""

from __future__ import annotations

import streamlit as st

from ui.session import session

_CHAT = "page-chat"


def pages() -> list[st.Page]:
    """The pages, the chat first, named in the reader's language."""
    from ui.views import chat, library, onboarding, quality  # they lead back here

    words = session().words
    made = [
        st.Page(chat.show, title=words.chat, icon=":material/chat:", url_path="chat", default=True),
        st.Page(
            onboarding.show, title=words.onboarding, icon=":material/route:", url_path="onboarding"
        ),
        st.Page(library.show, title=words.library, icon=":material/menu_book:", url_path="library"),
        st.Page(quality.show, title=words.quality, icon=":material/verified:", url_path="quality"),
    ]
    st.session_state[_CHAT] = made[0]
    return made


def open_chat(conversation: str | None = None) -> None:
    """Go to the chat, to a conversation of it where one is named; empty for a new one."""
    if conversation is not None:
        session().conversation = conversation
    st.switch_page(st.session_state[_CHAT])
