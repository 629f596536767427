"""What whatever reads passages with the question must do; `IMPLEMENTATIONS` are all there are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from rag.embedding import load_cross_encoder

QUESTION = "When does the laser cutter open?"
PASSAGES = [
    "Workshop > Laser cutter\n- Opens at 10:00, bookings by the list on the door",
    "検索基盤 > 移行\n- Solr 8 から OpenSearch 2.11 へ移行済み",
    "Workshop > Laser cutter\n- Acrylic up to 6 mm, no PVC",
]
ANY_TEXT = ["", " ", "\ud83d", "\x00", "長" * 5_000, "[SEP] </s> <s>"]

IMPLEMENTATIONS: dict[str, Callable[[], Any]] = {"the embedded model": load_cross_encoder}


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def reader(request: pytest.FixtureRequest) -> Any:
    found = IMPLEMENTATIONS[request.param]()
    assert found is not None
    return found


def test_a_number_a_passage_in_their_order(reader: Any) -> None:
    odds = reader.odds(QUESTION, PASSAGES)
    assert odds.shape == (3,)
    assert odds.dtype == np.float32
    assert np.isfinite(odds).all()
    np.testing.assert_allclose(reader.odds(QUESTION, PASSAGES[::-1]), odds[::-1], atol=1e-4)


def test_no_passages_give_no_numbers(reader: Any) -> None:
    assert reader.odds(QUESTION, []).shape == (0,)


def test_what_answers_reads_best(reader: Any) -> None:
    assert int(reader.odds(QUESTION, PASSAGES).argmax()) == 0


def test_a_passage_reads_the_same_whatever_stands_beside_it(reader: Any) -> None:
    together = reader.odds(QUESTION, PASSAGES)
    for passage, odds in zip(PASSAGES, together, strict=True):
        assert float(reader.odds(QUESTION, [passage])[0]) == pytest.approx(float(odds), abs=0.05)


@pytest.mark.parametrize("text", ANY_TEXT, ids=range(len(ANY_TEXT)))
def test_any_text_is_read(reader: Any, text: str) -> None:
    assert np.isfinite(reader.odds(text, [PASSAGES[0], text])).all()


def test_threads_may_share_it(reader: Any) -> None:
    questions = [f"{QUESTION} ({number})" for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda asked: reader.odds(asked, PASSAGES[:1]), questions * 2))
    for first, second in zip(found[:4], found[4:], strict=True):
        np.testing.assert_allclose(first, second, atol=0.05)
