"""What the reader learns from, and that what it learnt survives being stored small."""

from __future__ import annotations

import json
import random
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
    assert len(records) == 50
    for record in records:
        asked = record["questions"]
        assert len({question["q"] for question in asked}) == len(asked) == 10
        assert {question["lang"] for question in asked} == {"en", "ja"}
        answers = [question["a"] for question in asked if question["a"] is not None]
        assert answers and all(answer and answer in record["passage"] for answer in answers)


def test_nothing_is_learnt_from_a_corpus_that_is_measured_on() -> None:
    measured = [Path("corpus/notes"), OBSERVATORY, OFFICE]
    texts = "".join(
        file.read_text("utf-8") for folder in measured for file in sorted(folder.rglob("*.md"))
    )
    pieces = {texts[at : at + 24] for at in range(len(texts) - 24)}
    for file in FOLDER.glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            passage = json.loads(line)["passage"]
            shared = [at for at in range(len(passage) - 24) if passage[at : at + 24] in pieces]
            assert not shared, f"{file.name}: {passage[shared[0] : shared[0] + 24]}"


def test_the_answer_is_marked_where_it_stands(learner: Learner) -> None:
    made = examples(learner.encoder, [[RECORD]], random.Random(0), 1)
    assert [one.answered for one in made] == [True, True, False]
    assert (made[2].first, made[2].last) == (0, 0)
    for one, question in zip(made[:2], RECORD["questions"], strict=False):
        marked = learner.encoder.tokenizer.decode(one.ids[one.first : one.last + 1])
        assert marked.replace("▁", "").replace(" ", "") == str(question["a"]).replace(" ", "")


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
