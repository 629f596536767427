from __future__ import annotations

import dataclasses

import pytest

from rag.answerability import WEIGHTS, features, judge, threshold
from rag.asked import asked_kinds, missing_kinds
from rag.errors import SettingsError
from rag.evidence import Evidence, names_of

GOOD = Evidence("q", "en", dense=0.6, line=0.65, lexical=0.6, known=("GitLab",))


def test_each_signal_moves_the_confidence_its_way() -> None:
    base = judge(GOOD).confidence
    worse = {
        "dense": 0.3,
        "line": 0.3,
        "lexical": 0.0,
        "unknown": ("Frobnicator",),
        "missing": ("price",),
    }
    for name, value in worse.items():
        changed = dataclasses.replace(GOOD, **{name: value})
        assert judge(changed).confidence < base, name
    assert set(features(GOOD)) == set(WEIGHTS)


def test_a_refusal_says_what_speaks_against_an_answer() -> None:
    evidence = dataclasses.replace(
        GOOD, dense=0.2, line=0.2, unknown=("SQS",), asked=("price",), missing=("price",)
    )
    judged = judge(evidence)
    assert not judged.answerable
    assert judged.reasons == ("unknown: SQS", "missing: price", "far: nothing near in meaning")
    assert judge(GOOD).answerable
    assert judge(GOOD).reasons == ()


def test_stricter_settings_refuse_more() -> None:
    assert threshold("lenient") < threshold("balanced") < threshold("strict")
    evidence = dataclasses.replace(GOOD, dense=0.45, line=0.45, lexical=0.2)
    confidence = judge(evidence).confidence
    assert judge(evidence, str(confidence - 0.01)).answerable
    assert not judge(evidence, str(confidence + 0.01)).answerable
    assert judge(dataclasses.replace(GOOD, dense=-1.0, line=-1.0), "0").answerable


@pytest.mark.parametrize("setting", ["", "sometimes", "1.2", "-1", "nan"])
def test_a_setting_out_of_range_is_named(setting: str) -> None:
    with pytest.raises(SettingsError, match="ANSWERABILITY"):
        threshold(setting)


@pytest.mark.parametrize(
    ("question", "kind", "with_it", "without"),
    [
        ("How much is it per month?", "price", "It costs $20.", "It is a service."),
        ("料金はいくらですか", "price", "月額20ドル", "便利なサービス"),
        ("When will it ship?", "date", "Planned for 2024-03-01", "It is planned."),
        ("いつ発表されましたか", "date", "2022年に発表", "先に発表された"),
        ("How long may a build run?", "duration", "15分以内", "速い"),
        ("最大サイズは？", "limit", "5 MBまで", "大きい"),
        ("What is the maximum number of stacks?", "limit", "up to 20 stacks", "20 stacks"),
        ("How many scenarios are there?", "quantity", "シナリオが2つ", "シナリオを追加"),
        ("Who was the speaker?", "person", "Werner (CTO) spoke", "The talk was good"),
        ("発表したのは誰？", "person", "田中さんが話した", "よい発表だった"),
        ("Which regions offer it?", "place", "東京リージョン", "どこでも速い"),
        ("どのバージョンに対応？", "version", "バージョン1.25", "新しい版"),
        ("何倍速くなった？", "share", "12倍高速", "かなり高速"),
    ],
)
def test_the_kind_asked_for_is_looked_for(
    question: str, kind: str, with_it: str, without: str
) -> None:
    assert kind in [asked.name for asked in asked_kinds(question)]
    assert kind not in missing_kinds(question, with_it)
    assert kind in missing_kinds(question, without)


def test_a_plain_question_asks_for_no_kind() -> None:
    assert asked_kinds("What changed for CloudFormation?") == ()
    assert asked_kinds("GitHubは対応していますか") == ()


def test_names_of_a_question_leave_its_common_words_out() -> None:
    assert names_of("What changed for the Git sync of CloudFormation?") == ("Git", "CloudFormation")
    assert names_of("GuardDutyとソニーの関係は？") == ("GuardDuty", "ソニー")
