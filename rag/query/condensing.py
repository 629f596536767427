"""Follow-ups made to stand alone by a model, which is believed only where it invents nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rag.llm.budget import Limit
from rag.llm.chat_model import StreamingModel
from rag.llm.errors import ModelFailure
from rag.llm.guardrails import holds_foreign, leaks
from rag.llm.prompts import condense_prompt
from rag.query.followups import TURNS, opens_topic, standalone
from rag.text.analysis import view_of
from rag.text.language import question_language
from rag.text.names import missing_terms, names_of
from rag.text.quantities import missing_figures
from rag.text.tokenization import tokenize
from rag.types import Language, Turn

_LONGEST = 400
_SECONDS = 10.0  # that a model has to rewrite a question; the answer needs the rest


def _keeps(question: str, text: str) -> bool:
    """Whether a rewritten question still asks what was asked: its names, and of its words some."""
    own, kept = set(tokenize(question)), set(tokenize(text))
    names = {term for name in names_of(question) for term in tokenize(name)}
    return names <= kept and (not own or bool(own & kept))


def standalone_by_model(
    question: str,
    history: Sequence[Turn],
    language: Language,
    model: StreamingModel,
    limit: Limit | None = None,
) -> str:
    """As `standalone`, written by a model; by the rules where it fails or invents something.

    Args:
        question: the last one asked.
        history: earlier turns, oldest first.
        language: of the question.
        model: writes it, in one call of ten seconds at most.
        limit: of the whole answer, from which that call is taken.
    """
    by_rules = standalone(question, history, language)
    if not history or opens_topic(question):
        return by_rules
    prompt = condense_prompt(question, history, language)
    limit = limit or Limit(time.monotonic() + _SECONDS)
    part = limit.part(_SECONDS)
    text = ""
    try:
        for item in model.stream(prompt.system, prompt.user, part):
            if not isinstance(item, str):
                part.add(item.tokens)
                continue
            text += item
            if len(text) > _LONGEST:
                return by_rules
    except ModelFailure:
        return by_rules
    finally:
        limit.take(part)
    text = text.strip().strip('"「」')
    said = "\n".join([question, *(f"{turn.question}\n{turn.answer}" for turn in history[-TURNS:])])
    if not text or "\n" in text or leaks(text, prompt.secret, prompt.system):
        return by_rules
    # what was said before may hold an order: only the question's own addresses may come back
    if holds_foreign(" ".join(word for word in text.split() if word not in question), ()):
        return by_rules
    if question_language(text) != language or not _keeps(question, text):
        return by_rules
    if missing_terms(text, view_of(said)) or missing_figures(text, said):
        return by_rules
    return text
