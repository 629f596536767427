"""The reader tells a passage that answers from one that is only about the same thing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from rag.embedding import load_cross_encoder
from rag.embedding.cross_encoder import PASSAGE_TOKENS, CrossEncoder, apply, pair, read_learnt
from rag.errors import ShioriError

# Written for this test: (passage, answered, not answered).
CASES = [
    (
        "Workshop > Laser cutter\n- Opens at 10:00, bookings by the list on the door\n"
        "- Acrylic up to 6 mm, no PVC",
        ["When does the laser cutter open?", "How thick may acrylic be?", "PVCは切れますか"],
        ["How much does the laser cutter cost?", "Who repairs the laser cutter?", "購入した年は？"],
    ),
    (
        "検索基盤 > 移行\n- Solr 8 から OpenSearch 2.11 へ移行済み\n- 理由は運用の手間、担当は小林",
        ["移行先のバージョンは？", "Why did we leave Solr?", "誰が担当した？"],
        ["移行にかかった費用は？", "How long did the migration take?", "ノードは何台？"],
    ),
]


@pytest.fixture(scope="module")
def reader() -> CrossEncoder:
    found = load_cross_encoder()
    assert found is not None
    return found


@pytest.mark.parametrize(("passage", "answered", "others"), CASES)
def test_what_is_answered_reads_better_than_what_is_not(
    reader: CrossEncoder, passage: str, answered: list[str], others: list[str]
) -> None:
    yes = [float(reader.read(question, [passage])[0]) for question in answered]
    no = [float(reader.read(question, [passage])[0]) for question in others]
    assert np.mean(yes) > np.mean(no) + 1
    assert sum(one > other for one in yes for other in no) >= 8  # of nine pairs


def test_a_passage_about_something_else_reads_worse(reader: CrossEncoder) -> None:
    passages = [passage for passage, _, _ in CASES]
    for number, (_, answered, _) in enumerate(CASES):
        for question in answered:
            assert int(reader.read(question, passages).argmax()) == number


def test_passages_are_read_each_by_itself_whatever_stands_beside(reader: CrossEncoder) -> None:
    passages = [passage for passage, _, _ in CASES]
    question = CASES[0][1][0]
    alone = [float(reader.read(question, [passage])[0]) for passage in passages]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: reader.read(question, passages), range(8)))
    for row in together:
        np.testing.assert_allclose(row, alone, atol=1e-4)


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00", "長い文。" * 5000, "x" * 100_000])
def test_any_text_can_be_read(reader: CrossEncoder, text: str) -> None:
    odds = reader.read(text, [text, "a"])
    assert odds.shape == (2,) and np.isfinite(odds).all()
    assert reader.read(text, []).shape == (0,)


def test_what_does_not_fit_is_cut() -> None:
    ids = pair([7] * 500, [8] * 500)
    assert ids.count(8) == PASSAGE_TOKENS and ids.count(7) < 500
    assert (ids[0], ids[-1], ids[65:67]) == (0, 2, [2, 2])


def test_changes_are_added_to_matrices_and_vectors() -> None:
    class Encoder:
        bert = torch.nn.Linear(3, 2)

    before = {name: value.detach().clone() for name, value in Encoder.bert.named_parameters()}
    learnt: dict[str, NDArray[Any]] = {
        "weight:left": np.array([[2], [-3]], np.int8),
        "weight:right": np.array([[1, 0, 4]], np.int8),
        "weight:scale": np.array([0.5], np.float32),
        "bias": np.array([1, -1], np.float16),
    }
    apply(Encoder, learnt)  # type: ignore[arg-type]
    change = Encoder.bert.weight.detach() - before["weight"]
    np.testing.assert_allclose(change, [[1, 0, 4], [-1.5, 0, -6]], atol=1e-6)
    np.testing.assert_allclose(Encoder.bert.bias.detach() - before["bias"], [1, -1], atol=1e-6)


def test_what_was_learnt_fits_the_model_and_is_small(reader: CrossEncoder) -> None:
    learnt = read_learnt()
    names = {name.partition(":")[0] for name in learnt} - {"head", "bias"}
    assert names <= {name for name, _ in reader._encoder.bert.named_parameters()}
    assert sum(value.nbytes for value in learnt.values()) < 6e6


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 not a zip", b"\x93NUMPY"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "reader.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ShioriError, match=r"reader\.npz.*(install|git)"):
        read_learnt(file)
