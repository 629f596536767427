"""One line of log for every answer: what it took, never a key, the question only where allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from fault_server import error, serve, streamed
from pydantic import SecretStr

from rag.pipeline import Pipeline
from rag.settings import Settings

QUESTION = "What did CloudFormation gain?"
KEY = "sk-telemetry-value"
SAID = "CloudFormation can now sync with Git [1]. It costs 12 dollars [1]."


@pytest.fixture
def every_level() -> Iterator[None]:
    """Logs of all levels, whatever the settings of a test before this one were."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    yield
    structlog.configure(**before)


def _logged(settings: Settings, **changed: Any) -> list[dict[str, Any]]:
    pipeline = Pipeline(settings.model_copy(update=changed))
    with structlog.testing.capture_logs() as logs:
        pipeline.ask(QUESTION)
    return [dict(line) for line in logs]


def _with_model(url: str) -> dict[str, Any]:
    key = SecretStr(KEY)
    return {"llm": "openai:m", "llm_base_url": url, "openai_api_key": key, "llm_price": "3/15"}


def test_an_answer_leaves_one_line_with_what_it_took(
    shipped_index: Settings, every_level: None
) -> None:
    with serve(lambda number, body: streamed(SAID)) as server:
        logs = _logged(shipped_index, **_with_model(server.url))
    (line,) = [line for line in logs if line["event"] == "answered"]
    assert line["question"] == line["searched"] == QUESTION
    assert line["model"] == "openai:m" and line["calls"] >= 1
    assert line["kept"] + line["dropped"] == 2 and line["dropped"] >= 1
    assert line["retrieved"] == 10 and line["cited"] >= 1
    assert line["tokens"]["output"] > 0 and line["cost"] > 0
    assert {"search", "read", "first_token", "verification", "total"} <= line["seconds"].keys()
    assert KEY not in json.dumps(logs, default=str)


def test_the_text_of_questions_stays_out_of_logs_that_may_not_hold_it(
    shipped_index: Settings, every_level: None
) -> None:
    with serve(lambda number, body: error(500, f"no answer to {QUESTION!r}, {KEY}")) as server:
        logs = _logged(shipped_index, log_questions=False, **_with_model(server.url))
    assert [line for line in logs if line["event"] == "model failed"]
    assert [line for line in logs if line["event"] == "answered"]
    text = json.dumps(logs, default=str)
    assert "CloudFormation" not in text and KEY not in text


def test_a_refusal_leaves_a_line_as_well(shipped_pipeline: Pipeline, every_level: None) -> None:
    pipeline = shipped_pipeline
    with structlog.testing.capture_logs() as logs:
        pipeline.ask("Who won the football match yesterday?")
    (line,) = [line for line in logs if line["event"] == "answered"]
    assert line["refused"] and line["cited"] == 0 and line["calls"] == 0
