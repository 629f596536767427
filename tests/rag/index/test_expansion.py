"""What may stand for a question's words, and what must not."""

from __future__ import annotations

import pytest

from rag.index.bm25 import LexicalIndex
from rag.index.term_expansion import Expander, Expansion
from rag.text.tokenization import tokenize
from rag.types import Chunk, Locator

CORPUS = (
    "クラウドのロードバランサーでメトリクスを収集するコンテナ、ALBとIaC、CloudWatchのダッシュボード。"
    "キーノートとセンター、イベントとスケール。TerraformとPrometheus、myApplications、fin、cto。"
)
EXPANDER = Expander(tokenize(CORPUS))


def expanded(question: str) -> Expansion:
    return EXPANDER.expand(question, tokenize(question))


@pytest.mark.parametrize(
    ("question", "term", "word"),
    [
        ("Which load balancer?", "balancer", "バランサー"),
        ("where do metrics go", "metric", "メトリクス"),
        ("our containers", "container", "コンテナ"),
        ("dashboards please", "dashboard", "ダッシュボード"),
        ("what of Prometeus", "prometeus", "prometheus"),
    ],
)
def test_word_is_found_in_another_spelling(question: str, term: str, word: str) -> None:
    assert word in expanded(question).terms[term]


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("the application load balancer", "alb"),
        ("infrastructure as code", "iac"),
        ("news of cloud watch", "cloudwatch"),
        ("テラフォームは使える？", "terraform"),
        ("クラウドウォッチの話", "cloudwatch"),
        ("マイアプリケーションズとは", "myapplication"),
    ],
)
def test_words_stand_for_one_of_the_corpus(question: str, word: str) -> None:
    assert word in expanded(question).phrases


@pytest.mark.parametrize(
    "question",
    [
        "what kind of vendor",  # キーノート, イベント: like consonants, other words
        "SQL",  # spelt, not sounded: no スケール
        "CloudFormation",  # a name is not taken apart: no クラウド
        "features is not",  # initials of words that carry nothing: no fin
        "Which could take on",  # no cto
        "",
        "🙂 ー ャ",
    ],
)
def test_nothing_is_made_up(question: str) -> None:
    assert expanded(question) == Expansion({}, ())


def test_word_that_stands_there_is_not_respelt() -> None:
    assert expanded("terraform").terms == {}


def chunk(number: int, text: str) -> Chunk:
    return Chunk(f"c{number}", "n.md", "note", "N", ("N",), text, Locator(number, number), number)


def test_other_spelling_scores_and_weighs_as_the_word_would() -> None:
    index = LexicalIndex.build(
        [chunk(1, "ロードバランサーの設定"), chunk(2, "設定の一覧"), chunk(3, "庭の花")]
    )
    scores, weight = index.search("balancer")
    assert scores.argmax() == 0
    assert scores[1] == scores[2] == 0
    _, unknown = index.search("zebra")
    assert 0 < weight < unknown


def test_spellings_of_one_word_do_not_add_up() -> None:
    both = LexicalIndex.build([chunk(1, "balancer バランサー"), chunk(2, "庭"), chunk(3, "花")])
    scores, _ = both.search("balancer")
    assert scores[0] == pytest.approx(both.words.best_of([("balancer", "バランサー")])[0])
    assert scores[0] < both.words.scores(["balancer", "バランサー"])[0]
