"""How to ask: among which sources, and by which model. Small, and out of the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, get_args

import streamlit as st

from rag.text.visible import visible_line
from rag.types import Kind, Source
from ui.components.markdown import label_text
from ui.i18n.locale import Strings
from ui.state.backend import Backend
from ui.state.session import session

KINDS: tuple[Kind, ...] = get_args(Kind)


def options(shared: Backend) -> None:
    """Draw what can be set, as far as there is something to choose from."""
    index = shared.index()
    if not index:
        return
    sources = list(index.sources.values())
    models = list(shared.pipeline.models)
    if len(sources) < 2 and len(models) < 2:
        return
    with st.container(horizontal=True, key="options", gap="small", vertical_alignment="center"):
        if len(sources) > 1:
            _filters(sources)
        if len(models) > 1:
            _model(models)


def _filters(sources: Sequence[Source]) -> None:
    here = session()
    words = here.words
    chosen = [kind_name(kind, words) for kind in here.kinds]
    titles = {source.id: source.title for source in sources}
    chosen += [titles.get(name, name) for name in here.sources]
    label = words.filters_on.format(names=", ".join(chosen)) if chosen else words.filters
    with st.popover(label_text(label), icon=":material/filter_list:", type="tertiary"):
        kinds = [kind for kind in KINDS if any(source.kind == kind for source in sources)]
        if len(kinds) > 1:
            st.pills(
                words.filter_kinds,
                kinds,
                selection_mode="multi",
                default=list(here.kinds),
                format_func=lambda kind: kind_name(kind, words),
                key="filter-kinds",
                on_change=_keep_filters,
            )
        st.multiselect(
            words.filter_sources,
            [source.id for source in sources],
            default=[name for name in here.sources if name in titles],
            format_func=lambda name: visible_line(titles[name]),
            placeholder=words.filter_all,
            key="filter-sources",
            on_change=_keep_filters,
        )


def kind_name(kind: Kind, words: Strings) -> str:
    """A kind of source in the reader's language."""
    names = {
        "note": words.kind_note,
        "html": words.kind_html,
        "pdf": words.kind_pdf,
        "video": words.kind_video,
    }
    return names[kind]


def _keep_filters() -> None:
    here = session()
    here.kinds = tuple(cast(list[Kind], st.session_state.get("filter-kinds") or []))
    here.sources = tuple(cast(list[str], st.session_state.get("filter-sources") or []))


def _model(models: list[str]) -> None:
    here = session()
    st.selectbox(
        here.words.model,
        models,
        index=models.index(here.model) if here.model in models else 0,
        key="model",
        label_visibility="collapsed",
        width=240,
        on_change=_keep_model,
    )


def _keep_model() -> None:
    session().model = str(st.session_state.get("model") or "")
