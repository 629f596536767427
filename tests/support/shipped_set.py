"""The shipped questions, asked with vectors that are kept between runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.embedding import Embedder, load_embedder
from rag.evaluation.dataset.question import QuestionSet
from rag.evaluation.evaluation import Evaluation
from rag.evaluation.service import evaluate_pipeline
from rag.pipeline import Pipeline


@dataclass(frozen=True)
class Vectors:
    """The vector of every question that was embedded, by prefix and text."""

    known: dict[tuple[str, str], NDArray[np.float32]] = field(default_factory=dict)

    @contextmanager
    def kept(self, noise: float = 0.0) -> Iterator[None]:
        """Embed every question once for each prefix; `noise` is added to every number."""
        generator = np.random.default_rng(3)
        embed, known = Embedder.encode_queries, self.known

        def encode_queries(model: Embedder, texts: Sequence[str]) -> NDArray[np.float32]:
            prefix = model._prompts["query"]
            new = [text for text in texts if (prefix, text) not in known]
            if new:
                known.update(zip(((prefix, text) for text in new), embed(model, new), strict=True))
            found = np.stack([known[prefix, text] for text in texts])
            if not noise:
                return found
            found += noise * generator.normal(size=found.shape).astype(np.float32)
            return found / np.linalg.norm(found, axis=1, keepdims=True)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Embedder, "encode_queries", encode_queries)
            yield


@dataclass(frozen=True)
class Asked:
    """The shipped questions, the pipeline they were asked of, and what came of it."""

    questions: QuestionSet
    pipeline: Pipeline
    vectors: Vectors

    def evaluate(self, noise: float = 0.0) -> Evaluation:
        """Ask them all."""
        with self.vectors.kept(noise):
            asked = [(one.text, one.standalone or one.text) for one in self.questions.questions]
            texts = dict.fromkeys(text for pair in asked for text in pair)
            load_embedder().encode_queries(list(texts))  # at once is twice as fast
            return evaluate_pipeline(
                self.pipeline,
                self.questions,
                embedding=str(self.pipeline.index().manifest.fingerprint["embedding"]),
                answerer="extractive",
            )
