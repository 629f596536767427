"""From the pipeline to rows with a reason, and from rows to reports."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from evaluation_fakes import CHUNKS, QUESTIONS, FakeIndex, FakePipeline, question
from lxml import etree

from rag.errors import DiskFull, QuestionFileError, ShioriError
from rag.evaluation.dataset.question import Question, QuestionSet
from rag.evaluation.evaluation import Evaluation
from rag.evaluation.outcome import Row, first_rank
from rag.evaluation.regression.baseline import baseline_of
from rag.evaluation.regression.thresholds import Thresholds
from rag.evaluation.regression.verdict import Verdict, judge
from rag.evaluation.reports.data import report_data
from rag.evaluation.reports.files import json_report, junit_report, markdown_report
from rag.evaluation.reports.history import append_history, read_history
from rag.evaluation.reports.html import html_report
from rag.evaluation.reports.text import figures_table
from rag.evaluation.runner import run
from rag.evaluation.service import evaluate_pipeline, write_reports
from rag.types import Answer, Citation, Turn

EVIL = "<script>alert('&\"')</script> | `x` \x01 ]]>"


class Answering(FakePipeline):
    """Answers as a test says."""

    def __init__(self, **change: object) -> None:
        super().__init__()
        self.change = change

    def ask(self, *args: object, **more: object) -> Answer:  # type: ignore[override]
        return replace(super().ask(*args, **more), **self.change)  # type: ignore[arg-type]


def evaluated(
    pipeline: FakePipeline | None = None, questions: QuestionSet = QUESTIONS
) -> tuple[Evaluation, Verdict]:
    found = evaluate_pipeline(
        pipeline or FakePipeline(), questions, embedding="e5", answerer="fake"
    )
    return found, judge(found, Thresholds())


def reason(pipeline: FakePipeline, one: Question) -> str:
    return run(pipeline, [one])[0].reason


EGGS = question("eggs", "Which eggs do robins lay?", "Robins lay blue eggs")
WRONG = Citation(1, CHUNKS[3], "The ginkgo has fan-shaped leaves", True, CHUNKS[3].locator)


def test_every_cause_has_its_reason() -> None:
    fine = FakePipeline()
    assert reason(fine, EGGS) == ""
    assert reason(fine, replace(EGGS, expect=(replace(EGGS.expect[0], quote="gone"),))) == "stale"
    assert reason(FakePipeline(broken_on="robins"), EGGS) == "error"
    fillers = [
        replace(CHUNKS[2], id=f"f{n}", text=f"- which eggs {n} do robins?") for n in range(12)
    ]
    buried = FakePipeline(FakeIndex(chunks=[*fillers, CHUNKS[0]]))
    assert reason(buried, replace(EGGS, text="which eggs do robins?")) == "not retrieved"
    long = [replace(CHUNKS[2], id="f", text="Which eggs do robins lay? " * 50), CHUNKS[0]]
    assert reason(FakePipeline(FakeIndex(chunks=long)), EGGS) == "retrieved below budget"
    assert reason(FakePipeline(least=2), EGGS) == "false refusal"
    assert reason(FakePipeline(least=0), question("p", "How much per kWh?")) == "false answer"
    assert reason(Answering(citations=(WRONG,)), EGGS) == "not cited"
    assert reason(fine, replace(EGGS, facts=(("green",),))) == "fact missing"
    shifted = replace(WRONG, chunk=CHUNKS[0])
    assert reason(Answering(citations=(shifted,)), EGGS) == "quote not in source"
    assert reason(Answering(language="ja"), EGGS) == "wrong language"
    assert reason(fine, question("p", "How much per kWh?")) == ""


def test_a_row_tells_what_is_missing() -> None:
    row = run(FakePipeline(), [replace(EGGS, facts=(("blue",), ("green", "verdant")))])[0]
    assert row.details == ("not said: green / verdant",)
    assert row.figures["fact_coverage"] == 0.5
    assert (first_rank(row), row.section) == (1, "Birds")
    assert set(row.seconds) == {"answer"}
    assert run(Answering(seconds={"search": 0.5}), [EGGS])[0].seconds["search"] == 0.5


def test_follow_ups_are_searched_by_what_the_answer_understood() -> None:
    one = replace(EGGS, text="And they?", history=(Turn("Robins?", "Birds."),), kind="follow-up")
    understood = Answering(standalone="Which eggs do robins lay?")
    row = run(understood, [one])[0]
    assert row.figures["hit_1"] == 1
    assert run(FakePipeline(), [one])[0].figures["hit_1"] == 0


def test_an_empty_index_is_an_error_and_other_errors_go_through() -> None:
    with pytest.raises(ShioriError, match=r"holds no passages.*python -m ingest"):
        run(FakePipeline(FakeIndex(chunks=())), [EGGS])

    class Broken(FakePipeline):
        def ask(self, *args: object, **more: object) -> Answer:  # type: ignore[override]
            raise DiskFull("full")

    with pytest.raises(DiskFull):
        run(Broken(), [EGGS])


def test_a_split_without_answerable_questions_is_an_error() -> None:
    with pytest.raises(QuestionFileError, match="split 'test' holds no answerable question"):
        evaluate_pipeline(FakePipeline(), QUESTIONS, embedding="e", answerer="f", split="test")


def test_the_same_run_twice_has_the_same_figures() -> None:
    first, second = (report_data(*evaluated()) for _ in range(2))
    for data in (first, second):
        data.pop("created")
        data["summary"].pop("seconds")
        for row in data["questions"]:
            row.pop("seconds")
    assert first == second


def test_figures_by_language_and_section() -> None:
    summary = evaluated()[0].summary
    assert list(summary.groups) == [
        "all", "lang:en", "lang:ja", "kind:fact", "split:dev", "section:Birds", "section:Trees",
    ]  # fmt: skip
    assert summary.groups["section:Birds"].n == 2
    assert summary.mean("hit_1", "lang:ja") == 1
    assert summary.mean("false_answer") == 0
    assert summary.mean("auc") == 1
    assert summary.mean("hit_1", "lang:xx") is None


def test_reports_are_written_and_kept_in_the_history(tmp_path: Path) -> None:
    assert not (tmp_path / "reports").exists()
    found, verdict = evaluated()
    reports = write_reports(found, verdict, tmp_path)
    assert reports.html == tmp_path / "reports" / "latest" / "report.html"
    assert reports.html.is_file()
    write_reports(found, verdict, tmp_path, tmp_path / "other")
    data = json.loads((tmp_path / "other" / "report.json").read_text(encoding="utf-8"))
    assert data["verdict"]["line"] == verdict.line
    assert [row["id"] for row in data["questions"]] == ["eggs", "swift", "oak", "icho", "price"]
    runs = read_history(tmp_path / "reports")
    assert len(runs) == 2
    assert runs[0]["means"]["hit_1"] == 1


def test_a_damaged_history_line_is_left_out(tmp_path: Path) -> None:
    append_history(tmp_path, report_data(*evaluated()))
    with (tmp_path / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"created": "x"}\n[1]\n{"means": {"hit_1')
    with (tmp_path / "history.jsonl").open("ab") as raw:
        raw.write(b"\n\xff\xfe\n")
    assert len(read_history(tmp_path)) == 1
    assert read_history(tmp_path / "none") == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DiskFull, match="cannot be written"):
        write_reports(*evaluated(), tmp_path / "data", tmp_path / "file" / "sub")
    with pytest.raises(DiskFull, match="cannot be written"):
        append_history(tmp_path / "file" / "sub", report_data(*evaluated()))


def hostile() -> dict[str, object]:
    """A report in which every text is an attack."""
    one = replace(
        EGGS,
        text=f"Which eggs do robins lay? {EVIL}",
        note=EVIL,
        tags=(EVIL,),
        facts=((f"{EVIL} gone",),),
    )
    evil = replace(CHUNKS[0], path=(EVIL,), text=f"{CHUNKS[0].text} {EVIL}")
    pipeline = Answering(text=f"Robins {EVIL} [1]", notice=EVIL, standalone=EVIL)
    pipeline.view = FakeIndex(chunks=[evil, *CHUNKS[1:]])
    found, _ = evaluated(pipeline, QuestionSet((one, *QUESTIONS.questions[1:])))
    return report_data(found, Verdict((EVIL,), (EVIL,)))


JUNIT = etree.XMLSchema(etree.fromstring((Path(__file__).parent / "junit.xsd").read_bytes()))


def suite_of(text: str) -> ElementTree.Element:
    """The only suite of a report that keeps to the schema."""
    JUNIT.assertValid(etree.fromstring(text.encode()))
    found = ElementTree.fromstring(text).find("testsuite")
    assert found is not None
    return found


def test_junit_holds_the_verdict_and_every_question() -> None:
    found, _ = evaluated(FakePipeline(least=2))
    limits = Thresholds(at_most={("false_refusal", "all"): 0.5})
    verdict = judge(found, limits, baseline_of(evaluated()[0]))
    suite = suite_of(junit_report(report_data(found, verdict)))
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("6", "1", "4")
    failure = suite.find("testcase[@name='verdict']/failure")
    assert failure is not None
    assert failure.get("message") == verdict.line
    skipped = [case.find("skipped") for case in suite.findall("testcase")]
    assert [one.get("message") for one in skipped if one is not None] == ["false refusal"] * 4
    good = suite_of(junit_report(report_data(*evaluated())))
    assert (good.get("failures"), len(good.findall("testcase"))) == ("0", 6)
    assert good.findall(".//failure") == []


def test_machine_reports_survive_hostile_text() -> None:
    data = hostile()
    assert json.loads(json_report(data))["questions"][0]["note"] == EVIL
    suite = suite_of(junit_report(data))
    names = [case.get("name") or "" for case in suite.findall("testcase")]
    assert any("<script>" in name for name in names)
    markdown = markdown_report(data)
    assert "<script>" not in markdown
    table = [line for line in markdown.split("\n") if "eggs do robins" in line]
    assert table
    assert all(line.replace("\\|", "").count("|") == 4 for line in table)


def test_markdown_has_the_verdict_the_change_and_what_failed() -> None:
    less = FakePipeline(FakeIndex(chunks=CHUNKS[:2]))
    found, _ = evaluated(less)
    text = markdown_report(
        report_data(found, judge(found, Thresholds(), baseline_of(evaluated()[0])))
    )
    assert text.startswith("## ❌ Worse: 2 questions expect a place")
    assert "| hit in 1,200 | 0.500 [0.00, 1.00] few (-0.500) |" in text
    assert "| When does an oak drop acorns? | en | not retrieved |" in text
    called = replace(found, rows=(replace(found.rows[0], reason="error",
                     question=replace(EGGS, text="@team eggs?")), *found.rows[1:]))  # fmt: skip
    told = markdown_report(report_data(called, Verdict((), ())))
    assert "eggs?" in told
    assert "@team" not in told  # nobody is called by a comment
    assert markdown_report(report_data(*evaluated())).startswith("## ✅ Fine: every limit is kept")


def test_the_terminal_table_has_a_column_a_language() -> None:
    found, verdict = evaluated()
    lines = figures_table(found.summary, verdict)
    assert lines[0].split() == ["all", "(5)", "en", "(4)", "ja", "(1)"]
    assert any(line.startswith("fact coverage") and "1.000" in line for line in lines)
    assert "median" in lines[-1]


def test_the_page_escapes_everything_and_names_nothing_outside() -> None:
    data = hostile()
    page = html_report(data, [])
    assert page.count("<script>") == 1  # its own
    assert "alert('" not in page
    assert "&lt;script&gt;alert(&#x27;&amp;&quot;&#x27;)" in page
    for outside in ("http://", "https://", "//cdn", "@import", "url(", " src="):
        assert outside not in page.replace(EVIL, "")


def test_the_page_stands_without_history_or_unanswerable_questions() -> None:
    some = QuestionSet(tuple(one for one in QUESTIONS.questions if one.answerable))
    found, verdict = evaluated(questions=some)
    page = html_report(report_data(found, verdict), [])
    assert "Refusing" not in page
    assert "Where the first expected place is" in page


def test_rows_of_stale_questions_are_shown_as_such() -> None:
    gone = replace(EGGS, id="gone", expect=(replace(EGGS.expect[0], quote="Robins lay red eggs"),))
    found, verdict = evaluated(questions=QuestionSet((EGGS, gone)))
    rows: tuple[Row, ...] = found.rows
    assert rows[1].stale
    page = html_report(report_data(found, verdict), [])
    assert "nearest: “Robins lay blue eggs”" in page
    assert "Not asked." in page
