"""The judge against replies worked out by hand; LangChain's own fake model stands in for one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation_fakes import QUESTIONS, FakePipeline
from langchain_core.language_models import FakeListChatModel
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.evaluation.metrics.llm_judge import Judge, chat_of, parsed_json
from rag.evaluation.runner import run
from rag.types import Answer

VECTORS = {"asked": [1.0, 0.0], "near": [0.8, 0.6], "far": [0.0, 1.0], "against": [-1.0, 0.0]}


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([VECTORS[text] for text in texts], dtype=np.float32)


class Replies:
    """A model that says what it is told, and counts."""

    def __init__(self, statements: object, supported: object, questions: object) -> None:
        self.by_key = {"statements": statements, "supported": supported, "questions": questions}
        self.calls: list[str] = []

    def __call__(self, system: str, user: str) -> str:
        key = next(key for key in self.by_key if f'{{"{key}"' in system)
        self.calls.append(key)
        value = self.by_key[key]
        if isinstance(value, ModelError):
            raise value
        return value if isinstance(value, str) else json.dumps({key: value})


@pytest.fixture
def answer() -> Answer:
    return replace(FakePipeline().ask("Which eggs do robins lay?"), standalone="asked")


def test_faithfulness_and_relevance_by_hand(tmp_path: Path, answer: Answer) -> None:
    model = Replies(["a", "b", "c", "d"], [True, True, False, True], ["near", "far"])
    judge = Judge(model, "m", embed, tmp_path)
    figures = judge.figures(answer)
    assert figures["faithfulness"] == 0.75  # 3 of 4 statements
    assert figures["relevance"] == pytest.approx(0.4)  # mean of .8 and 0
    assert judge.silent == 0


def test_a_rerun_asks_nothing_and_another_answer_or_model_does(
    tmp_path: Path, answer: Answer
) -> None:
    model = Replies(["a"], [True], ["near"])
    first = Judge(model, "m", embed, tmp_path).figures(answer)
    assert model.calls == ["statements", "supported", "questions"]
    assert Judge(model, "m", embed, tmp_path).figures(answer) == first
    assert len(model.calls) == 3
    Judge(model, "m", embed, tmp_path).figures(replace(answer, text="Something else."))
    assert model.calls[3:] == ["statements", "questions"]  # the same statements as before
    Judge(model, "other", embed, tmp_path).figures(answer)
    assert len(model.calls) == 8


def test_relevance_is_never_below_zero(tmp_path: Path, answer: Answer) -> None:
    judge = Judge(Replies(["a"], [False], ["against"]), "m", embed, tmp_path)
    assert judge.figures(answer) == {"faithfulness": 0.0, "relevance": 0.0}


@pytest.mark.parametrize(
    ("statements", "supported"),
    [
        ("no JSON at all", [True]),
        ([], [True]),
        ([1, 2], [True, True]),
        ({"a": 1}, [True]),
        (["a", "b"], [True]),
        (["a"], ["yes"]),
        (ModelError("down"), [True]),
    ],
)
def test_replies_that_cannot_be_read_give_no_figure(
    tmp_path: Path, answer: Answer, statements: object, supported: object
) -> None:
    judge = Judge(Replies(statements, supported, ["near"]), "m", embed, tmp_path)
    assert judge.figures(answer) == {"relevance": pytest.approx(0.8)}
    assert judge.silent == 1


def test_what_could_not_be_read_is_asked_again(tmp_path: Path, answer: Answer) -> None:
    Judge(Replies("broken", [True], ["near"]), "m", embed, tmp_path).figures(answer)
    better = Judge(Replies(["a"], [True], ["near"]), "m", embed, tmp_path)
    assert better.figures(answer)["faithfulness"] == 1


def test_a_damaged_cache_file_is_no_matter(tmp_path: Path, answer: Answer) -> None:
    model = Replies(["a"], [True], ["near"])
    Judge(model, "m", embed, tmp_path).figures(answer)
    for path in tmp_path.iterdir():
        path.write_text('{"reply"', encoding="utf-8")
    assert Judge(model, "m", embed, tmp_path).figures(answer)["faithfulness"] == 1
    assert len(model.calls) == 6


def test_refusals_are_not_judged(tmp_path: Path, answer: Answer) -> None:
    model = Replies(["a"], [True], ["near"])
    judge = Judge(model, "m", embed, tmp_path)
    assert judge.figures(replace(answer, refused=True)) == {}
    assert judge.figures(replace(answer, text=" [1] ")) == {}
    assert model.calls == []


def test_any_langchain_model_can_judge(tmp_path: Path, answer: Answer) -> None:
    model = FakeListChatModel(
        responses=[
            'Sure:\n```json\n{"statements": ["a", "b"]}\n```',
            '{"supported": [true, false]}',
            'Here you are: {"questions": ["near"]} I hope it helps.',
        ]
    )

    def chat(system: str, user: str) -> str:
        return str(model.invoke([("system", system), ("human", user)]).text)

    figures = Judge(chat, "fake", embed, tmp_path).figures(answer)
    assert figures == {"faithfulness": 0.5, "relevance": pytest.approx(0.8)}


def test_shioris_own_models_are_read_to_the_end() -> None:
    class Streams:
        def stream(self, system: str, user: str) -> list[object]:
            return [system, " and ", user, object()]

    assert chat_of(Streams())("s", "u") == "s and u"  # type: ignore[arg-type]


def test_the_runner_takes_the_judges_figures(tmp_path: Path) -> None:
    def same(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), dtype=np.float32)

    judge = Judge(Replies(["a"], [True], ["b"]), "m", same, tmp_path)
    rows = run(FakePipeline(), QUESTIONS.questions, judge=judge)
    assert [row.figures.get("faithfulness") for row in rows] == [1, 1, 1, 1, None]


def test_json_is_found_in_what_models_say() -> None:
    assert parsed_json('{"a": 1}') == {"a": 1}
    assert parsed_json('```\n{"a": 1}\n```') == {"a": 1}
    assert parsed_json('x {"a": {"b": 1}} y') == {"a": {"b": 1}}
    assert parsed_json("nothing") is None
    assert parsed_json("[" * 100_000) is None
