"""A language model as judge of answers: faithfulness and relevance, optional and cached.

Both after RAGAS (Es et al., arXiv 2309.15217): an answer is faithful as far as the statements it
makes follow from the passages it had; it is relevant as far as questions that one would think it
answers are near to the one that was asked. Every reply of the model is kept under a hash of what it
was asked, so that a rerun over the same answers costs nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.evaluation.dataset.places import context
from rag.evaluation.metrics.judge_prompts import Asked, ask_questions, ask_statements, ask_support
from rag.storage.atomic import write_text
from rag.types import Answer, Hit

if TYPE_CHECKING:
    from rag.llm.chat_model import ChatModel

Chat = Callable[[str, str], str]
"""A system and a user message to the model's reply; raises `ModelError` where there is none."""

QUESTIONS = 3
_CONTEXT_SIZE = 8_000
_MARK = re.compile(r"\[\d{1,3}\]")
_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.S)


def chat_of(model: ChatModel) -> Chat:
    """Shiori's own models, which end in bounded time."""
    return lambda system, user: "".join(
        piece for piece in model.stream(system, user) if isinstance(piece, str)
    )


class Judge:
    """Judges answers with a model.

    Args:
        chat: the model.
        name: the model as settings name it; part of what replies are cached by.
        embed: texts to unit vectors, (n, dimension), to compare questions with.
        folder: where replies are kept, a file each.
    """

    def __init__(
        self,
        chat: Chat,
        name: str,
        embed: Callable[[Sequence[str]], NDArray[np.float32]],
        folder: Path,
    ) -> None:
        self._chat = chat
        self._name = name
        self._embed = embed
        self._folder = folder
        self.silent = 0
        """Answers that the model gave no usable judgement of."""

    def figures(self, answer: Answer) -> dict[str, float]:
        """Faithfulness and relevance of an answer, each 0..1; none for refusals.

        A figure is left out where the model gives no reply or one that cannot be read.
        """
        text = _MARK.sub("", answer.text).strip()
        if answer.refused or not text:
            return {}
        found = {
            "faithfulness": self._faithfulness(answer, text),
            "relevance": self._relevance(answer, text),
        }
        self.silent += None in found.values()
        return {name: value for name, value in found.items() if value is not None}

    def _faithfulness(self, answer: Answer, text: str) -> float | None:
        """Supported statements of all statements (RAGAS: F = |V| / |S|)."""
        statements = self._list(ask_statements(answer.standalone, text), "statements", str)
        if not statements:
            return None
        supported = self._list(ask_support(statements, _passages(answer)), "supported", bool)
        if supported is None or len(supported) != len(statements):
            return None
        return float(sum(supported)) / len(statements)

    def _relevance(self, answer: Answer, text: str) -> float | None:
        """Mean cosine of the question with those generated from the answer (RAGAS: AR)."""
        questions = self._list(ask_questions(text, QUESTIONS), "questions", str)
        if not questions:
            return None
        vectors = self._embed([answer.standalone, *questions])
        return float(np.clip((vectors[1:] @ vectors[0]).mean(), 0.0, 1.0))

    def _list(self, asked: Asked, key: str, kind: type) -> list[Any] | None:
        """The list under a key of the reply; None where there is none of that kind."""
        said = parsed_json(self._reply(asked))
        values = said.get(key) if isinstance(said, dict) else None
        if isinstance(values, list) and all(isinstance(one, kind) for one in values):
            return values
        return None

    def _reply(self, asked: Asked) -> str:
        matter = json.dumps([self._name, *asked], ensure_ascii=False)
        path = self._folder / f"{hashlib.sha256(matter.encode()).hexdigest()}.json"
        try:
            return str(json.loads(path.read_text(encoding="utf-8"))["reply"])
        except (FileNotFoundError, ValueError, RecursionError, KeyError, TypeError):
            pass
        try:
            reply = self._chat(*asked)
        except ModelError:
            return ""
        if parsed_json(reply) is not None:  # what cannot be read is asked again next time
            write_text(path, json.dumps({"model": self._name, "reply": reply}, ensure_ascii=False))
        return reply


def parsed_json(reply: str) -> Any:
    """The JSON of a reply, also out of a code fence or amid words; None where there is none."""
    fenced = _FENCE.search(reply)
    for text in (reply, fenced[1] if fenced else "", reply[reply.find("{") : reply.rfind("}") + 1]):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):  # a number too long is no JSON error
            continue
    return None


def _passages(answer: Answer) -> str:
    """What the answer had to go by: the passages it cites first, then the others."""
    cited = [Hit(0, 1.0, one.chunk) for one in answer.citations]
    unique: dict[str, Hit] = {}
    for hit in (*cited, *answer.hits):
        unique.setdefault(hit.chunk.id, hit)
    return context(list(unique.values()), _CONTEXT_SIZE)
