"""The examples do what they say."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from langchain_core.language_models import FakeListChatModel
from typer.testing import CliRunner

from rag.pipeline import Pipeline
from rag.settings import Settings
from shiori.command import app

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_question_from_python(
    shipped_index: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CORPUS_DIR", str(shipped_index.corpus_dir))
    monkeypatch.setenv("DATA_DIR", str(shipped_index.data_dir))
    ask = example("ask")
    assert ask.main("what changed for CloudFormation?") == 0
    told = capsys.readouterr().out
    assert "[1] reinvent-2023.md, line " in told
    assert ask.main("") == 2
    assert "The question is empty" in capsys.readouterr().err


def test_a_langchain_chain(shipped_pipeline: Pipeline) -> None:
    seen: list[str] = []

    class Listening(FakeListChatModel):
        def _call(self, messages: object, *args: object, **more: object) -> str:
            seen.append(str(messages))
            return "It syncs with Git [1]."

    chain = example("langchain_chain").chain(shipped_pipeline, Listening(responses=["unused"]))
    assert chain.invoke("what changed for CloudFormation?") == "It syncs with Git [1]."
    assert "[1] " in seen[0] and "[4] " in seen[0] and "[5] " not in seen[0]
    assert "CloudFormation" in seen[0]


@pytest.mark.slow
def test_the_workflow_scores_the_notes_and_turns_red_when_they_get_worse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLES / "team", tmp_path / "team")
    monkeypatch.chdir(tmp_path / "team")
    steps = yaml.safe_load((EXAMPLES / "evaluation.yml").read_text(encoding="utf-8"))["jobs"]
    commands = [
        step["run"].split()[1:]
        for step in steps["evaluate"]["steps"]
        if step.get("run", "").startswith("shiori ")
    ]
    assert [command[0] for command in commands] == ["ingest", "evaluate"]
    for command in commands:
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
    assert {"report.html", "junit.xml", "summary.md"} <= {
        file.name for file in (tmp_path / "team" / ".report").iterdir()
    }
    made = CliRunner().invoke(app, ["evaluate", "--update-baseline"])
    assert made.exit_code == 0, made.output
    assert (tmp_path / "team" / "questions" / "baseline.json").is_file()
    note = tmp_path / "team" / "notes" / "workshop.md"
    note.write_text(note.read_text(encoding="utf-8").replace("10:00", "11:00"), encoding="utf-8")
    ingested, worse = (CliRunner().invoke(app, command) for command in commands)
    assert (ingested.exit_code, worse.exit_code) == (0, 1), worse.output
    assert "Worse: the share of questions whose place is gone" in worse.stdout


def test_every_example_is_named_in_the_list() -> None:
    told = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    there = {path.name for path in EXAMPLES.iterdir()} - {"README.md", "__pycache__"}
    assert {name for name in there if f"({name})" not in told} == set()
    assert not [name for name in sys.modules if name.startswith("example_")]
