"""How well questions are told apart over three corpora, with the weights as shipped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bench.training.fit_answerability import Item, auc, independent, load
from rag.embedding import load_cross_encoder
from rag.reading.answerability import confidence_of, threshold

# What is reached on the half that nothing was chosen on; the goal is .90. What makes it
# worse must say so here.
LEAST_AUC = {"en": 0.91, "ja": 0.87}
LEAST_AUC_WIDE = {"en": 0.87, "ja": 0.88}  # by others, over two corpora of dev
# Of answerable questions; the goal is 10 %.
MOST_REFUSED = 0.1


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answerability")


@pytest.fixture(scope="module")
def items(data: Path) -> list[Item]:
    return load(data, load_cross_encoder(), ("test",))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LEAST_AUC)
def test_answerable_questions_are_told_from_others(items: list[Item], lang: str) -> None:
    here = [item for item in items if item.lang == lang]
    near = [item for item in here if not item.answerable and item.near]
    assert len(near) * 2 >= sum(not item.answerable for item in here)
    _told_apart(here, LEAST_AUC[lang], MOST_REFUSED)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LEAST_AUC_WIDE)
@pytest.mark.usefixtures("items")  # which ingests the corpora
def test_widely_worded_questions_about_other_corpora_are_told_apart(data: Path, lang: str) -> None:
    here = [item for item in independent(data, load_cross_encoder()) if item.lang == lang]
    _told_apart(here, LEAST_AUC_WIDE[lang], 0.1)


def _told_apart(here: Sequence[Item], least_auc: float, most_refused: float) -> None:
    chances = np.array([confidence_of(item.inputs) for item in here])
    labels = np.array([item.answerable for item in here])
    assert auc(chances, labels) >= least_auc
    assert np.mean(chances[labels] < threshold("balanced")) <= most_refused
