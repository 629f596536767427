"""The reader tells a passage that answers from one that is only about the same thing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.embedding import load_cross_encoder
from rag.embedding.cross_encoder import PASSAGE_TOKENS, CrossEncoder, pair, read_learnt, windows
from rag.embedding.parameters import changed, parameters
from rag.embedding.weights import find_weights, read_weights
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
    yes = [float(reader.odds(question, [passage])[0]) for question in answered]
    no = [float(reader.odds(question, [passage])[0]) for question in others]
    assert np.mean(yes) > np.mean(no) + 1
    assert sum(one > other for one in yes for other in no) >= 8  # of nine pairs


def test_a_passage_about_something_else_reads_worse(reader: CrossEncoder) -> None:
    passages = [passage for passage, _, _ in CASES]
    for number, (_, answered, _) in enumerate(CASES):
        for question in answered:
            assert int(reader.odds(question, passages).argmax()) == number


def test_passages_are_read_each_by_itself_whatever_stands_beside(reader: CrossEncoder) -> None:
    passages = [passage for passage, _, _ in CASES]
    question = CASES[0][1][0]
    alone = [float(reader.odds(question, [passage])[0]) for passage in passages]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: reader.odds(question, passages), range(8)))
    for row in together:
        np.testing.assert_allclose(row, alone, atol=1e-4)


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00", "長い文。" * 5000, "x" * 100_000])
def test_any_text_can_be_read(reader: CrossEncoder, text: str) -> None:
    odds = reader.odds(text, [text, "a"])
    assert odds.shape == (2,) and np.isfinite(odds).all()
    assert reader.odds(text, []).shape == (0,)


def test_what_does_not_fit_is_cut() -> None:
    ids = pair([7] * 500, [8] * 500)
    assert ids.count(8) == PASSAGE_TOKENS and ids.count(7) < 500
    assert (ids[0], ids[-1], ids[65:67]) == (0, 2, [2, 2])


def test_a_long_passage_is_read_in_parts_that_overlap() -> None:
    assert windows([]) == [[]]
    assert windows(range(PASSAGE_TOKENS)) == [range(PASSAGE_TOKENS)]
    parts = windows(range(500))
    assert all(len(part) <= PASSAGE_TOKENS for part in parts)
    assert {token for part in parts for token in part} == set(range(500))
    assert parts[1][0] < parts[0][-1]


def test_the_answer_is_found_wherever_in_a_long_passage_it_stands(reader: CrossEncoder) -> None:
    passage, (question, *_), _ = CASES[0]
    other = "検索基盤の移行では、担当者が手順書を見直し、毎週の会議で進み具合を確かめた。" * 12
    alone, without = reader.odds(question, [passage, other])
    buried = float(reader.odds(question, [f"{other}\n{passage}"])[0])
    assert buried > (float(alone) + float(without)) / 2


def test_changes_are_added_to_matrices_and_vectors() -> None:
    before = {"weight": np.ones((2, 3), np.float32), "bias": np.zeros(2, np.float32)}
    learnt: dict[str, NDArray[Any]] = {
        "weight:left": np.array([[2], [-3]], np.int8),
        "weight:right": np.array([[1, 0, 4]], np.int8),
        "weight:scale": np.array([0.5], np.float32),
        "bias": np.array([1, -1], np.float16),
    }
    after = changed(before, learnt)
    np.testing.assert_allclose(after["weight"] - 1, [[1, 0, 4], [-1.5, 0, -6]], atol=1e-6)
    np.testing.assert_allclose(after["bias"], [1, -1], atol=1e-6)
    assert before["weight"].max() == 1


def test_what_was_learnt_fits_the_model_and_is_small() -> None:
    learnt = read_learnt()
    names = {name.partition(":")[0] for name in learnt} - {"head", "bias"}
    path = find_weights()
    assert path is not None
    assert names <= set(parameters(read_weights(path)))
    assert sum(value.nbytes for value in learnt.values()) < 6e6


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 not a zip", b"\x93NUMPY"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "reader.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ShioriError, match=r"reader\.npz.*(install|git)"):
        read_learnt(file)
