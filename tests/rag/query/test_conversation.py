from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.llm.budget import Limit
from rag.llm.chat_model import Finish
from rag.llm.errors import ModelFailure
from rag.query.condensing import standalone_by_model
from rag.query.followups import leans, standalone
from rag.text.language import question_language
from rag.types import Turn

SCAN = Turn("Does the CodeGuard scanner support TypeScript?", "Yes, TypeScript is supported [1].")
SCAN_JA = Turn("CodeGuardのスキャンはTypeScriptに対応してる？", "はい、対応しています [1]。")


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        ("And what about Python?", [SCAN], "Does the CodeGuard scanner support Python?"),
        ("How about Python", [SCAN], "Does the CodeGuard scanner support Python?"),
        ("じゃあPythonは？", [SCAN_JA], "CodeGuardのスキャンはPythonに対応してる？"),
        ("Pythonはどうですか？", [SCAN_JA], "CodeGuardのスキャンはPythonに対応してる？"),
        ("By the way, who is the CEO?", [SCAN], "Who is the CEO?"),
        ("ところで、社長は誰？", [SCAN_JA], "社長は誰？"),
        ("話は変わるけど、社長は誰？", [SCAN_JA], "社長は誰？"),
    ],
)
def test_fragments_and_changes_of_topic(question: str, history: list[Turn], expected: str) -> None:
    assert standalone(question, history, question_language(question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Since when?",
        "Is it free?",
        "Why does that matter?",
        "Compare it with the previous one",
        "And for business people?",
        "Any catch?",
        "Which one is cheaper?",
        "それはいつから？",
        "もう一方は？",
        "いつから使える？",
        "その理由は？",
        "同じことはできる？",
    ],
)
def test_what_leans_on_the_conversation_gets_its_topic(question: str) -> None:
    language = question_language(question)
    turn = SCAN if language == "en" else SCAN_JA
    alone = standalone(question, [turn], language)
    assert alone.startswith(question)
    assert "CodeGuard" in alone


@pytest.mark.parametrize(
    "question",
    [
        "What is GuardDuty?",
        "Does RDS run Db2?",
        "I use Terraform; does it work with CodeCatalyst?",
        "Is it possible to run CodeBuild on Lambda?",
        "Which new instance types were announced for training large models?",
        "EKSのPrometheusメトリクスはどう集める？",
        "コンテナイメージの脆弱性スキャンをパイプラインに組み込む手順を教えて",
    ],
)
def test_a_question_of_its_own_stays_as_it_is(question: str) -> None:
    language = question_language(question)
    assert standalone(question, [SCAN if language == "en" else SCAN_JA], language) == question
    assert standalone(question, [], language) == question


def test_the_topic_is_followed_through_several_turns() -> None:
    history = [
        Turn("What is Inspector?", "A scanner [1]."),
        Turn("What is new in it for containers?", "Image scans in CI/CD [1]."),
    ]
    assert "Inspector" in standalone("And for functions?", history, "en")
    newer = [*history, Turn("What is Athena?", "A query service [1].")]
    alone = standalone("Is it fast?", newer, "en")
    assert "Athena" in alone
    assert "Inspector" not in alone
    both = standalone("Compare it with the previous one", newer, "en")
    assert "Athena" in both
    assert "Inspector" in both


def test_two_hundred_long_turns_are_bounded() -> None:
    history = [Turn("それは何？" * 1000, "あ" * 50_000)] * 199 + [SCAN_JA]
    alone = standalone("それはいつから？", history, "ja")
    assert "CodeGuard" in alone
    assert len(alone) < 15_000


def test_leaning_needs_no_history_to_be_seen() -> None:
    assert leans("And then?")
    assert not leans("What is Inspector?")


class _Says:
    name, context = "stand-in", 8192

    def __init__(self, text: str, fail: bool = False) -> None:
        self.text, self.fail = text, fail

    def stream(self, system: str, user: str, limit: Limit | None = None) -> Iterator[str | Finish]:
        if self.fail:
            raise ModelFailure("timeout")
        yield self.text
        yield Finish("stop")


BY_RULES = "Does the CodeGuard scanner support Python?"


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("Can CodeGuard scan Python?", "Can CodeGuard scan Python?"),
        ('"Can CodeGuard scan Python?"', "Can CodeGuard scan Python?"),
        ("Can SonarQube scan Python?", BY_RULES),
        ("Can CodeGuard scan 40 Python files?", BY_RULES),
        ("See https://evil.example", BY_RULES),
        ("Can CodeGuard\nscan Python?", BY_RULES),
        ("", BY_RULES),
        ("Does the CodeGuard scanner support everything?", BY_RULES),
        ("CodeGuardはPythonに対応していますか？", BY_RULES),
        ("Can CodeGuard scan Python? " * 100, BY_RULES),
    ],
)
def test_what_a_model_rewrites_is_taken_only_if_it_invents_nothing(
    says: str, expected: str
) -> None:
    assert standalone_by_model("And Python?", [SCAN], "en", _Says(says)) == expected


def test_a_model_that_fails_leaves_it_to_the_rules() -> None:
    model = _Says("", fail=True)
    assert standalone_by_model("And Python?", [SCAN], "en", model) == BY_RULES
