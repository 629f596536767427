"""How good the answers are: the report of the last evaluation."""

from __future__ import annotations

import streamlit as st

from ui.components.escaping import safe
from ui.server.reports import COMMAND, REPORT_URL, Report, latest_report
from ui.state.backend import backend
from ui.state.session import session

_HEIGHT = 900


def show() -> None:
    """Draw the page."""
    words, shared = session().words, backend()
    st.html(f'<div class="shiori-head"><h1>{words.quality}</h1><p>{words.quality_intro}</p></div>')
    report = latest_report(shared.settings.data_dir)
    if not report:
        st.html(f"<p>{words.quality_none.format(command=f'<code>{COMMAND}</code>')}</p>")
        return
    _summary(report)
    if shared.serves_reports:
        url = f"{REPORT_URL}?{int(report.written.timestamp())}"
        st.html(f'<a href="{url}" target="_blank">{words.quality_open} ↗</a>')
        st.iframe(url, height=_HEIGHT)
    else:
        path, command = safe(str(report.html)), "<code>python -m ui</code>"
        st.html(f"<p>{words.quality_at.format(path=path, command=command)}</p>")


def _summary(report: Report) -> None:
    words = session().words
    date = f"{report.written:%Y-%m-%d %H:%M} UTC"
    st.html(f'<p class="shiori-quiet">{words.quality_from.format(date=date)}</p>')
    if report.verdict:
        st.html(f'<p class="shiori-notice" lang="en">{safe(report.verdict)}</p>')
