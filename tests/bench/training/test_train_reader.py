"""What the reader learns from, and that what it learnt survives being stored small."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bench.training.fit_answerability import OBSERVATORY, OFFICE
from bench.training.reader_examples import examples
from bench.training.reader_storing import Product, ranks, small
from bench.training.train_reader import FOLDER, Learner, learnt, train
from rag.embedding.parameters import changed, parameters
from rag.embedding.weights import find_weights, read_weights

RECORD = {
    "lang": "ja",
    "path": ["棚卸し", "倉庫"],
    "passage": "- ﾗﾍﾞﾙ印刷機は2階の給湯室の隣\n- 用紙は Brother DK-2205",
    "questions": [
        {"lang": "en", "q": "Which paper does it take?", "a": "Brother DK-2205"},
        {"lang": "ja", "q": "ラベル印刷機はどこ？", "a": "2階の給湯室の隣"},
        {"lang": "ja", "q": "印刷機の値段は？", "a": None},
    ],
}


@pytest.fixture(scope="module")
def learner() -> Learner:
    return Learner()


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.jsonl")), ids=lambda file: file.stem)
def test_questions_are_answered_in_the_words_of_their_passage_or_not_at_all(file: Path) -> None:
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert records
    for record in records:
        asked = record["questions"]
        assert len({question["q"] for question in asked}) == len(asked) >= 6
        assert {question["lang"] for question in asked} == {"en", "ja"}
        for question in asked:
            answers = [] if question["a"] is None else [question["a"], *question.get("also", ())]
            assert all(answer and answer in record["passage"] for answer in answers)
        assert any(question["a"] is not None for question in asked)
        assert any(question["a"] is None for question in asked)


def test_nothing_is_learnt_from_a_corpus_that_is_measured_on() -> None:
    measured = [Path("corpus/notes"), OBSERVATORY, OFFICE]
    texts = "".join(
        file.read_text("utf-8") for folder in measured for file in sorted(folder.rglob("*.md"))
    )
    pieces = {texts[at : at + 24] for at in range(len(texts) - 24)}
    pieces = {piece for piece in pieces if sum(map(str.isalnum, piece)) > 6}  # no rules of tables
    for file in FOLDER.glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            passage = json.loads(line)["passage"]
            shared = [at for at in range(len(passage) - 24) if passage[at : at + 24] in pieces]
            assert not shared, f"{file.name}: {passage[shared[0] : shared[0] + 24]}"


def test_the_tokens_of_the_answer_are_marked_where_they_stand(learner: Learner) -> None:
    made = list(examples(learner.encoder, [[RECORD]], random.Random(0), 1))
    assert [one.answered for one in made] == [True, True, False]
    assert not any(made[2].marks)
    for one, question in zip(made[:2], RECORD["questions"], strict=False):
        ids = [token for token, mark in zip(one.ids, one.marks, strict=True) if mark]
        marked = learner.encoder.tokenizer.decode(ids)
        assert marked.replace("▁", "").replace(" ", "") == str(question["a"]).replace(" ", "")
        assert not any(one.marks[: one.own])


def test_all_places_that_answer_are_marked_and_the_date_of_a_note_stands_above(
    learner: Learner,
) -> None:
    record = {
        "path": ["Kiln"],
        "date": "2025-03-04",
        "passage": "- wait\n- look\n- open",
        "questions": [{"q": "What are the steps?", "a": "wait", "also": ["open"]}],
    }
    (one,) = examples(learner.encoder, [[record]], random.Random(1), 1)
    ids = [token for token, mark in zip(one.ids, one.marks, strict=True) if mark]
    assert _text(learner, ids) == "waitopen"
    assert "2025-03-04" in _text(learner, one.ids)


def _text(learner: Learner, ids: Sequence[int]) -> str:
    decoded: str = learner.encoder.tokenizer.decode(list(ids))
    return decoded.replace("▁", "").replace(" ", "")


def test_the_same_words_under_another_notes_name_answer_nothing(learner: Learner) -> None:
    kiln = {
        "path": ["Kiln"],
        "passage": "The fee is four euro.",
        "questions": [{"q": "What is the fee of the Kiln?", "a": "four euro"}],
    }
    oven = {"path": ["Oven"], "passage": "It is green.", "questions": []}
    found = set()
    for seed in range(8):
        for one in examples(learner.encoder, [[kiln, oven]], random.Random(seed), 0):
            text = _text(learner, one.ids[one.own :])
            found.add(("Oven" in text, "four" in text, one.answered))
    assert (True, True, False) in found and (False, True, True) in found


def test_numbers_go_where_they_bring_most() -> None:
    chance = np.random.default_rng(0)
    changes = {"big": chance.normal(size=(20, 3)) @ chance.normal(size=(3, 30))}
    changes["small"] = chance.normal(size=(20, 30)) * 1e-3
    products = {name: Product.of(change.astype(np.float32)) for name, change in changes.items()}
    assert ranks(products, 3 * 50) == {"big": 3}
    stored = small("big", products["big"], 3)
    again = (stored["big:left"] * stored["big:scale"]) @ stored["big:right"].astype(np.float32)
    np.testing.assert_allclose(again, changes["big"], atol=0.05)
    assert stored["big:left"].dtype == np.int8


@pytest.mark.slow
def test_a_few_steps_are_learnt_stored_and_applied() -> None:
    learner = Learner()
    train(learner, [[RECORD, {**RECORD, "passage": "- Brother DK-2205 2階の給湯室の隣"}]], 3)
    path = find_weights()
    assert path is not None
    before = parameters(read_weights(path))
    after = changed(before, learnt(learner, 200_000))
    off, moved = 0.0, 0.0
    for name, wanted in learner.encoder.bert.named_parameters():
        goal = wanted.detach().numpy()
        off += float(((after[name] - goal) ** 2).sum())
        moved += float(((before[name] - goal) ** 2).sum())
    assert 0 < off < moved
