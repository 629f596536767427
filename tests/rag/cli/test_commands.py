"""`python -m rag` as other programs call it: shapes, order, exit codes, and a clean stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from rag.cli.main import app
from rag.pipeline import Pipeline
from rag.settings import Settings, env_example
from rag.text.quotes import locate_quote

ROOT = Path(__file__).resolve().parents[3]
NOTE = "reinvent-2023.md"
ENGLISH, JAPANESE = "What changed for CloudFormation?", "CloudFormationは何が変わった？"
UNKNOWN = "Who painted the ceiling of the Sistine Chapel?"
HIT = {"rank", "score", "chunk_id", "text", "path", "title", "kind", "source", "locator", "url"}
CITATION = {"number", "chunk_id", "quote", "verified", "path", "source", "locator", "url"}
ANSWER = {"question", "language", "answer", "refused", "citations", "hits", "model", "seconds"}

Run = Callable[..., Result]


@pytest.fixture
def run(
    shipped_index: Settings, shipped_pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """The command line over the shipped notes, in this process, whose index is opened once."""
    monkeypatch.setattr("rag.cli.main.Pipeline", lambda settings: shipped_pipeline)

    def called(*arguments: str, typed: str | bytes | None = None) -> Result:
        done = CliRunner().invoke(app, [*arguments, "--data", str(shipped_index.data_dir)], typed)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return called


def rows(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_hits(hits: list[dict[str, Any]], most: int) -> None:
    assert 0 < len(hits) <= most
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for hit in hits:
        assert hit.keys() >= HIT
        assert (hit["kind"], hit["source"], hit["url"]) == ("note", NOTE, "")
        assert hit["locator"]["start_line"] <= hit["locator"]["end_line"]
        assert all(isinstance(step, str) for step in hit["path"])


def test_search_prints_one_object_with_hits_in_order(run: Run) -> None:
    done = run("search", JAPANESE, "-k", "4", "--json")
    assert done.exit_code == 0
    (found,) = rows(done)
    assert found["question"] == JAPANESE
    check_hits(found["hits"], 4)
    assert "CloudFormation" in found["hits"][0]["text"]


def test_search_for_people_names_the_line(run: Run) -> None:
    done = run("search", JAPANESE, "-k", "1")
    assert done.exit_code == 0
    (hit,) = rows(run("search", JAPANESE, "-k", "1", "--json"))[0]["hits"]
    assert done.stdout.startswith(f"1. {' > '.join(hit['path'])}\n   {NOTE}:")
    assert hit["text"] in done.stdout


@pytest.mark.parametrize(("question", "language"), [(ENGLISH, "en"), (JAPANESE, "ja")])
def test_ask_prints_an_answer_whose_quotes_stand_at_their_lines(
    run: Run, question: str, language: str
) -> None:
    done = run("ask", question, "--json")
    assert done.exit_code == 0
    (found,) = rows(done)
    assert found.keys() >= ANSWER
    assert (found["question"], found["language"], found["refused"]) == (question, language, False)
    assert found["model"] == "extractive"
    assert found["seconds"]["total"] > 0
    check_hits(found["hits"], 10)
    assert found["citations"]
    note = (ROOT / "corpus" / "notes" / NOTE).read_text(encoding="utf-8")
    for number, citation in enumerate(found["citations"], 1):
        assert citation.keys() >= CITATION
        assert citation["number"] == number
        assert citation["verified"] is True
        assert f"[{number}]" in found["answer"]
        lines = locate_quote(citation["quote"], note)
        assert lines is not None
        assert citation["locator"]["start_line"] <= lines[0]


def test_ask_refuses_what_the_notes_do_not_say(run: Run) -> None:
    done = run("ask", UNKNOWN, "--json")
    assert done.exit_code == 0
    (found,) = rows(done)
    assert found["refused"] is True
    assert found["citations"] == []
    assert found["answer"]


def test_ask_for_people_lists_the_places_below(run: Run) -> None:
    done = run("ask", ENGLISH)
    assert done.exit_code == 0
    assert f"\n[1] {NOTE}:" in done.stdout


BATCH = [
    {"id": "b", "question": JAPANESE},
    {"id": {"any": ["thing", None]}, "question": UNKNOWN, "more": 1},
    {"question": ENGLISH},
    {"id": "a", "question": ENGLISH},
    {
        "id": 0,
        "question": "And which Git hosts?",
        "history": [{"question": ENGLISH, "answer": "CloudFormation syncs with Git."}],
    },
]


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize("way", ["file", "-"])
def test_batch_answers_line_for_line_with_the_id(
    run: Run, tmp_path: Path, command: str, way: str
) -> None:
    text = "\ufeff" + "\n\n".join(json.dumps(row, ensure_ascii=False) for row in BATCH) + "\r\n"
    file = tmp_path / "questions.jsonl"
    file.write_bytes(text.encode())
    done = run(command, "--batch", *(("-",) if way == "-" else (str(file),)), typed=text.encode())
    assert done.exit_code == 0
    found = rows(done)
    assert [row["question"] for row in found] == [row["question"] for row in BATCH]
    assert [row.get("id", "none") for row in found] == [row.get("id", "none") for row in BATCH]
    assert all(row.keys() >= {"question", "hits"} for row in found)
    assert "Questions" in done.stderr  # the bar


def test_batch_follows_the_history_of_a_line(run: Run) -> None:
    alone = json.dumps({"question": "それの対応ホストは？"})
    history = [{"question": JAPANESE, "answer": "Gitと同期できる。"}]
    follows = json.dumps({"question": "それの対応ホストは？", "history": history})
    found = rows(run("ask", "--batch", "-", typed=f"{alone}\n{follows}\n"))
    assert "CloudFormation" not in found[0]["standalone"]
    assert "CloudFormation" in found[1]["standalone"]


BAD_LINES = [
    ("nonsense", "Line 1 is not JSON."),
    ("[" * 100_000, "Line 2 is not JSON."),
    ('["question"]', "Line 3 is not a JSON object."),
    ('{"id": 4}', 'Line 4 holds no "question".'),
    ('{"id": 5, "question": 5}', 'Line 5 holds no "question".'),
    ("", ""),
    ('{"id": 7, "question": "x", "history": [1]}', 'Line 7: "history" holds objects'),
    ('{"id": 8, "question": "  "}', "The question is empty."),
    ('{"id": 9, "question": "\\u0000\\u0007\\ud83d"}', "The question is empty."),
    (json.dumps({"id": 10, "question": "a" * 1_000_000}), "1,000,000 characters"),
]


@pytest.mark.parametrize("command", ["search", "ask"])
def test_bad_lines_say_why_and_the_rest_is_answered(run: Run, command: str) -> None:
    good = json.dumps({"id": "good", "question": ENGLISH})
    done = run(command, "--batch", "-", typed="\n".join([*(line for line, _ in BAD_LINES), good]))
    assert done.exit_code == 1
    assert "9 of 10 lines could not be answered" in done.stderr
    *bad, last = rows(done)
    expected = [(line, error) for line, error in BAD_LINES if line]
    for row, (line, error) in zip(bad, expected, strict=True):
        assert error in row["error"]
        assert row["hits"] == []
        assert (command == "ask") is ("citations" in row)
        assert row.get("id") == (json.loads(line)["id"] if '"id"' in line else None)
    assert last["id"] == "good"
    assert last["hits"]
    assert "error" not in last


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search",), "Give a question"),
        (("ask",), "Give a question"),
        (("ask", ENGLISH, "--batch", "-"), "not both"),
        (("ask", ""), "The question is empty"),
        (("search", "\x00\x1b[2J\x07"[:1]), "The question is empty"),
        (("ask", "?！…"), "The question is empty"),
        (("search", "長" * 350_000), "350,000 characters; at most 2,000"),
        (("ask", ENGLISH, "--model", "nobody"), "There is no model 'nobody'"),
        (("search", ENGLISH, "--kind", "film"), "There is no kind 'film'"),
        (("search", ENGLISH, "-k", "0"), "-k"),
        (("search", ENGLISH, "--nonsense"), "--nonsense"),
        (("search", "--batch", "no/such/file"), "no/such/file: No such file"),
        (("search", "--batch", "."), "Is a directory"),
    ],
)
def test_wrong_usage_is_exit_2_and_prints_no_answer(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert said in done.stderr


def test_wrong_usage_ends_a_batch_before_its_first_line(run: Run) -> None:
    done = run("ask", "--batch", "-", "--model", "nobody", typed=json.dumps(BATCH[0]))
    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.parametrize("command", [("search", ENGLISH), ("ask", ENGLISH), ("status",)])
def test_without_an_index_the_command_that_makes_it_is_named(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = CliRunner().invoke(app, [*command, "--json", "--data", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "python -m ingest" in done.stderr
    assert str(tmp_path) in done.stderr


def test_control_characters_within_a_question_do_no_harm(run: Run) -> None:
    done = run(
        "search", "\x1b]0;Cloud\x07 CloudFormation\x00は\u2028何が変わった", "-k", "1", "--json"
    )
    assert done.exit_code == 0
    assert "CloudFormation" in rows(done)[0]["hits"][0]["text"]


def test_status_tells_what_is_indexed_and_what_became_of_links(run: Run) -> None:
    done = run("status", "--json")
    assert done.exit_code == 0
    (found,) = rows(done)
    assert found["sources"] == {"note": 1}
    assert found["chunks"] > 20
    assert found["fingerprint"]["embedding"].startswith("intfloat/multilingual-e5-small")
    assert {row["outcome"] for row in found["links"]} == {"skipped"}  # ingested offline
    shown = run("status")
    assert shown.exit_code == 0
    assert f"{found['chunks']} passages of 1 note" in shown.stdout
    assert f"{len(found['links'])} links" in shown.stdout


def test_settings_are_printed_as_the_example_file() -> None:
    done = CliRunner().invoke(app, ["settings"])
    assert (done.exit_code, done.stdout) == (0, env_example())


def program(*arguments: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


def test_a_program_reads_nothing_but_answers_from_stdout(shipped_index: Settings) -> None:
    data = ("--data", str(shipped_index.data_dir))
    typed = "".join(json.dumps(row) + "\n" for row in BATCH[:2])
    done = program("rag", "ask", "--batch", "-", *data, typed=typed)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in found] == [row["id"] for row in BATCH[:2]]


def test_a_program_that_is_called_wrongly_ends_with_2(tmp_path: Path) -> None:
    done = program("rag", "search", "", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: The question is empty")
    assert "Traceback" not in done.stderr


INGEST = {"generation", "sources", "chunks", "embedded", "reused", "removed", "links", "seconds"}


def test_ingest_prints_one_object_and_nothing_else(tmp_path: Path) -> None:
    notes = tmp_path / "corpus"
    notes.mkdir()
    (notes / "a.md").write_text("# Robins\n\n- Robins lay blue eggs.\n", encoding="utf-8")
    (notes / "b.md").write_bytes(b"\x00\x01\xff" * 50)
    where = ("--offline", "--corpus", str(notes), "--data", str(tmp_path / "data"))
    done = program("ingest", "--json", *where)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert found.keys() >= INGEST
    assert found["sources"] == {"note": 1}
    assert found["links"] == {"ok": 0, "failed": 0, "skipped": 0}
    assert found["embedded"] + found["reused"] == found["chunks"] > 0
    assert [item["source"] for item in found["skipped"]] == ["b.md"]
    assert "Left out: b.md" in done.stderr
    assert "Reading notes: 100%" in done.stderr
    assert "Embedding: 100%" in done.stderr

    wrong = program("ingest", "--json", *where[:2], str(tmp_path / "none"), *where[3:])
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "none does not exist" in wrong.stderr
    assert program("ingest", "--nonsense").returncode == 2
