"""The chat: questions, answers with their citations, and where to begin."""

from __future__ import annotations

import streamlit as st

from rag.types import Turn
from ui.components.answer import answer_html
from ui.components.answer_stream import follow, question, unanswered, was_typed, wipe
from ui.components.feedback import feedback_row
from ui.components.filters import options
from ui.components.ingest_control import index_needed
from ui.components.loading import index_or_wait, older_index
from ui.components.markdown import label_text
from ui.components.topics import outline, starting_topics
from ui.state.asking import QUESTION_KEY, ask, ask_typed, open_conversation
from ui.state.backend import Backend, Index, backend
from ui.state.history import Exchange
from ui.state.jobs import Job
from ui.state.session import keep_address, session

_EXAMPLES = 4
_DRAWN = 20  # exchanges of a conversation
_LONGEST_QUESTION = 4000  # characters; the pipeline has its own, larger limit


def show() -> None:
    """Draw the page."""
    shared, here = backend(), session()
    conversation = open_conversation(here, shared)
    job = shared.jobs.of(conversation) if conversation else None
    # before the history is read: an answer that is done by then stands there
    ended = bool(job and job.now.done)
    keep_address(here)
    _input(shared)
    exchanges = shared.history.exchanges(here.reader, conversation)
    if not exchanges and not job:
        _welcome(shared)
    else:
        if shared.needs_index:
            index_needed(shared)
        older_index(shared)
        _conversation(exchanges, shared, job, ended=ended)


def _input(shared: Backend) -> None:
    """The place to type, with what can be set about asking; drawn before a job is followed."""
    words = session().words
    with st.bottom:
        options(shared)
        st.chat_input(
            words.ask_placeholder,
            key=QUESTION_KEY,
            max_chars=_LONGEST_QUESTION,
            submit_mode="stop",
            on_submit=ask_typed,
        )


def _welcome(shared: Backend) -> None:
    """The empty page: what this is, and questions to begin with once there is an index."""
    words = session().words
    st.html(
        '<div class="shiori-welcome"><div class="shiori-ribbon" aria-hidden="true"></div>'
        f"<h1>Shiori</h1><p>{words.tagline}</p></div>"
    )
    index = index_or_wait(shared)
    if index:
        _examples(index)


def _examples(index: Index) -> None:
    words = session().words
    questions = example_questions(index, session().language)
    if questions:
        st.html(f'<h2 class="shiori-quiet">{words.examples_heading}</h2>')
    with st.container(key="examples", gap="small"):
        for number, example in enumerate(questions):
            st.button(
                label_text(example),
                key=f"example-{number}",
                width="stretch",
                on_click=ask,
                args=(example,),
            )
    counts = words.corpus_size.format(sources=len(index.sources), chunks=len(index.chunks))
    st.html(f'<p class="shiori-quiet">{counts}</p>')


def example_questions(index: Index, language: str) -> list[str]:
    """Questions about topics of the index, in the language of the interface."""
    words = session().words
    topics = _topics(index.generation, index)
    forms = words.example_questions
    return [forms[n % len(forms)].format(topic=topic) for n, topic in enumerate(topics)]


@st.cache_resource(max_entries=4, show_spinner=False)
def _topics(generation: str, _index: Index) -> list[str]:
    return starting_topics(outline(_index.chunks), _EXAMPLES)


def _conversation(
    exchanges: list[Exchange], shared: Backend, job: Job | None, *, ended: bool
) -> None:
    """All that was said; the last question in a box as high as the page, so it can be on top."""
    kept = {exchange.id for exchange in exchanges}
    open_job = job if job and job.asked.id not in kept else None
    hidden = _earlier(exchanges)
    before: tuple[Turn, ...] = tuple(exchange.turn for exchange in exchanges[:hidden])
    for exchange in exchanges[hidden:]:
        last = exchange is exchanges[-1] and not open_job
        with st.container(key="last" if last else f"exchange-{exchange.id}"):
            question(exchange.id, exchange.answer.question, to_top=last and bool(before))
            _answer(exchange, before, shared)
        before = (*before, exchange.turn)
    if open_job:
        box = st.container(key="last")
        wipe()
        with box:
            question(open_job.asked.id, open_job.asked.question, to_top=bool(before))
            if ended:
                unanswered(open_job)
            else:
                follow(open_job, shared, typed=was_typed())


def _earlier(exchanges: list[Exchange]) -> int:
    """How many exchanges are left out at the beginning, with a way to see more of them.

    All of a long conversation would be drawn anew with every question.
    """
    key = f"drawn-{session().conversation}"
    drawn = int(st.session_state.get(key, _DRAWN))
    hidden = max(0, len(exchanges) - drawn)
    if hidden:
        st.button(
            session().words.earlier.format(count=hidden),
            icon=":material/expand_less:",
            key="earlier",
            type="tertiary",
            on_click=lambda: st.session_state.update({key: drawn + _DRAWN}),
        )
    return hidden


def _answer(exchange: Exchange, before: tuple[Turn, ...], shared: Backend) -> None:
    index = shared.index()
    sources = index.sources if index else {}
    st.html(answer_html(exchange.id, exchange.answer, sources, session().words))
    if exchange.answer.refused:
        _nearest(exchange)
    feedback_row(exchange, before)


def _nearest(exchange: Exchange) -> None:
    """The topics next to a question that the notes do not answer, as questions."""
    words = session().words
    if not exchange.answer.topics:
        return
    st.html(f'<h2 class="shiori-quiet">{words.nearest_topics}</h2>')
    with st.container(horizontal=True, key=f"topics-{exchange.id}", gap="small"):
        for number, topic in enumerate(exchange.answer.topics):
            st.button(
                label_text(topic),
                key=f"topic-{exchange.id}-{number}",
                on_click=ask,
                args=(words.topic_question.format(topic=topic),),
            )
