"""An answer leaves no thread at work: a process that ends with one inside torch is aborted."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from llm_fixtures import Extractive, WordVectors, passage, request

from rag.answering.generative import GenerativeAnswerer
from rag.errors import ModelError
from rag.types import Chunk
from rag.verification.verifier import Verifier


class SlowToPrepare(Verifier):
    """Prepares for as long as a busy machine would."""

    def __init__(self) -> None:
        super().__init__(WordVectors())
        self.started, self.done = threading.Event(), threading.Event()

    def prepare(self, chunks: Sequence[Chunk]) -> None:
        self.started.set()
        threading.Event().wait(0.3)
        super().prepare(chunks)
        self.done.set()


def no_model() -> None:
    raise ModelError("there is no such model")


def test_an_answer_that_fails_at_once_waits_for_what_was_begun() -> None:
    verifier = SlowToPrepare()
    answerer = GenerativeAnswerer({"openai:m": no_model}, verifier, Extractive())  # type: ignore[dict-item]
    assert list(answerer.answer(request("何？", [passage("107-109")], "ja")))
    assert verifier.done.is_set()


def test_an_answer_that_is_stopped_waits_too() -> None:
    verifier = SlowToPrepare()
    answerer = GenerativeAnswerer({"openai:m": no_model}, verifier, Extractive())  # type: ignore[dict-item]
    pieces = answerer.answer(request("何？", [passage("107-109")], "ja"))
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert verifier.done.is_set()
