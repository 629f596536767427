"""The pages."""

from __future__ import annotations

import streamlit as st

from ui.state.chat_page import CHAT_PAGE
from ui.state.session import session
from ui.views import chat, library, onboarding, quality


def pages() -> list[st.Page]:
    """The pages, the chat first, named in the reader's language."""
    words = session().words
    made = [
        st.Page(chat.show, title=words.chat, icon=":material/chat:", url_path="chat", default=True),
        st.Page(
            onboarding.show, title=words.onboarding, icon=":material/route:", url_path="onboarding"
        ),
        st.Page(library.show, title=words.library, icon=":material/menu_book:", url_path="library"),
        st.Page(quality.show, title=words.quality, icon=":material/verified:", url_path="quality"),
    ]
    st.session_state[CHAT_PAGE] = made[0]
    return made
