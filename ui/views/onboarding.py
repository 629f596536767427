"""A walk through the topics of the notes, in the order in which they were written."""

from __future__ import annotations

import streamlit as st

from rag.text.visible import visible_line
from ui.components.citation_panel import chunks_html
from ui.components.escaping import safe
from ui.components.loading import index_or_wait
from ui.components.markdown import label_text
from ui.components.topics import Topic, outline
from ui.state.asking import ask_elsewhere
from ui.state.backend import Index, backend
from ui.state.chat_page import open_chat
from ui.state.session import session

_SHOWN = 100  # topics inside one; the list above has all of them
_AT = "onboarding-at"  # outlives a visit to another page, which a widget's own value does not
_CHOSEN = "onboarding-chosen"


def show() -> None:
    """Draw the page."""
    words, shared = session().words, backend()
    st.html(
        f'<div class="shiori-head"><h1>{words.onboarding}</h1><p>{words.onboarding_intro}</p></div>'
    )
    index = index_or_wait(shared)
    if not index:
        return
    steps = _steps(index.generation, index)
    if not steps:
        st.html(f'<p class="shiori-quiet">{words.no_topics}</p>')
        return
    at = min(int(st.session_state.get(_AT, 0)), len(steps) - 1)
    _outline(steps, at)
    _topic(steps, at)
    _onward(steps, at)


@st.cache_resource(max_entries=2, show_spinner=False)
def _steps(generation: str, _index: Index) -> list[Topic]:
    """All topics that hold passages or other topics, in order."""
    roots = outline(_index.chunks).values()
    return [topic for root in roots for topic in root.walk() if topic.path or topic.chunks]


def _outline(steps: list[Topic], at: int) -> None:
    """Where one is, and every other place one could be."""
    words = session().words
    st.session_state[_CHOSEN] = at
    st.selectbox(
        words.step_of.format(step=at + 1, steps=len(steps)),
        range(len(steps)),
        format_func=lambda number: _indented(steps[number]),
        key=_CHOSEN,
        on_change=lambda: _go(st.session_state[_CHOSEN]),
    )


def _indented(topic: Topic) -> str:
    return "\u2003" * max(len(topic.path) - 1, 0) + visible_line(topic.name)


def _topic(steps: list[Topic], at: int) -> None:
    topic, words = steps[at], session().words
    above = " › ".join(safe(step) for step in topic.path[:-1])
    st.html(
        f'<div class="shiori-topic"><p class="shiori-quiet">{above or "&nbsp;"}</p>'
        f"<h2>{safe(topic.name)}</h2></div>"
    )
    if topic.chunks:
        st.html(chunks_html(topic.chunks, words))
    if topic.inside:
        st.html(f'<h3 class="shiori-quiet">{words.topics_inside}</h3>')
        with st.container(horizontal=True, gap="small", key="inside"):
            number = at
            for inner in list(topic.inside.values())[:_SHOWN]:  # they come in this order
                number = steps.index(inner, number)
                name = label_text(inner.name)
                st.button(name, key=f"inside-{number}", on_click=_go, args=(number,))
    _ask_button(topic.name, "topic")


def _ask_button(name: str, key: str) -> None:
    words = session().words
    label = label_text(words.ask_about.format(topic=name))
    if st.button(label, icon=":material/chat:", key=f"ask-{key}", type="primary"):
        ask_elsewhere(words.topic_question.format(topic=name))
        open_chat()


def _onward(steps: list[Topic], at: int) -> None:
    words = session().words
    with st.container(horizontal=True, horizontal_alignment="distribute", key="onward"):
        before = label_text(steps[at - 1].name) if at else words.step_back
        after = label_text(steps[at + 1].name) if at + 1 < len(steps) else words.step_on
        st.button(
            before,
            icon=":material/arrow_back:",
            key="back",
            disabled=at == 0,
            on_click=_go,
            args=(at - 1,),
        )
        st.button(
            after,
            icon=":material/arrow_forward:",
            key="on",
            disabled=at + 1 == len(steps),
            on_click=_go,
            args=(at + 1,),
        )


def _go(number: int) -> None:
    st.session_state[_AT] = number
