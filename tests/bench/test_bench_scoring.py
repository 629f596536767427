"""The figures of the benchmarks, on lists small enough to count by hand."""

from __future__ import annotations

import itertools
import json
import os
import sys
from pathlib import Path

import pytest

from bench import evaluation, memory, timing
from bench.report import Row, Table
from bench.scoring import score
from rag.evaluation.dataset.question import Place, Question
from rag.settings import load_settings


def question(text: str, quote: str, **more: object) -> Question:
    return Question(id=text, text=text, language="en", expect=(Place(quote=quote),), **more)  # type: ignore[arg-type]


def test_a_quote_is_found_whatever_its_markup_and_width() -> None:
    found = score([question("q", "Ａｗｓ **Config**")], lambda _: ["nothing", "the aws? AwsConfig"])
    assert found == {
        "en": {"hit1200": 1.0, "MRR@10": 0.5, "R@1": 0.0, "R@5": 1.0, "questions": 1.0}
    }


def test_what_stands_beyond_the_budget_is_no_hit_but_has_its_rank() -> None:
    passages = ["x" * 1_198, "yes and the quote"]
    assert score([question("q", "quote")], lambda _: passages)["en"]["hit1200"] == 0.0
    assert score([question("q", "quote")], lambda _: passages)["en"]["MRR@10"] == 0.5


def test_only_ten_passages_count_and_a_miss_is_zero() -> None:
    passages = [*("no" for _ in range(10)), "quote"]
    found = score([question("q", "quote")], lambda _: passages)["en"]
    assert (found["MRR@10"], found["R@5"]) == (0.0, 0.0)


def test_questions_without_a_quote_or_an_answer_are_left_out() -> None:
    asked = [
        question("none", "", answerable=True),
        question("off", "quote", answerable=False),
        question("on", "quote"),
    ]
    assert score(asked, lambda _: ["quote"])["en"]["questions"] == 1.0


def test_a_follow_up_is_searched_as_the_question_it_means() -> None:
    asked: list[str] = []

    def retrieve(text: str) -> list[str]:
        asked.append(text)
        return []

    score([question("and there?", "quote", standalone="what is there in Osaka?")], retrieve)
    assert asked == ["what is there in Osaka?"]


def test_both_sides_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr("bench.timing.time.perf_counter", lambda: float(next(clock)))
    order: list[tuple[str, int]] = []
    times = timing.side_by_side(
        [1, 2],
        {"a": lambda one: order.append(("a", one)), "b": lambda one: order.append(("b", one))},
    )
    assert order == [("a", 1), ("b", 1), ("b", 2), ("a", 2)]
    assert times["a"].seconds == (1.0, 1.0)


def test_the_ratio_is_that_of_pairs() -> None:
    ours, theirs = timing.Times((2.0, 30.0, 3.0)), timing.Times((1.0, 10.0, 3.0))
    assert timing.paired_ratio(ours, theirs) == 2.0


def test_a_table_aligns_full_width_names_and_shows_goals() -> None:
    rows = (Row("日本語", {"s": 1.5}, goal="at most 2"), Row("plain", {"s": 12345.0}))
    lines = Table("Title", rows, "A note.").text().strip().splitlines()
    assert lines == [
        "Title",
        "                s        goal",
        "  日本語    1.500   at most 2",
        "  plain    12,345",
        "  A note.",
    ]


def test_a_table_that_was_not_measured_says_why() -> None:
    assert "not measured: no browser" in Table("Title", (), skipped="no browser").text()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells by /proc")
def test_peak_memory_of_this_process_is_told() -> None:
    peak = memory.peak_of_tree(os.getpid())
    assert peak is not None and peak > 10
    assert memory.peak_of_tree(2**22 + 1) is None


def test_runs_are_compared_without_their_times(tmp_path: Path) -> None:
    row = {"id": "a", "seconds": {"answer": 0.1}, "rank": 1}
    whole = {"created": "today", "summary": {"seconds": {}, "groups": {}}, "questions": [row]}
    (tmp_path / "report.json").write_text(json.dumps(whole), encoding="utf-8")
    assert evaluation.figures(tmp_path) == {
        "summary": {"groups": {}},
        "questions": [{"id": "a", "rank": 1}],
    }


def test_a_corpus_without_questions_is_not_evaluated(tmp_path: Path) -> None:
    settings = load_settings(corpus_dir=tmp_path, data_dir=tmp_path / "data")
    assert "no questions in" in evaluation.measure(settings).skipped
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "a.yaml").write_text("questions: [", encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"a\.yaml:1: not YAML"):
        evaluation.measure(settings)
