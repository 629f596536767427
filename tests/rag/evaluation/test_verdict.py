"""Noise is not a drop, a drop is not noise; limits, baselines, and what the verdict says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation_fakes import CHUNKS, QUESTIONS, SOURCES, FakeIndex, FakePipeline, question

from rag.errors import BaselineError
from rag.evaluation.dataset.question import QuestionSet
from rag.evaluation.evaluation import Evaluation, Fingerprint
from rag.evaluation.outcome import Row
from rag.evaluation.regression.baseline import Baseline, baseline_of, load_baseline, save_baseline
from rag.evaluation.regression.bootstrap import difference, difference_auc, estimate, estimate_auc
from rag.evaluation.regression.comparison import sure_of_a_drop
from rag.evaluation.regression.thresholds import WATCHED, Thresholds, load_thresholds
from rag.evaluation.regression.verdict import judge
from rag.evaluation.service import baseline_changes, evaluate_pipeline
from rag.evaluation.summary import summarise
from rag.types import Answer

MARK = Fingerprint("e5", "extractive", "set", "all", {"nature.md": "1"})
FREE = Thresholds(at_most={})


def rows(values: Sequence[float], metric: str = "mrr_10", section: str = "S") -> tuple[Row, ...]:
    return tuple(
        Row(question(f"q{n}", f"Question {n}?", "x"), (), section, figures={metric: float(value)})
        for n, value in enumerate(values)
    )


def evaluation(found: Sequence[Row], mark: Fingerprint = MARK) -> Evaluation:
    return Evaluation(mark, "2026-01-01T00:00:00+00:00", tuple(found), 0, summarise(found))


def against(now: Sequence[Row], then: Sequence[Row], limits: Thresholds = FREE) -> tuple[bool, str]:
    verdict = judge(evaluation(now), limits, baseline_of(evaluation(then)))
    return verdict.worse, verdict.line


def test_the_mean_and_its_interval_by_hand() -> None:
    one = estimate([0, 1] * 50)
    assert one.mean == 0.5
    # standard error .05: the 95% interval is about .4 to .6
    assert one.low == pytest.approx(0.40, abs=0.02)
    assert one.high == pytest.approx(0.60, abs=0.02)
    assert not one.few
    assert estimate([1.0]).few
    assert (estimate([0.25]).low, estimate([0.25]).high) == (0.25, 0.25)


def test_intervals_are_the_same_every_time_and_cover_the_truth() -> None:
    generator = np.random.default_rng(1)
    samples = [generator.random(60) < 0.7 for _ in range(200)]
    first = [estimate(sample.astype(float).tolist()) for sample in samples]
    assert first == [estimate(sample.astype(float).tolist()) for sample in samples]
    covered = sum(one.low <= 0.7 <= one.high for one in first)
    assert covered >= 0.9 * len(first)


def test_the_paired_difference_sees_what_unpaired_means_do_not() -> None:
    easy_and_hard = np.linspace(0, 1, 60)
    worse = easy_and_hard - 0.03  # far less than the spread, but on every question
    found = difference(worse.tolist(), easy_and_hard.tolist(), higher_is_better=True)
    assert found.change == pytest.approx(-0.03)
    assert found.high < 0
    assert found.p_worse < 0.001
    assert difference(worse.tolist(), easy_and_hard.tolist(), False).p_worse > 0.999
    assert difference([0.5] * 30, [0.5] * 30, True).p_worse == 1


def test_areas_have_intervals_and_differences() -> None:
    right, wrong = [0.9, 0.8, 0.7, 0.6] * 6, [0.65, 0.3, 0.2, 0.1] * 6
    one = estimate_auc(right, wrong)
    assert one.low < one.mean < one.high <= 1
    assert one.mean == 15 / 16
    drop = difference_auc(([0.5] * 24, [0.5] * 24), (right, wrong))
    assert (drop.now, drop.then, drop.p_worse < 0.01) == (0.5, 15 / 16, True)
    assert difference_auc((right, wrong), (right, wrong)).p_worse == 1


def test_a_real_drop_is_red_and_named() -> None:
    then = rows([1.0] * 60 + [0.5] * 40)
    now = rows([0.5] * 20 + [1.0] * 40 + [0.5] * 40)
    worse, line = against(now, then)
    assert worse
    assert line.startswith("Worse: MRR@10 fell from 0.800 to 0.700 (-0.100, 95% interval -0.1")
    assert "100 questions)" in line
    assert "\n" not in line


def test_the_same_figures_and_better_ones_are_fine() -> None:
    then = rows([0.5] * 60)
    assert against(then, then) == (False, "Fine: nothing got worse")
    worse, line = against(rows([1.0] * 20 + [0.5] * 40), then)
    assert not worse
    assert line == "Fine, and better in MRR@10 +0.167"


def test_one_unlucky_question_is_noise_and_six_are_not() -> None:
    """Among all the metrics that are watched, of which one drops on some of 100 questions."""
    same = {name: 1.0 for name in WATCHED if name != "auc"}

    def run(lost: int) -> tuple[Row, ...]:
        found = rows([0.0] * lost + [1.0] * (100 - lost))
        return tuple(replace(row, figures=same | dict(row.figures)) for row in found)

    for lost, wanted in ((1, False), (3, False), (5, False), (6, True), (10, True)):
        assert against(run(lost), run(0))[0] is wanted


def test_many_comparisons_are_judged_together() -> None:
    assert sure_of_a_drop([0.01, 0.04, 0.02], 0.05) == {0, 1, 2}  # .01 <= .05/3, .02 <= .05/2
    assert sure_of_a_drop([0.02, 0.02, 0.02], 0.05) == set()
    assert sure_of_a_drop([0.04, 0.01, 0.03], 0.05) == {1}  # .03 > .05/2, and nothing after it
    assert sure_of_a_drop([1 / 4001] + [1.0] * 999, 0.01) == {0}  # no resample can be surer
    assert sure_of_a_drop([], 0.05) == set()


def test_a_drop_that_is_sure_but_tiny_is_no_matter() -> None:
    then = rows([0.900] * 100)
    assert not against(rows([0.895] * 100), then)[0]
    assert against(rows([0.895] * 100), then, replace(FREE, smallest_drop=0.001))[0]


def test_a_handful_of_questions_needs_more_than_resampling() -> None:
    then = rows([1.0] * 8)
    assert not against(rows([0.0] * 4 + [1.0] * 4), then)[0]
    worse, line = against(rows([0.0] * 7 + [1.0]), then)
    assert worse
    assert "8 questions, few" in line


def test_noise_is_rarely_taken_for_a_drop() -> None:
    """A change that moves questions both ways alike, judged 200 times over all metrics."""
    generator = np.random.default_rng(7)
    names = tuple(name for name in WATCHED if name != "auc")
    limits = replace(FREE, watch=names)
    red = 0
    for _ in range(200):
        level = generator.random((150, len(names))) < 0.85
        flips = generator.random(level.shape) < 0.08
        drawn = generator.random(level.shape) < 0.85
        after = np.where(flips, drawn, level)
        then, now = (
            tuple(
                Row(question(f"q{n}", "?", "x"), (), "S",
                    figures=dict(zip(names, map(float, line), strict=True)))
                for n, line in enumerate(values)
            )
            for values in (level, after)
        )  # fmt: skip
        red += against(now, then, limits)[0]
    assert red <= 0.07 * 200  # one in twenty, and what 200 trials may be off


@pytest.mark.parametrize("metric", ["false_answer", "unsupported", "false_refusal"])
def test_more_of_what_is_bad_is_worse(metric: str) -> None:
    then, now = rows([0.0] * 60, metric), rows([1.0] * 12 + [0.0] * 48, metric)
    worse, line = against(now, then)
    assert worse
    assert "rose from 0.000 to 0.200" in line
    assert not against(then, now)[0]


def test_the_section_that_lost_most_is_named() -> None:
    then = rows([1.0] * 50, section="A") + tuple(
        replace(row, question=replace(row.question, id=f"b{row.question.id}"), section="B > C")
        for row in rows([1.0] * 10)
    )
    now = tuple(
        replace(row, figures={"mrr_10": 0.0}) if row.section == "B > C" else row for row in then
    )
    assert "most of it in B > C" in against(now, then)[1]


def test_one_language_alone_can_be_worse() -> None:
    def mixed(japanese: Sequence[float]) -> tuple[Row, ...]:
        return rows([1.0] * 200) + tuple(
            replace(row, question=replace(row.question, id=f"j{n}", language="ja"))
            for n, row in enumerate(rows(japanese))
        )

    verdict = judge(
        evaluation(mixed([0.0] * 8 + [1.0] * 22)),
        FREE,
        baseline_of(evaluation(mixed([1.0] * 30))),
    )
    assert [one.group for one in verdict.comparisons if one.worse] == ["all", "lang:ja"]
    assert "MRR@10 (ja) fell from 1.000 to 0.733" in verdict.findings[1]


def test_limits_are_kept_to_by_group() -> None:
    found = evaluation(rows([0.9] * 30))
    limits = replace(FREE, at_least={("mrr_10", "all"): 0.9, ("mrr_10", "lang:en"): 0.95})
    verdict = judge(found, limits)
    assert verdict.findings == ("MRR@10 (en) is 0.900, wanted at least 0.95, 30 questions",)
    assert any("no baseline to compare with" in note for note in verdict.notes)
    assert judge(found, replace(FREE, at_least={("mrr_10", "all"): 0.9})).line == (
        "Fine: every limit is kept"
    )


def test_a_limit_nothing_counts_for_is_said_and_few_is_said() -> None:
    limits = replace(
        FREE,
        at_least={("mrr_10", "lang:ja"): 0.5, ("auc", "all"): 0.5, ("mrr_10", "all"): 1.0},
    )
    verdict = judge(evaluation(rows([0.9] * 5)), limits)
    assert "MRR@10 (ja) has a limit, but no question counts for it" in verdict.notes
    assert "refusal AUC has a limit, but no question counts for it" in verdict.notes
    assert verdict.findings == ("MRR@10 is 0.900, wanted at least 1, few: 5 questions",)


def evaluated(
    pipeline: FakePipeline | None = None, questions: QuestionSet = QUESTIONS
) -> Evaluation:
    return evaluate_pipeline(pipeline or FakePipeline(), questions, embedding="e5", answerer="fake")


def test_a_section_that_left_the_index_is_red_without_any_statistics() -> None:
    less = FakePipeline(FakeIndex(chunks=[one for one in CHUNKS if one.path != ("Trees",)]))
    verdict = judge(evaluated(less), Thresholds(), baseline_of(evaluated()))
    assert verdict.worse
    assert "2 questions expect a place that stands in its source but in no passage" in verdict.line
    assert "(Trees: 2)" in verdict.line


def test_stale_questions_are_set_aside_said_and_limited() -> None:
    moved = {"nature.md": replace(SOURCES["nature.md"], text="# Birds\n- Robins lay blue eggs")}
    found = evaluated(FakePipeline(FakeIndex(CHUNKS[:1], moved)))
    assert [row.question.id for row in found.rows if row.stale] == ["swift", "oak", "icho"]
    assert found.summary.groups["all"].n == 2
    verdict = judge(found, Thresholds(), baseline_of(evaluated()))
    assert any("3 questions stale since the baseline" in note for note in verdict.notes)
    assert any("1 source changed, 0 new, 0 gone" in note for note in verdict.notes)
    assert "the share of questions whose place is gone from the corpus is 0.600" in verdict.line


def test_errors_are_red_and_no_baseline() -> None:
    found = evaluated(FakePipeline(broken_on="oak"))
    row = next(row for row in found.rows if row.question.id == "oak")
    assert (row.reason, row.details, row.figures["mrr_10"]) == (
        "error",
        ("the model is not reachable",),
        0,
    )
    assert "questions that ended in an error is 0.200" in judge(found, Thresholds()).line
    with pytest.raises(BaselineError, match=r"1 question ended in an error \(oak\)"):
        baseline_changes(found, None)


def test_other_models_questions_and_splits_are_marked() -> None:
    then = baseline_of(evaluated())
    mark = replace(then.fingerprint, embedding="other", answerer="gpt", split="dev")
    asked = replace(QUESTIONS.questions[1], text="And where does the swift sleep?")
    added = replace(asked, id="new")
    now = evaluated(questions=QuestionSet((QUESTIONS.questions[0], asked, added)))
    notes = "\n".join(judge(now, FREE, replace(then, fingerprint=mark)).notes)
    assert "the baseline has embedding 'other', this run 'e5'" in notes
    assert "the baseline has answerer 'gpt', this run 'fake'" in notes
    assert "the baseline has split 'dev', this run 'all'" in notes
    assert "1 question new, not compared: new" in notes
    assert "1 question changed, not compared: swift" in notes
    assert "not asked now" not in notes  # the other split says so
    same = "\n".join(judge(now, FREE, then).notes)
    assert "3 questions not asked now, not compared: icho, oak, price" in same
    assert "few: only 1 question to compare" in notes


def test_a_baseline_of_another_corpus_or_other_questions_is_an_error() -> None:
    then = baseline_of(evaluated())
    elsewhere = replace(then.fingerprint, sources={"other.md": "x"})
    with pytest.raises(BaselineError, match=r"another corpus: none of its 1 sources .*other\.md"):
        judge(evaluated(), FREE, replace(then, fingerprint=elsewhere, path="b.json"))
    with pytest.raises(BaselineError, match="other questions: none of these 5"):
        judge(evaluated(), FREE, replace(then, questions={}, path="b.json"))


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "baseline.json"
    before = baseline_of(evaluated())
    save_baseline(before, path)
    after = load_baseline(path)
    assert replace(after, path="") == before
    lines = path.read_text(encoding="utf-8").split("\n")
    assert sum(line.startswith('    "') and '"digest"' in line for line in lines) == 5
    assert judge(evaluated(), FREE, after).line == "Fine: nothing got worse"


def test_the_same_run_makes_the_same_file_and_nothing_of_the_machine_is_in_it(
    tmp_path: Path,
) -> None:
    texts = []
    for name in ("first.json", "second.json"):
        later = replace(evaluated(), created=f"2026-01-0{len(texts) + 1}T00:00:00+00:00")
        save_baseline(baseline_of(later), tmp_path / name)
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    for private in ("2026-", "seconds", "created", str(tmp_path), "/"):
        assert private not in texts[0].replace("intfloat/", "")
    assert not re.search(r"\d\.\d{5}", texts[0])
    assert list(json.loads(texts[0])["questions"]) == ["eggs", "icho", "oak", "price", "swift"]


def test_hits_are_told_by_the_rank_and_come_back_as_they_were(tmp_path: Path) -> None:
    hits = {"hit_1": 0.0, "hit_3": 1.0, "hit_5": 1.0, "hit_10": 1.0}
    third = {**hits, "mrr_10": 1 / 3}
    asked_twice = {**hits, "hit_1": 0.5, "mrr_10": 2 / 3}  # once first, once third
    never = dict.fromkeys(third, 0.0)
    found = [replace(row, figures=one) for row, one in
             zip(rows([0] * 3), (third, asked_twice, never), strict=True)]  # fmt: skip
    save_baseline(baseline_of(evaluation(found)), tmp_path / "b.json")
    text = (tmp_path / "b.json").read_text(encoding="utf-8")
    assert "hit_3" not in text.partition('"questions"')[2]
    back = load_baseline(tmp_path / "b.json").questions
    for row in found:
        wanted = {name: round(value, 4) for name, value in row.figures.items()}
        assert dict(back[row.question.id].figures) == wanted


def test_the_last_bits_of_a_float_are_no_difference(tmp_path: Path) -> None:
    """Another processor adds up in another order: not even the strictest limits may see it."""
    strict = replace(FREE, smallest_drop=0.0, confidence=0.5)
    thirds = [1 / 3, 2 / 3, 1 / 7, 0.1 + 0.2] * 20
    save_baseline(baseline_of(evaluation(rows(thirds))), tmp_path / "b.json")
    then = load_baseline(tmp_path / "b.json")
    for shift in (0.0, -1e-7, 1e-7):
        now = evaluation(rows([value + shift for value in thirds]))
        assert judge(now, strict, then).line == "Fine: nothing got worse"
    assert judge(evaluation(rows([value - 1e-3 for value in thirds])), strict, then).worse


def test_confidences_in_another_order_by_their_last_bits_are_no_drop() -> None:
    def sure(shift: float) -> tuple[Row, ...]:
        yes = [replace(row, confidence=0.7 - shift) for row in rows([1.0] * 30)]
        no = [
            replace(row, confidence=0.7 + shift,
                    question=replace(row.question, id=f"n{n}", answerable=False))
            for n, row in enumerate(rows([0.0] * 30, "false_answer"))
        ]  # fmt: skip
        return (*yes, *no)

    assert not against(sure(1e-6), sure(-1e-6))[0]
    assert against(sure(0.01), sure(-0.01))[0]


def test_a_baseline_without_watched_figures_is_no_silent_pass() -> None:
    then = baseline_of(evaluated())
    bare = {name: replace(one, figures={}, confidence=None) for name, one in then.questions.items()}
    verdict = judge(evaluated(), FREE, replace(then, questions=bare, path="b.json"))
    assert "b.json: no figure that is watched is in it: nothing was compared" in verdict.notes
    assert verdict.line == "Fine: every limit is kept"


def test_answers_that_vary_are_called_flaky() -> None:
    class Moody(FakePipeline):
        """Refuses every other time it is asked about oaks."""

        def ask(self, question: str, *args: object, **more: object) -> Answer:  # type: ignore[override]
            found = super().ask(question, *args, **more)  # type: ignore[arg-type]
            return replace(found, refused=self.calls % 2 == 0) if "oak" in question else found

    once = evaluated(Moody())
    assert (
        judge(once, FREE).notes[0] == "asked once: `--repeat 3` tells which answers of a model vary"
    )
    found = evaluate_pipeline(Moody(), QUESTIONS, embedding="e5", answerer="fake", repeat=3)
    row = next(row for row in found.rows if row.question.id == "oak")
    assert set(row.outcomes) == {"", "false refusal"}
    assert (row.flaky, len(row.outcomes)) == (True, 3)
    assert row.figures["false_refusal"] == pytest.approx(row.outcomes.count("false refusal") / 3)
    assert [one.question.id for one in found.rows if one.flaky] == ["oak"]
    assert (
        "flaky: 1 of 5 questions came out differently when asked 3 times: oak"
        in judge(found, FREE).notes
    )
    extractive = replace(once, fingerprint=replace(once.fingerprint, answerer="extractive"))
    assert not any("asked once" in note for note in judge(extractive, FREE).notes)


def spoil(change: Callable[[dict[str, object]], object]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        data = json.loads(path.read_text(encoding="utf-8"))
        change(data)
        path.write_text(json.dumps(data), encoding="utf-8")

    return write


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: path.write_text('{\n"a": }', encoding="utf-8"), "baseline.json:2: not JSON"),
        (lambda path: path.write_text("[]", encoding="utf-8"), "not a baseline of format 1"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "cannot be read"),
        (spoil(lambda data: data.update(format=9)), "not a baseline of format 1"),
        (spoil(lambda data: data.pop("sources")), "not a whole baseline"),
        (spoil(lambda data: data.update(questions={"a": {}})), "not a whole baseline"),
        (spoil(lambda data: data.update(questions=[1])), "not a whole baseline"),
        (
            spoil(lambda data: data["questions"]["eggs"]["figures"].update(mrr_10=math.nan)),
            "nan is",
        ),
        (spoil(lambda data: data["questions"]["eggs"].update(confidence=math.inf)), "inf is no"),
        (lambda path: path.write_text("[" * 100_000, encoding="utf-8"), "cannot be read"),
    ],
)
def test_a_damaged_baseline_is_named(
    tmp_path: Path, break_it: Callable[[Path], object], says: str
) -> None:
    path = tmp_path / "baseline.json"
    save_baseline(baseline_of(evaluated()), path)
    break_it(path)
    with pytest.raises(BaselineError) as caught:
        load_baseline(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_update_says_what_it_changes() -> None:
    less = FakePipeline(FakeIndex(chunks=CHUNKS[:2]))
    fewer = QuestionSet(QUESTIONS.questions[1:])
    before = baseline_of(evaluated(questions=fewer))
    lines = baseline_changes(evaluated(less), before)
    assert "hit in 1,200: 1.000 -> 0.500" in lines
    assert "questions added: 1 (eggs)" in lines
    assert "wrong now: 2 (icho, oak)" in lines
    assert baseline_changes(evaluated(), baseline_of(evaluated())) == []
    assert baseline_changes(evaluated(), None)[-1] == "questions: 5 (new)"


def test_thresholds_from_toml_and_yaml(tmp_path: Path) -> None:
    toml = tmp_path / "pyproject.toml"
    toml.write_text(
        "[tool.shiori.evaluation]\nconfidence = 0.95\nwatch = ['mrr_10']\n"
        "[tool.shiori.evaluation.at_least]\nhit_1200 = { en = 0.95, ja = 0.9 }\nauc = 0.8\n"
        "[tool.shiori.evaluation.at_most]\nstale = 0\n",
        encoding="utf-8",
    )
    found = load_thresholds(None, tmp_path / "questions", tmp_path)
    assert found.at_least == {
        ("hit_1200", "lang:en"): 0.95,
        ("hit_1200", "lang:ja"): 0.9,
        ("auc", "all"): 0.8,
    }
    assert found.at_most["stale", "all"] == 0
    assert found.at_most["errors", "all"] == 0  # a default that stays
    assert (found.confidence, found.smallest_drop, found.watch) == (0.95, 0.01, ("mrr_10",))
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "thresholds.yaml").write_text(
        "at_least:\n  mrr_10: {'kind:list': 0.5}\n", encoding="utf-8"
    )
    beside = load_thresholds(None, folder, tmp_path)
    assert beside.at_least == {("mrr_10", "kind:list"): 0.5}
    assert beside.origin == str(folder / "thresholds.yaml")
    assert load_thresholds(toml, folder, tmp_path) == found
    assert load_thresholds(None, tmp_path / "elsewhere", tmp_path / "none") == Thresholds()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("at_last: {mrr_10: 0.5}", "unknown key 'at_last' (did you mean 'at_least'?)"),
        ("at_least: {mrr: 0.5}", "unknown metric 'mrr' (did you mean 'mrr_10'?)"),
        ("at_least: {stale: 0.5}", "unknown metric 'stale'"),
        ("at_least: {mrr_10: high}", "at_least.mrr_10.all: 'high' is not a number"),
        ("at_least: {mrr_10: true}", "is not a number"),
        ("at_least: {mrr_10: 95}", "at_least.mrr_10.all: 95 is not a number from 0 to 1"),
        ("at_least: {mrr_10: {fr: 0.5}}", "group 'fr' is none of"),
        ("at_least: [mrr_10]", "at_least: expected metrics and numbers"),
        ("watch: mrr_10", "watch: expected a list"),
        ("watch: [mrr]", "unknown metric 'mrr'"),
        ("confidence: 95", "confidence: 95 is not a number"),
        ("- a", "expected keys and values"),
        ("a: [", "not YAML"),
        ("at_least: {mrr_10: .nan}", "is not a number from 0 to 1"),
        ("[" * 5000, "more than 12 levels"),
    ],
)
def test_wrong_thresholds_are_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "thresholds.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError) as caught:
        load_thresholds(path, tmp_path, tmp_path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_named_thresholds_file_must_hold_some(tmp_path: Path) -> None:
    empty = tmp_path / "pyproject.toml"
    empty.write_text("[tool.other]\n", encoding="utf-8")
    with pytest.raises(BaselineError, match="no table"):
        load_thresholds(empty, tmp_path, tmp_path)
    with pytest.raises(BaselineError, match="cannot be read"):
        load_thresholds(tmp_path / "none.yaml", tmp_path, tmp_path)
    empty.write_text("tool = 1\n", encoding="utf-8")
    with pytest.raises(BaselineError, match="no table"):
        load_thresholds(empty, tmp_path, tmp_path)
    empty.write_text("[tool", encoding="utf-8")
    with pytest.raises(BaselineError, match="not TOML"):
        load_thresholds(empty, tmp_path, tmp_path)


def test_a_baseline_keeps_what_the_auc_needs() -> None:
    found: Baseline = baseline_of(evaluated())
    assert found.questions["price"].confidence is not None
    assert found.questions["eggs"].confidence is not None
    assert found.means["all"]["auc"] == 1
