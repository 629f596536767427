"""The page: `streamlit run ui/app.py`, or `python -m ui`, which also guards it with headers."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from rag.errors import ShioriError
from ui.components.answer import error_html
from ui.components.script import tell_language
from ui.components.sidebar import sidebar
from ui.navigation import pages
from ui.state.backend import backend
from ui.state.session import session

_STYLE = Path(__file__).with_name("style.css")


def main() -> None:
    """Draw the chosen page in its frame."""
    st.set_page_config(page_title="Shiori", page_icon="🔖", layout="centered")
    st.html(_STYLE)
    words = session().words
    try:
        shared = backend()
    except ShioriError as error:
        st.html(error_html(words.failed.format(error=error)))
        return
    tell_language(session().language)
    page = st.navigation(pages())
    sidebar(shared)
    page.run()


if __name__ == "__main__":  # as Streamlit runs it
    main()
