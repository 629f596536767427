"""The encoder in 8-bit numbers, whatever the processor and whatever stands beside a text."""

from __future__ import annotations

import numpy as np
import pytest

from rag.embedding import Embedder, encoder
from rag.embedding.encoder import Encoder, load_encoder, multiplies_exactly
from rag.embedding.weights import WeightsFile, find_weights, read_weights

TEXTS = ["passage: 研修は第二週に移すことにしました。", "passage: The bridge connects the island."]


@pytest.fixture(scope="module")
def weights() -> WeightsFile:
    path = find_weights()
    assert path is not None
    return read_weights(path)


@pytest.fixture(scope="module")
def plain(weights: WeightsFile) -> Encoder:
    return load_encoder(weights, "embedding", None)


def test_a_processor_that_overflows_gets_the_same_vectors(
    weights: WeightsFile, plain: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = multiplies_exactly()
    monkeypatch.setattr(encoder, "multiplies_exactly", lambda: not signed)
    other = load_encoder(weights, "embedding", None)
    rows = [plain.marked(text) for text in TEXTS]
    if signed:  # else the other one is that which overflows
        np.testing.assert_allclose(other.means(rows), plain.means(rows), atol=1e-4)


def test_a_vector_does_not_depend_on_what_is_beside_it(embedder: Embedder) -> None:
    alone = np.concatenate([embedder.encode_passages([text]) for text in TEXTS])
    beside = embedder.encode_passages([*TEXTS, "x " * 400, "数 999999999 $$$$ \x00"])
    cosines = (alone * beside[:2]).sum(axis=1)
    assert cosines.min() >= 0.9999


def test_every_text_has_a_vector(embedder: Embedder) -> None:
    texts = ["", " ", "\ud800", "\x00", "長い文。" * 5000, "x" * 100_000]
    vectors = embedder.encode_passages(texts)
    assert vectors.shape == (len(texts), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.encode_passages([]).shape == (0, 384)


def test_progress_counts_every_text_once(embedder: Embedder) -> None:
    told: list[int] = []
    embedder.encode_passages(
        [f"number {number}" * (number % 9 + 1) for number in range(60)], told.append
    )
    assert sum(told) == 60 and len(told) > 1
