"""How well questions are told apart over three corpora, with the weights as shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.fit_answerability import Item, auc, load
from rag.answerability import judge
from rag.embedding import load_reader

# What is reached, by split and language; the goal is .90. What makes it worse must say so here.
# The dev half holds terse, blunt and wide wordings that the test half, written before, does not.
LEAST_AUC = {("dev", "en"): 0.9, ("dev", "ja"): 0.94, ("test", "en"): 0.93, ("test", "ja"): 0.91}
# Of answerable questions; the goal is 10 %.
MOST_REFUSED = {("dev", "en"): 0.1, ("dev", "ja"): 0.1, ("test", "en"): 0.1, ("test", "ja"): 0.1}


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    return load(Path(tmp_path_factory.mktemp("answerability")), load_reader())


@pytest.mark.slow
@pytest.mark.parametrize(("split", "lang"), LEAST_AUC)
def test_answerable_questions_are_told_from_others(
    items: list[Item], split: str, lang: str
) -> None:
    here = [item for item in items if (item.split, item.lang) == (split, lang)]
    judged = [judge(item.evidence) for item in here]
    labels = np.array([item.answerable for item in here])
    near = [item for item in here if not item.answerable and item.near]
    assert len(near) * 2 >= (~labels).sum()
    assert auc(np.array([one.confidence for one in judged]), labels) >= LEAST_AUC[split, lang]
    refused = [not one.answerable for one, yes in zip(judged, labels, strict=True) if yes]
    assert np.mean(refused) <= MOST_REFUSED[split, lang]
