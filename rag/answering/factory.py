"""The answerers that the settings configure, each with what it falls back on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rag.answering.base import Answerer
from rag.answering.generative import GenerativeAnswerer, Loader
from rag.llm.chat_model import StreamingModel, load_chat_model
from rag.llm.providers import EXTRACTIVE, parse_models
from rag.settings import Settings
from rag.verification.verifier import Verifier


def build_answerers(
    settings: Settings, verifier: Callable[[], Verifier], extractive: Answerer
) -> dict[str, Answerer]:
    """The configured answerers by name, the default first; each falls back on those after it.

    Raises:
        ModelError: the setting LLM names no model.
    """
    names = parse_models(settings.llm)
    price = tuple(map(float, settings.llm_price.split("/"))) if settings.llm_price else None
    loaders = {name: _once(name, settings) for name in names if name != EXTRACTIVE}
    answerers: dict[str, Answerer] = {}
    shared: list[Verifier] = []
    for place, name in enumerate(names):
        if name == EXTRACTIVE:
            answerers[name] = extractive
            continue
        if not shared:
            shared.append(verifier())
        # what stands after `extractive` in the list is never reached: it does not fail
        following = (
            names[place : names.index(EXTRACTIVE)] if EXTRACTIVE in names[place:] else names[place:]
        )
        chain = {later: loaders[later] for later in following}
        answerers[name] = GenerativeAnswerer(
            chain,
            shared[0],
            extractive,
            settings.unsupported,
            (price[0], price[1]) if price else None,
            settings.llm_timeout,
        )
    answerers.setdefault(EXTRACTIVE, extractive)
    return answerers


def _once(name: str, settings: Settings) -> Loader:
    """A loader that sets the model up at its first use and keeps it, with its breaker."""
    lock, kept = threading.Lock(), list[StreamingModel]()

    def load() -> StreamingModel:
        with lock:
            if not kept:
                kept.append(load_chat_model(name, settings))
            return kept[0]

    return load
