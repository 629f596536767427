from __future__ import annotations

import pytest

from rag.errors import SettingsError
from rag.query.query import query_of
from rag.reading.answerability import judge, threshold
from rag.text.names import names_of
from rag.types import Chunk, Hit, Locator

Q = query_of("Which oven?")
CHUNK = Chunk("c", "n", "note", "n", ("n",), "x", Locator(1, 1), 0)


def hits(*odds: float | None, dense: float = 0.5) -> tuple[Hit, ...]:
    return tuple(Hit(1, 0.5, CHUNK, dense, 0.5, (), one) for one in odds)


def test_the_best_of_what_was_read_counts() -> None:
    none, one, best = (judge(Q, hits(*odds), ()) for odds in ((-6, -6), (-6, 3), (3, 3)))
    assert none.confidence < one.confidence == best.confidence
    assert not none.answerable and one.answerable


def test_a_name_that_the_corpus_does_not_hold_speaks_against_an_answer() -> None:
    known, unknown = judge(Q, hits(1.0), ()), judge(Q, hits(1.0), ("Frobnicator",))
    assert unknown.confidence < known.confidence
    assert unknown.reasons[0] == "unknown: Frobnicator"
    assert (
        judge(Q, hits(1.0), list("abcd")).confidence == judge(Q, hits(1.0), list("ab")).confidence
    )


def test_where_nothing_reads_the_nearest_passage_counts() -> None:
    near, far = judge(Q, hits(None, dense=0.8), ()), judge(Q, hits(None, dense=0.1), ())
    assert near.confidence > far.confidence and near.answerable


def test_nothing_found_and_nothing_asked_is_no_answer() -> None:
    assert not judge(query_of("price of the oven"), (), ()).answerable
    assert judge(query_of("hello"), hits(8.0), ()).reasons[0].startswith("nothing")


def test_a_refusal_says_what_speaks_against_an_answer() -> None:
    assert judge(Q, hits(-6.0), ()).reasons == ("read: no passage seems to answer it",)
    assert judge(Q, hits(8.0), ()).reasons == ()


def test_stricter_settings_refuse_more() -> None:
    assert threshold("lenient") < threshold("balanced") < threshold("strict")
    confidence = judge(Q, hits(0.0), ()).confidence
    assert judge(Q, hits(0.0), (), str(confidence - 0.01)).answerable
    assert not judge(Q, hits(0.0), (), str(confidence + 0.01)).answerable
    assert judge(Q, hits(-30.0), (), "0").answerable


@pytest.mark.parametrize("setting", ["", "sometimes", "1.2", "-1", "nan"])
def test_a_setting_out_of_range_is_named(setting: str) -> None:
    with pytest.raises(SettingsError, match="ANSWERABILITY"):
        threshold(setting)


def test_names_of_a_question_leave_its_common_words_out() -> None:
    assert names_of("What changed for the Git sync of CloudFormation?") == ("Git", "CloudFormation")
    assert names_of("GuardDutyとソニーの関係は？") == ("GuardDuty", "ソニー")
    assert names_of("Whose reports save My time?") == ()
