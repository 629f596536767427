from __future__ import annotations

import dataclasses

import pytest

from rag.errors import SettingsError
from rag.reading.answerability import UNREAD_WEIGHTS, WEIGHTS, features, judge, threshold
from rag.reading.evidence import Evidence
from rag.text.names import names_of

GOOD = Evidence("q", "en", dense=0.6)


@pytest.mark.parametrize("read", [None, 1.0])
def test_each_signal_moves_the_confidence_its_way(read: float | None) -> None:
    good = dataclasses.replace(GOOD, read=read)
    base = judge(good).confidence
    nearer: dict[str, object] = {"dense": 0.5} if read is None else {"read": 0.0}
    worse = nearer | {
        "unknown": ("Frobnicator",),
        "unsaid": 0.5,
        "absent": ("password",),
        "elsewhere": 1,
        "scattered": 1,
        "focus": 1.0,
        "missing": ("price",),
        "gap": 0.5,
        "asked": ("howto",),
    }
    for name, value in worse.items():
        changed = dataclasses.replace(good, **{name: value})  # type: ignore[arg-type]
        assert judge(changed).confidence < base, name
    assert set(features(good)) == set(UNREAD_WEIGHTS if read is None else WEIGHTS)


def test_a_reader_that_finds_no_answer_is_named_and_outvotes_what_is_near() -> None:
    near = dataclasses.replace(
        GOOD, dense=0.9, missing=("price",), asked=("price",), gap=0.5, unsaid=0.5
    )
    assert judge(dataclasses.replace(near, read=4.0)).answerable
    read = judge(dataclasses.replace(near, read=-6.0))
    assert not read.answerable and "read: no passage seems to answer it" in read.reasons
    far = [judge(dataclasses.replace(GOOD, read=odds)).confidence for odds in (-8.0, -80.0)]
    assert far[0] == far[1]


def test_a_passage_about_something_else_counts_more_than_one_a_little_less_near() -> None:
    near, less, far = (
        judge(dataclasses.replace(GOOD, dense=dense)).confidence for dense in (0.5, 0.4, 0.2)
    )
    assert near - less < less - far


def test_a_refusal_says_what_speaks_against_an_answer() -> None:
    evidence = dataclasses.replace(
        GOOD,
        dense=0.2,
        unknown=("SQS",),
        absent=("password",),
        asked=("price",),
        missing=("price",),
    )
    judged = judge(evidence)
    assert not judged.answerable
    assert judged.reasons == (
        "unknown: SQS",
        "absent: password",
        "missing: price",
        "far: nothing near in meaning",
    )
    assert judge(GOOD).answerable
    assert judge(GOOD).reasons == ()


def test_stricter_settings_refuse_more() -> None:
    assert threshold("lenient") < threshold("balanced") < threshold("strict")
    evidence = dataclasses.replace(GOOD, dense=0.45, unsaid=0.6)
    confidence = judge(evidence).confidence
    assert judge(evidence, str(confidence - 0.01)).answerable
    assert not judge(evidence, str(confidence + 0.01)).answerable
    assert judge(dataclasses.replace(GOOD, dense=-1.0), "0").answerable


@pytest.mark.parametrize("setting", ["", "sometimes", "1.2", "-1", "nan"])
def test_a_setting_out_of_range_is_named(setting: str) -> None:
    with pytest.raises(SettingsError, match="ANSWERABILITY"):
        threshold(setting)


def test_names_of_a_question_leave_its_common_words_out() -> None:
    assert names_of("What changed for the Git sync of CloudFormation?") == ("Git", "CloudFormation")
    assert names_of("GuardDutyとソニーの関係は？") == ("GuardDuty", "ソニー")
    assert names_of("Whose reports save My time?") == ()
