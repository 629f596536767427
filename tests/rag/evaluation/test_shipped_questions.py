"""The questions that come with the notes: enough, balanced, true to them, no worse than before."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from shipped_set import Asked

from rag.evaluation.dataset.question import QuestionSet
from rag.evaluation.dataset.staleness import check_question
from rag.evaluation.evaluation import Evaluation
from rag.evaluation.regression.baseline import baseline_of, load_baseline, save_baseline
from rag.evaluation.regression.thresholds import load_thresholds
from rag.evaluation.regression.verdict import judge
from rag.evaluation.suggestions import uncovered

ROOT = Path(__file__).resolve().parents[3]
QUESTIONS = ROOT / "corpus" / "questions"
BASELINE = QUESTIONS / "baseline.json"


def test_there_are_enough_and_both_halves_and_languages_are_alike(
    shipped_questions: QuestionSet,
) -> None:
    asked = shipped_questions.questions
    assert len(asked) >= 150
    unanswerable = [one for one in asked if not one.answerable]
    assert len(unanswerable) >= 40
    near = sum("near-topic" in one.tags for one in unanswerable)
    assert near >= len(unanswerable) / 2
    assert all({"near-topic", "off-topic"} & set(one.tags) for one in unanswerable)
    # of the pairs that refusal is fitted on, dev holds more than test on purpose
    halved = [one for one in asked if "pair" not in one.tags]
    counted = Counter((one.language, one.split, one.answerable) for one in halved)
    for answerable in (True, False):
        shares = [
            counted[language, split, answerable] for language in ("en", "ja")
            for split in ("dev", "test")
        ]  # fmt: skip
        assert max(shares) <= 1.2 * min(shares)
    kinds = {split: Counter(one.kind for one in asked if one.split == split and one.answerable)
             for split in ("dev", "test")}  # fmt: skip
    for kind in kinds["dev"] | kinds["test"]:
        assert min(kinds["dev"][kind], kinds["test"][kind]) >= 8, kind


def test_every_place_stands_and_every_part_of_the_notes_is_asked_about(
    shipped: Asked, shipped_questions: QuestionSet
) -> None:
    index = shipped.pipeline.index()
    told = [
        f"{one.file}:{check.place.line}: {check.message()}"
        for one in shipped_questions.questions
        for check in check_question(one, index.chunks, index.sources)
        if check.message()
    ]
    assert told == []
    left = [chunk.path for chunk in uncovered(index.chunks, shipped_questions.questions)]
    assert left == []


@pytest.mark.slow
def test_the_answers_are_no_worse_than_the_committed_baseline(
    shipped_evaluation: Evaluation,
) -> None:
    """Red? The verdict says why; `make eval ARGS=--update-baseline` where it is to be so."""
    limits = load_thresholds(None, QUESTIONS, ROOT)
    assert limits.origin == str(QUESTIONS / "thresholds.yaml")
    verdict = judge(shipped_evaluation, limits, load_baseline(BASELINE))
    assert not verdict.worse, "\n".join(verdict.findings)
    assert verdict.comparisons


def test_the_committed_baseline_is_as_the_command_writes_it(tmp_path: Path) -> None:
    committed = BASELINE.read_text(encoding="utf-8")
    save_baseline(load_baseline(BASELINE), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text(encoding="utf-8") == committed
    assert len(committed) < 300 * committed.count("\n")  # a short line a question


@pytest.mark.slow
def test_float_noise_of_another_machine_moves_nothing(
    shipped: Asked, shipped_evaluation: Evaluation
) -> None:
    """A hundred times what another order of adding up changes in a vector."""
    before, after = baseline_of(shipped_evaluation), shipped.evaluate(noise=1e-6)
    verdict = judge(after, load_thresholds(None, QUESTIONS, ROOT), before)
    assert verdict.line == "Fine: nothing got worse"
    now = baseline_of(after).questions
    moved = [name for name in now if now[name].reason != before.questions[name].reason]
    assert len(moved) <= 2
