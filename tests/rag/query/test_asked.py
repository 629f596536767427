"""What a question asks for, and whether a text gives it."""

from __future__ import annotations

import pytest

from rag.index.segments import units_of
from rag.query.answer_kinds import asked_kinds, missing_kinds
from rag.query.counted import counted
from rag.reading.focus import focus_of
from rag.reading.nearest_lines import Lines
from rag.text.concepts import concept_name, concepts, telling
from rag.text.coverage import heard_in
from rag.types import Chunk, Hit, Locator


@pytest.mark.parametrize(
    ("question", "kind", "with_it", "without"),
    [
        ("How much is it per month?", "price", "It costs $20.", "It is a service."),
        ("料金はいくらですか", "price", "月額20ドル", "便利なサービス"),
        ("When will it ship?", "date", "Planned for 2024-03-01", "It is planned."),
        ("いつ発表されましたか", "date", "2022年に発表", "先に発表された"),
        ("一般公開は何曜日？", "date", "open on Fridays", "open to all"),
        ("How long may a build run?", "duration", "15分以内", "速い"),
        ("最大サイズは？", "limit", "5 MBまで", "大きい"),
        ("What is the maximum number of stacks?", "limit", "up to 20 stacks", "20 stacks"),
        ("How many scenarios are there?", "quantity", "シナリオが2つ", "シナリオを追加"),
        ("Who was the speaker?", "person", "Werner (CTO) spoke", "The talk was good"),
        ("Who is in charge of Lark?", "person", "Keeper: Tomasz, by Tomasz", "It is small"),
        ("発表したのは誰？", "person", "田中さんが話した", "よい発表だった"),
        ("Which regions offer it?", "place", "東京リージョン", "どこでも速い"),
        ("どのバージョンに対応？", "version", "バージョン1.25", "新しい版"),
        ("何倍速くなった？", "share", "12倍高速", "かなり高速"),
        ("受付の電話番号は？", "contact", "内線 03-1234-5678", "受付は4階"),
        ("Which is faster, Redshift or Athena?", "comparison", "Athena and Redshift", "Redshift"),
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
    assert "price" not in [kind.name for kind in asked_kinds("Who is in charge of it?")]


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("How many stars do we follow?", "We follow 34 stars.", "We follow stars for 20 years."),
        ("How many people came?", "参加者は30人", "30枚の写真"),
        ("階段は何段ありますか", "it has 20 steps", "it has 20 windows"),
        ("フラットは何枚撮る？", "twenty exposures", "twenty nights"),
        ("起動は何ミリ秒？", "0.8 seconds", "8 times"),
        ("How heavy is it?", "Weight: 9 kg", "It costs 9 a month"),
        ("How tall is the dome?", "高さは12メートル", "12人まで"),
    ],
)
def test_an_amount_is_of_what_the_question_counts(question: str, holds: str, lacks: str) -> None:
    check = counted(question)
    assert check is not None
    assert check(holds)
    assert not check(lacks)


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("Which version of Redis does it run?", ("version",)),
        ("What is the scrape interval of the collector?", ("scrape", "interval")),
        ("Terraformのバージョンは？", ("バージョン",)),
        ("支払いの口座番号を教えて", ("口座", "番号")),
        ("Is there a dark theme?", ()),
    ],
)
def test_the_focus_is_the_noun_asked_for(question: str, focus: tuple[str, ...]) -> None:
    assert set(focus) <= set(focus_of(question))
    assert bool(focus) is bool(focus_of(question))


def test_concepts_are_known_by_either_language() -> None:
    assert concepts("How much memory?") == concepts("メモリは？") != frozenset()
    assert [concept_name(number) for number in concepts("the passwords of guests")] == ["password"]
    assert concepts("code review") != concepts("プレビュー版")
    assert not concepts("開発段階") & concepts("何階")


@pytest.mark.parametrize("term", ["policy", "memory", "restart", "ポリシー"])
def test_a_word_is_heard_as_it_stands_by_concept_or_by_sound(term: str) -> None:
    text = "ポリシーとメモリを設定し、リスタートする"
    assert heard_in(text).holds(term)
    assert not heard_in("短い文").holds(term)


def test_a_common_concept_tells_nothing_when_it_is_missing() -> None:
    assert heard_in("設定を変更する").holds("edit")
    assert not heard_in("設定を変更する").holds("edit", common=False)
    assert telling(concepts("edit the password")) == concepts("パスワード")


def _hit(text: str, units: tuple[float, ...]) -> Hit:
    chunk = Chunk(text, "a.md", "note", "A", (), text, Locator(1, 1), 1)
    assert len(units_of(chunk)) == len(units)
    return Hit(1, max(units), chunk, max(units), 0.0, units)


def _lines(question: str, hits: list[Hit]) -> Lines:
    return Lines.of(question, hits, asked_kinds(question))


def test_the_gap_grows_with_how_far_off_the_answers_kind_stands() -> None:
    question = "How much does it cost?"
    priced, plain = "- It is a service for $20", "- It is a service"
    gaps = [
        _lines(question, [_hit(f"{first}\n{second}", scores)]).gap()
        for first, second, scores in (
            (priced, plain, (0.6, 0.5)),
            (plain, "- Another costs $20", (0.6, 0.5)),
            (plain, plain + " too", (0.6, 0.5)),
        )
    ]
    assert gaps[0] == 0 < gaps[1] < gaps[2] == 1
    compared = _lines("A1 or B2, which is better?", [_hit("- A1\n- B2", (0.6, 0.5))])
    assert compared.missing() == ()
    apart = [_hit("- A1", (0.6,)), _hit("- B2", (0.5,))]
    assert _lines("Which is better, A1 or B2?", apart).missing() == ("comparison",)
    assert _lines("What is it?", [_hit(plain, (0.6,))]).gap() == 0
    assert _lines(question, []).gap() == 1


def test_a_kind_that_only_the_vector_shows_counts_where_no_words_show_one() -> None:
    names = [kind.name for kind in asked_kinds("The damage of X, money-wise?", "price")]
    assert names == ["price"]
    assert [kind.name for kind in asked_kinds("When is X?", "price")] == ["date"]
    assert not asked_kinds("X?", "topic") and not asked_kinds("X?", "reason")
