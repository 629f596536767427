"""Texts are cut as the library that the model was made with cuts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.published_tokenizer import build_tokenizer
from rag.embedding.unigram import Unigram
from rag.embedding.weights import WeightsFile, find_weights, read_weights

ROOT = Path(__file__).resolve().parents[3]
ODD = ["", " ", "  a  b ", "\x00", "▁▁a", "a▁", "<s> </s> <pad>", "\ud800", "\u3000 a", "a\tb\nc"]
ODD += ["𠮷野家😀😀😀 ①㍿ﾗﾍﾞﾙ", "ꙮ꧁꧂ ꙮꙮ", "e\u0301 é", "x" * 5000, "長い文。" * 900, "髙﨑〜～−－"]


@pytest.fixture(scope="module")
def weights() -> WeightsFile:
    path = find_weights()
    assert path is not None
    return read_weights(path)


@pytest.fixture(scope="module")
def unigram(weights: WeightsFile) -> Unigram:
    return weights.tokenizer


def test_the_ids_are_those_of_tokenizers(weights: WeightsFile, unigram: Unigram) -> None:
    patterns = ("*.md", "corpus/**/*.md", "bench/training/reader/*.jsonl")
    files = [file for pattern in patterns for file in ROOT.glob(pattern)]
    texts = [part for file in files for part in file.read_text("utf-8").split("\n")]
    texts = [*texts[::5], *ODD]
    tokenizer = build_tokenizer(weights)
    folded = [unigram.fold(f"passage: {text}") for text in texts]
    theirs = [one.ids for one in tokenizer.encode_batch_fast(folded)]
    assert len(texts) > 400
    for text, ids in zip(texts, theirs, strict=True):
        assert [0, *unigram.ids(f"passage: {text}", 510), 2] == ids, text[:100]


def test_what_is_cut_off_changes_nothing_before(unigram: Unigram) -> None:
    text = "A quick 茶色の狐 " * 40
    assert unigram.ids(text, 30) == unigram.ids(text, 1000)[:30]
    assert unigram.ids(text, 0) == []


def test_the_end_of_a_text_of_megabytes_costs_nothing(unigram: Unigram) -> None:
    assert len(unigram.ids("x" * 3_000_000, 64)) == 64


def test_unknown_characters_beside_each_other_are_one() -> None:
    unigram = Unigram(["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "▁a"], [0.0] * 4 + [-3.0] * 3, {})
    assert unigram.ids("a?!a b", 10) == [6, 3, 5, 4, 3]
