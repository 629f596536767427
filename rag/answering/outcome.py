"""From what an answerer arrived at to the answer that a reader gets."""

from __future__ import annotations

from dataclasses import replace

from rag.answering.base import Draft
from rag.answering.refusal import main_topics, nearest_topics, refusal_text
from rag.query.validation import asks_nothing
from rag.retrieval.retriever import Retrieval
from rag.types import Answer


def refused(question: str, retrieval: Retrieval, draft: Draft) -> Answer:
    """The draft as a refusal that names topics; what its model took and said is kept."""
    asked = retrieval.question
    topics = (
        main_topics(retrieval.index.chunks)
        if asks_nothing(asked)
        else nearest_topics(retrieval.hits)
    )
    text = refusal_text(asked, retrieval.language, topics)
    refusal = replace(draft, text=text, citations=(), refused=True)
    brief = refusal_text(asked, retrieval.language, ())
    return replace(finished(question, retrieval, refusal), topics=topics, brief=brief)


def finished(question: str, retrieval: Retrieval, draft: Draft) -> Answer:
    """The draft as the answer to a question."""
    return Answer(
        question=question,
        standalone=retrieval.question,
        language=retrieval.language,
        text=draft.text,
        refused=draft.refused,
        citations=draft.citations,
        hits=retrieval.hits,
        model=draft.model,
        notice=draft.notice,
        sentences=draft.sentences,
        seconds=draft.seconds,
        tokens=draft.tokens,
        calls=draft.calls,
        cost=draft.cost,
        highlights=draft.highlights,
    )
