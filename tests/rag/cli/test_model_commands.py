"""A model that judges or suggests, asked for real: command, client, a server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from judge_server import JudgeServer, serving
from test_evaluation_commands import QUESTIONS, Commands

from rag.embedding import Embedder

pytestmark = pytest.mark.slow


def say(system: str, data: dict[str, Any]) -> str:
    """Three statements an answer, of which the last is not supported."""
    if '{"statements"' in system:
        return json.dumps({"statements": ["a", "b", f"about {data['question']}"]})
    if '{"supported"' in system:
        return json.dumps({"supported": [one in "ab" for one in data["statements"]]})
    if '{"questions"' in system:
        return "Sure:\n```json\n" + json.dumps({"questions": ["Which eggs?", "卵は？"]}) + "\n```"
    return json.dumps({"question": "Which leaves turn yellow in autumn?"})


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with serving(say) as found:
        yield found


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: JudgeServer, embedder: Embedder
) -> Commands:
    monkeypatch.setenv("LLM_BASE_URL", server.url)
    return Commands(tmp_path, monkeypatch)


def figures(cli: Commands) -> dict[str, Any]:
    found = cli("evaluate", "--judge", "openai:judge-1", "--json")
    assert found.exit_code == 0, found.output
    judged: dict[str, Any] = json.loads(found.stdout)["summary"]["groups"]["all"]["figures"]
    return {name: judged[name] for name in ("faithfulness", "relevance")}


def test_a_rerun_of_the_judge_costs_nothing(cli: Commands, server: JudgeServer) -> None:
    first = figures(cli)
    assert first["faithfulness"]["mean"] == pytest.approx(2 / 3, abs=1e-4)
    assert first["faithfulness"]["n"] == 3  # the one that is refused is not judged
    assert 0.5 < first["relevance"]["mean"] < 1
    assert len(server.asked) == 9  # three of each answer
    assert figures(cli) == first
    assert len(server.asked) == 9
    server.down = True  # not even a server is needed
    assert figures(cli) == first
    other = cli("evaluate", "--judge", "openai:judge-2", "--json")
    assert "model failed" in other.stderr  # the log; what is printed stays JSON
    assert "The judge left 3 answers without a verdict." in other.stderr
    assert "faithfulness" not in json.loads(other.stdout)["summary"]["groups"]["all"]["figures"]


def test_a_model_words_drafts_that_a_person_must_accept(cli: Commands, server: JudgeServer) -> None:
    (cli.questions / "set.yaml").write_text(QUESTIONS.split("  - id: icho")[0], encoding="utf-8")
    command = ("questions", "suggest", "--llm", "openai:judge-1", "--lang", "en")
    assert cli(*command, "--dry-run").exit_code == 0
    assert not (cli.questions / "drafts.yaml").exists()
    done = cli(*command)
    assert done.exit_code == 0, done.output
    assert "not counted until the mark is out" in done.stdout
    path = cli.questions / "drafts.yaml"
    draft = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"][0]
    assert draft["question"] == "Which leaves turn yellow in autumn?"
    assert (draft["draft"], draft["note"]) == (True, "suggested by a model")
    assert draft["expect"] == [{"quote": "An oak drops acorns in autumn", "source": "nature.md"}]
    assert json.loads(cli("evaluate", "--json").stdout)["drafts"] == 1
    # accepted: one line out, and it counts
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    draft: true\n", ""), encoding="utf-8")
    counted = json.loads(cli("evaluate", "--json").stdout)
    assert (counted["drafts"], counted["summary"]["groups"]["all"]["n"]) == (0, 3)


def test_a_model_that_gives_nothing_ends_the_suggestions(
    cli: Commands, server: JudgeServer
) -> None:
    (cli.questions / "set.yaml").write_text(QUESTIONS.split("  - id: icho")[0], encoding="utf-8")
    server.down = True
    done = cli("questions", "suggest", "--llm", "openai:judge-1")
    assert done.exit_code == 1
    assert "The model failed" in done.stderr
    assert not (cli.questions / "drafts.yaml").exists()
