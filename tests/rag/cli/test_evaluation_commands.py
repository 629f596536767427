"""`python -m rag evaluate` and `python -m rag questions`, with a pipeline that has no models."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from evaluation_fakes import CHUNKS, SOURCES, FakeIndex, FakePipeline, write
from typer.testing import CliRunner

from rag.cli.main import app
from rag.evaluation.dataset.questions import load_questions
from rag.storage.feedback import Feedback, add_feedback

QUESTIONS = """\
questions:
  - id: eggs
    question: "Which eggs do robins lay?"
    lang: en
    expect: [{quote: "Robins lay blue eggs"}]
    facts: [["blue"]]
  - id: swift
    question: "Where does the swift sleep?"
    lang: en
    split: test
    expect: [{quote: "The swift sleeps while it flies"}]
  - id: icho
    question: "銀杏は秋に何色になる？"
    lang: ja
    expect: [{quote: "銀杏は秋に黄色くなる"}]
  - id: price
    question: "How much per kWh?"
    lang: en
    answerable: false
"""


class Commands:
    """A corpus, a data folder and the command line over them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.corpus, self.data = folder / "corpus", folder / "data"
        self.questions = self.corpus / "questions"
        self.baseline = self.questions / "baseline.json"
        self.pipeline = FakePipeline()
        monkeypatch.chdir(folder)  # away from the project's own pyproject.toml
        for module in ("evaluate", "question_acceptance", "question_check", "questions"):
            monkeypatch.setattr(f"rag.cli.{module}.open_pipeline", lambda _: self.pipeline)
        write(self.questions, QUESTIONS)

    def __call__(self, *arguments: str, typed: str | None = None) -> Result:
        where = ["--corpus", str(self.corpus), "--data", str(self.data)]
        found = CliRunner().invoke(app, [*arguments, *where], input=typed)
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found

    def lose(self, *ids: str) -> None:
        """Take passages out of the index."""
        kept = [one for one in CHUNKS if one.id not in ids]
        self.pipeline = FakePipeline(FakeIndex(chunks=kept))

    def limit(self, text: str) -> None:
        write(self.questions, text, "thresholds.yaml")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    return Commands(tmp_path, monkeypatch)


def test_fine_is_zero_with_figures_and_a_report(cli: Commands) -> None:
    found = cli("evaluate")
    assert found.exit_code == 0, found.output
    assert "hit in 1,200            1.000" in found.stdout
    assert found.stdout.rstrip().endswith("Fine: every limit is kept")
    assert "no baseline to compare with" in found.stdout
    assert "4 answers came from fake, not from extractive" in found.stdout
    assert (cli.data / "reports" / "latest" / "report.html").is_file()


def test_worse_is_one_and_the_last_line_says_what(cli: Commands) -> None:
    assert cli("evaluate", "--update-baseline").exit_code == 0
    cli.lose("c4")
    found = cli("evaluate")
    assert found.exit_code == 1
    last = found.stdout.rstrip().split("\n")[-1]
    assert last.startswith("Worse: 1 question expects a place that stands in its source but in no")


def test_a_missed_limit_is_one(cli: Commands) -> None:
    cli.limit("at_least: {recall_10: {ja: 0.9}}\nat_most: {unindexed: 1}\n")
    assert cli("evaluate").exit_code == 0
    cli.lose("c4")
    found = cli("evaluate")
    assert found.exit_code == 1
    assert "Worse: recall@10 (ja) is 0.000, wanted at least 0.9, few: 1 question" in found.stdout


def test_json_is_one_object(cli: Commands) -> None:
    cli("evaluate", "--update-baseline")
    cli.lose("c4")
    found = cli("evaluate", "--json")
    assert found.exit_code == 1
    data = json.loads(found.stdout)
    assert data["verdict"]["worse"] is True
    assert data["summary"]["groups"]["lang:ja"]["figures"]["hit_1"]["mean"] == 0
    assert (data["embedding"], data["answerer"], data["split"]) == ("e5", "extractive", "all")


def test_splits_and_other_files(cli: Commands, tmp_path: Path) -> None:
    data = json.loads(cli("evaluate", "--split", "test", "--json").stdout)
    assert data["summary"]["groups"]["all"]["n"] == 1
    alone = write(tmp_path, QUESTIONS.replace("id: eggs", "id: eggs-2"), "alone.yaml")
    target = tmp_path / "out"
    found = cli("evaluate", "--questions", str(alone), "--report", str(target), "--json")
    assert json.loads(found.stdout)["report"] == str(target / "report.html")
    assert {path.name for path in target.iterdir()} == {
        "report.html", "report.json", "junit.xml", "summary.md",
    }  # fmt: skip


def test_an_update_shows_what_it_changes_and_is_then_compared_with(cli: Commands) -> None:
    first = cli("evaluate", "--update-baseline")
    assert "questions: 4 (new)" in first.stdout
    assert "no baseline" not in first.stdout
    assert f"{cli.baseline} now holds this run" in first.stdout
    cli.lose("c4")
    cli.limit("at_most: {unindexed: 1}\n")
    second = cli("evaluate", "--update-baseline")
    assert second.exit_code == 0
    assert "hit@1: 1.000 -> 0.667" in second.stdout
    assert "wrong now: 1 (icho)" in second.stdout
    assert cli("evaluate").exit_code == 0


def test_a_baseline_elsewhere_must_be_there_and_be_of_this_corpus(
    cli: Commands, tmp_path: Path
) -> None:
    missing = cli("evaluate", "--baseline", str(tmp_path / "none.json"))
    assert missing.exit_code == 2
    assert "no baseline there; --update-baseline makes one" in missing.stderr
    assert cli.pipeline.calls == 0  # said before anything is asked
    elsewhere = tmp_path / "b.json"
    cli("evaluate", "--update-baseline", "--baseline", str(elsewhere))
    other = {"other.md": replace(SOURCES["nature.md"], id="other.md")}
    moved = [replace(one, source="other.md") for one in CHUNKS]
    cli.pipeline = FakePipeline(FakeIndex(moved, other))
    found = cli("evaluate", "--baseline", str(elsewhere))
    assert found.exit_code == 2
    assert "a baseline of another corpus" in found.stderr
    renewed = cli("evaluate", "--update-baseline", "--baseline", str(elsewhere))
    assert renewed.exit_code == 0
    assert cli("evaluate", "--baseline", str(elsewhere)).exit_code == 0


def test_a_damaged_baseline_is_wrong_usage_until_it_is_renewed(cli: Commands) -> None:
    cli.baseline.write_text("{", encoding="utf-8")
    found = cli("evaluate")
    assert (found.exit_code, "baseline.json:1: not JSON" in found.stderr) == (2, True)
    assert cli("evaluate", "--update-baseline").exit_code == 0
    assert cli("evaluate").exit_code == 0


def test_a_run_with_errors_is_not_made_the_baseline(cli: Commands) -> None:
    cli.pipeline = FakePipeline(broken_on="swift")
    found = cli("evaluate", "--update-baseline")
    assert found.exit_code == 2
    assert "1 question ended in an error (swift)" in found.stderr
    assert not cli.baseline.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (QUESTIONS.replace("expect:", "expcet:", 1), "set.yaml:5: unknown key 'expcet'"),
        (QUESTIONS.replace("id: swift", "id: eggs"), "id 'eggs' is taken"),
        ("questions: []\n", "holds no questions"),
        (
            "questions:\n  - {id: a, question: Q, lang: en, answerable: no}\n",
            "no answerable question at all",
        ),
    ],
)
def test_wrong_questions_are_wrong_usage(cli: Commands, text: str, says: str) -> None:
    write(cli.questions, text)
    for command in (["evaluate"], ["questions", "check"]):
        found = cli(*command)
        assert found.exit_code == 2
        assert says in found.stderr
        assert cli.pipeline.calls == 0


def test_an_empty_index_is_an_error(cli: Commands) -> None:
    cli.pipeline = FakePipeline(FakeIndex(chunks=(), sources={}))
    found = cli("evaluate")
    assert found.exit_code == 1
    assert "the index holds no passages" in found.stderr


def test_expectations_that_stand_nowhere_are_marked_and_red(cli: Commands) -> None:
    write(cli.questions, QUESTIONS.replace("Robins lay blue eggs", "Robins lay green eggs"))
    found = cli("evaluate")
    assert found.exit_code == 1
    assert (
        "set.yaml:2: “Robins lay green eggs” stands nowhere in the corpus; nearest:" in found.stdout
    )
    assert "questions whose place is gone from the corpus is 0.250" in found.stdout
    checked = cli("questions", "check")
    assert checked.exit_code == 1
    assert "set.yaml:5: eggs: “Robins lay green eggs” stands nowhere" in checked.stdout
    assert "“Robins lay blue eggs”" in checked.stdout
    as_json = json.loads(cli("questions", "check", "--json").stdout)
    assert (as_json["stale"], as_json["places"][0]["nearest"]) == (1, "Robins lay blue eggs")


def test_checking_says_what_there_is(cli: Commands) -> None:
    found = cli("questions", "check")
    assert found.exit_code == 0
    assert "4 questions, 0 drafts" in found.stdout
    assert "by language: en 3, ja 1" in found.stdout
    cli.lose("c4")
    assert cli("questions", "check").exit_code == 1


def test_a_quote_that_stands_twice_is_told_and_no_error(cli: Commands) -> None:
    write(cli.questions, QUESTIONS.replace("Robins lay blue eggs", "i"))
    found = cli("questions", "check")
    assert found.exit_code == 0
    assert "set.yaml:5: eggs: “i” stands in" in found.stdout
    assert "0 stale, 0 places to look at" in found.stdout


def drafts_of(cli: Commands) -> list[dict[str, object]]:
    text = (cli.questions / "drafts.yaml").read_text(encoding="utf-8")
    found: list[dict[str, object]] = yaml.safe_load(text)["questions"]
    return found


def test_adding_a_question_with_passages_that_were_retrieved(cli: Commands) -> None:
    found = cli(
        "questions", "add", "What do oaks drop in autumn?", "--pick", "1", "--fact", "acorns"
    )
    assert found.exit_code == 0, found.output
    assert "not counted until the mark is out" in found.stdout
    one = drafts_of(cli)[0]
    assert one["expect"] == [{"quote": "An oak drops acorns in autumn", "source": "nature.md"}]
    assert (one["facts"], one["draft"]) == ([["acorns"]], True)
    again = cli("questions", "add", "What do oaks drop in autumn?", "--pick", "1")
    assert "already there" in again.stdout
    assert len(load_questions(cli.questions).drafts) == 1
    assert json.loads(cli("evaluate", "--json").stdout)["drafts"] == 1


def test_adding_asks_which_passage_it_is(cli: Commands) -> None:
    found = cli("questions", "add", "What do oaks drop in autumn?", typed="1\n")
    assert found.exit_code == 0
    assert "An oak drops acorns" in found.stderr
    assert drafts_of(cli)[0]["expect"]


def test_adding_by_quote_by_source_and_as_unanswerable(cli: Commands) -> None:
    cli("questions", "add", "A?", "--quote", "Robins lay", "--lang", "ja")
    cli("questions", "add", "B?", "--source", "https://example.org/b")
    cli("questions", "add", "C?", "--unanswerable", "--json")
    first, second, third = drafts_of(cli)
    assert (first["expect"], first["lang"]) == ([{"quote": "Robins lay"}], "ja")
    assert second["expect"] == [{"source": "https://example.org/b"}]
    assert (third["answerable"], "expect" in third) == (False, False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["Q?", "--unanswerable", "--pick", "1"], "--unanswerable goes with no"),
        (["--pick", "1"], "name the question"),
        (["Q?", "--pick", "one"], "'one' is no list of ranks"),
        (["Q?", "--pick", "99"], "no passage 99"),
        ([], "no reader has marked an answer"),
    ],
)
def test_adding_wrongly_is_wrong_usage(cli: Commands, arguments: list[str], says: str) -> None:
    found = cli("questions", "add", *arguments)
    assert found.exit_code == 2
    assert says in found.stderr
    assert not (cli.questions / "drafts.yaml").exists()


def test_what_readers_disliked_becomes_drafts_once(cli: Commands) -> None:
    for number, (asked, verdict) in enumerate(
        [("Where do swifts land?", "down"), ("Which eggs do robins lay?", "up")]
    ):
        answer = cli.pipeline.ask(asked)
        time = "2026-02-03T04:05:06Z"
        add_feedback(cli.data, Feedback(str(number), verdict, time, answer))
    assert cli("questions", "add").exit_code == 0
    assert [one["question"] for one in drafts_of(cli)] == ["Where do swifts land?"]
    assert "already there" in cli("questions", "add").stdout
    # accepted under another id, it does not come back
    path = cli.questions / "drafts.yaml"
    text = path.read_text(encoding="utf-8").replace(str(drafts_of(cli)[0]["id"]), "swift-lands")
    path.write_text(text.replace("    draft: true\n", ""), encoding="utf-8")
    assert "already there: swift-lands" in cli("questions", "add").stdout


def test_a_draft_is_accepted_by_its_id_when_its_place_stands(cli: Commands) -> None:
    cli("questions", "add", "What do oaks drop?", "--quote", "An oak drops acorns")
    cli("questions", "add", "And what else?", "--quote", "An oak drops its leaves")
    right, wrong = (str(one["id"]) for one in drafts_of(cli))
    stale = cli("questions", "accept", right, wrong)
    assert stale.exit_code == 1
    assert "“An oak drops its leaves” stands nowhere in the corpus; nearest:" in stale.stderr
    assert len(load_questions(cli.questions).drafts) == 2
    unknown = cli("questions", "accept", "nobody")
    assert (unknown.exit_code, "there is no draft 'nobody'" in unknown.stderr) == (2, True)
    done = cli("questions", "accept", right)
    assert done.exit_code == 0
    assert f"accepted {right}: What do oaks drop?" in done.stdout
    counted = json.loads(cli("evaluate", "--json").stdout)
    assert (counted["drafts"], counted["summary"]["groups"]["all"]["n"]) == (1, 5)
    again = cli("questions", "accept", right, "--json")
    assert (again.exit_code, again.stdout) == (2, "")


def test_suggestions_by_template(cli: Commands) -> None:
    write(cli.questions, QUESTIONS.split("  - id: icho")[0])
    dry = cli("questions", "suggest", "--dry-run")
    assert "What is said about Trees?" in dry.stdout or "Trees" in dry.stdout
    assert not (cli.questions / "drafts.yaml").exists()
    assert cli("questions", "suggest", "--lang", "en").exit_code == 0
    assert [one["question"] for one in drafts_of(cli)] == ["What is said about Trees?"]
    assert "every part of the corpus has a question" in cli("questions", "suggest").stderr


def test_suggestions_start_a_set_where_there_is_none(cli: Commands) -> None:
    (cli.questions / "set.yaml").unlink()
    assert cli("questions", "suggest", "--limit", "1").exit_code == 0
    assert len(drafts_of(cli)) == 1
    found = cli("evaluate")
    assert (found.exit_code, "only 1 drafts" in found.stderr) == (2, True)


def test_an_unknown_model_is_named(cli: Commands) -> None:
    found = cli("questions", "suggest", "--llm", "nobody:x")
    assert found.exit_code == 1
    assert "nobody:x" in found.stderr
