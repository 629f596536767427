"""What a page shows while there is no index to read from."""

from __future__ import annotations

import streamlit as st

from ui.components.answer import error_html
from ui.components.escaping import safe
from ui.components.ingest_control import index_needed
from ui.i18n.locale import loading_part
from ui.state.backend import Backend, Index
from ui.state.session import session


def index_or_wait(shared: Backend) -> Index | None:
    """The index; where it cannot be read, the page says what it waits for or how to get one."""
    index = shared.index()
    words = session().words
    if index:
        older_index(shared)
        return index
    if shared.needs_index:
        index_needed(shared)
    elif shared.error:
        st.html(error_html(words.failed.format(error=shared.error)))
        st.button(
            words.try_again,
            icon=":material/refresh:",
            key="load-again",
            on_click=shared.load_in_background,
        )
    else:
        _loading(shared)
    return None


def older_index(shared: Backend) -> None:
    """Say where answers come from an older index, as the newest is damaged."""
    if shared.pipeline.index_problem:
        text = session().words.older_index.format(reason=shared.pipeline.index_problem)
        st.html(f'<p class="shiori-notice" role="status">{safe(text)}</p>')


@st.fragment(run_every=1.0)
def _loading(shared: Backend) -> None:
    """Say what is being loaded, until it is."""
    words = session().words
    if shared.ready or shared.error:
        st.rerun()
    detail = loading_part(shared.pipeline.state_detail, words)
    text = words.getting_ready.format(detail=detail)
    st.html(f'<p class="shiori-status" role="status">{safe(text)} {safe(words.type_already)}</p>')
