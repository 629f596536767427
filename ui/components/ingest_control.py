"""Starting an ingest from the page and following it."""

from __future__ import annotations

import streamlit as st

from rag.errors import IndexMissing
from rag.text.visible import visible
from ui.components.answer import error_html
from ui.components.escaping import safe
from ui.state.backend import Backend
from ui.state.programs import Progress
from ui.state.session import session

COMMAND = "python -m ingest"


def index_needed(shared: Backend) -> None:
    """Say that there is no index to answer from, and how to get one."""
    words = session().words
    missing = isinstance(shared.error, IndexMissing)
    with st.container(border=True, key="index-needed"):
        if missing:
            st.html(f'<h2 class="shiori-card">{words.index_missing}</h2>')
        else:
            st.html(error_html(words.index_unusable.format(error=shared.error)))
        st.html(f'<p class="shiori-quiet">{words.run_command}</p>')
        st.code(COMMAND, language=None)
        ingest_control(shared, words.index_now)


def ingest_control(shared: Backend, label: str) -> None:
    """A button that starts an ingest, and its progress for as long as it runs."""
    progress = shared.ingest.progress
    running = bool(progress and progress.running)
    follows = running or shared.needs_index  # an index may also come from elsewhere
    st.fragment(_control, run_every=1.0 if follows else None)(shared, label, running)


def _control(shared: Backend, label: str, followed: bool) -> None:
    words = session().words
    progress = shared.ingest.progress
    running = bool(progress and progress.running)
    if shared.has_new_index and not running:
        shared.load_in_background()
        st.rerun()
    if followed and not running:
        st.rerun()  # there is nothing more to follow, and other parts of the page have changed
    if st.button(label, icon=":material/sync:", disabled=running, key="ingest"):
        shared.ingest.start()
        st.rerun()
    if not progress:
        return
    if progress.running:
        st.html(f'<p class="shiori-status" role="status">{words.updating}</p>')
    _lines(progress)
    if progress.exit_code == 0:
        _done(progress, shared)
    elif not progress.running:
        st.html(error_html(words.update_failed))


def _lines(progress: Progress) -> None:
    if progress.lines and progress.exit_code != 0:
        st.code(visible("\n".join(progress.lines)), language=None, wrap_lines=True)


def _done(progress: Progress, shared: Backend) -> None:
    words = session().words
    chunks = safe(str((progress.summary or {}).get("chunks", "?")))
    text = words.update_done.format(seconds=f"{progress.seconds:.0f}", chunks=chunks)
    st.html(f'<p class="shiori-status" role="status">{text}</p>')
