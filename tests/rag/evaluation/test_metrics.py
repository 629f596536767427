"""Every figure against values worked out by hand."""

from __future__ import annotations

import math

import pytest
from evaluation_fakes import CHUNKS, SOURCES, chunk, question

from rag.evaluation.dataset.question import Place
from rag.evaluation.metrics.answers import (
    citations,
    fact_coverage,
    facts_said,
    language_match,
    marks_that_fit,
    quote_is_valid,
    unsupported,
    unsupported_sentences,
)
from rag.evaluation.metrics.retrieval import percentile, place_ranks, retrieval, unfavourable
from rag.evaluation.metrics.roc import auc, curve
from rag.types import Answer, Chunk, Citation, Hit

ROBIN, SWIFT, OAK, GINKGO, ICHO = CHUNKS
PLACES = (Place(quote="Robins lay blue eggs"), Place(quote="An oak drops acorns"))


def ranked(*chunks: Chunk) -> list[Hit]:
    return [Hit(at, 1 / at, one) for at, one in enumerate(chunks, 1)]


def answered(text: str, *cited: tuple[Chunk, str], **more: object) -> Answer:
    values: dict[str, object] = {"language": "en", "refused": False, "topics": ()} | more
    citations = tuple(
        Citation(at, one, quote, True, one.locator) for at, (one, quote) in enumerate(cited, 1)
    )
    return Answer("Q?", "Q?", text=text, citations=citations, hits=(), model="m", **values)  # type: ignore[arg-type]


def test_retrieval_by_hand() -> None:
    figures = retrieval(ranked(SWIFT, ROBIN, GINKGO, ICHO, OAK), PLACES)
    assert figures["hit_1"] == 0
    assert figures["hit_3"] == figures["hit_5"] == figures["hit_10"] == 1
    assert figures["recall_10"] == 1
    assert figures["mrr_10"] == 1 / 2
    # places at ranks 2 and 5, at best 1 and 2
    gain = 1 / math.log2(3) + 1 / math.log2(6)
    assert figures["ndcg_10"] == pytest.approx(gain / (1 + 1 / math.log2(3)))
    assert figures["hit_1200"] == 1


def test_recall_counts_every_place() -> None:
    figures = retrieval(ranked(OAK, SWIFT), PLACES)
    assert (figures["recall_10"], figures["mrr_10"], figures["hit_1"]) == (0.5, 1, 1)
    assert figures["ndcg_10"] == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_nothing_found_is_zero_in_everything() -> None:
    for found in ([], ranked(SWIFT, ICHO)):
        assert set(retrieval(found, PLACES).values()) == {0.0}


def test_only_the_first_ten_count() -> None:
    others = [chunk(n, ("X",), f"- filler {n}", n) for n in range(20, 30)]
    figures = retrieval(ranked(*others, ROBIN), PLACES)
    assert (figures["hit_10"], figures["recall_10"], figures["mrr_10"]) == (0, 0, 0)


def test_one_passage_with_several_places_is_not_more_than_perfect() -> None:
    both = chunk(9, ("X",), "Robins lay blue eggs. An oak drops acorns.", 1)
    assert retrieval(ranked(both), PLACES)["ndcg_10"] == 1


def test_the_same_passage_twice_gains_once() -> None:
    figures = retrieval(ranked(ROBIN, ROBIN, ROBIN), PLACES)
    assert figures["recall_10"] == 0.5
    assert figures["ndcg_10"] == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_ties_count_against_the_retriever() -> None:
    tied = [Hit(at, 0.5, one) for at, one in enumerate((ROBIN, SWIFT, GINKGO), 1)]
    ordered = unfavourable(tied, PLACES)
    assert [hit.chunk for hit in ordered] == [SWIFT, GINKGO, ROBIN]
    assert place_ranks(ordered, PLACES) == (3, 0)
    assert retrieval(ordered, PLACES)["mrr_10"] == 1 / 3


def test_two_right_passages_in_a_tie_both_come_last() -> None:
    tied = [Hit(at, 0.5, one) for at, one in enumerate((ROBIN, OAK, SWIFT), 1)]
    assert place_ranks(unfavourable(tied, PLACES), PLACES) == (2, 3)


@pytest.mark.parametrize("score", [0.0, -1.0, math.nan])
def test_a_passage_without_a_score_is_no_hit(score: float) -> None:
    assert unfavourable([Hit(1, score, ROBIN)], PLACES) == ()


def test_an_order_that_is_told_is_kept() -> None:
    hits = [Hit(2, 0.2, SWIFT), Hit(1, 0.9, ROBIN), Hit(3, 0.1, OAK)]
    assert [hit.chunk for hit in unfavourable(hits, PLACES)] == [ROBIN, SWIFT, OAK]


def test_citations_by_hand() -> None:
    answer = answered(
        "- Robins lay blue eggs [1]\n- It lands only to breed [2]",
        (ROBIN, "Robins lay blue eggs"),
        (SWIFT, "It lands only to breed"),
    )
    assert citations(answer, PLACES, SOURCES) == {
        "citation_precision": 0.5,
        "citation_recall": 0.5,
        "quote_validity": 1.0,
        "mark_validity": 1.0,
    }


def test_an_answer_without_citations_has_recall_zero_and_nothing_else() -> None:
    figures = citations(answered("Words."), PLACES, SOURCES)
    assert figures == {
        "citation_precision": None,
        "citation_recall": 0.0,
        "quote_validity": None,
        "mark_validity": None,
    }
    assert citations(answered("Words."), (), SOURCES)["citation_recall"] is None


def test_quotes_must_stand_in_the_source_and_in_the_passage_cited() -> None:
    def valid(one: Chunk, quote: str) -> bool:
        return quote_is_valid(Citation(1, one, quote, True, one.locator), SOURCES)

    assert valid(ROBIN, "Robins lay blue eggs")
    assert valid(ROBIN, "Ｒobins lay  blue eggs")
    assert not valid(ROBIN, "Robins lay green eggs")
    assert not valid(SWIFT, "Robins lay blue eggs")  # in the source, not in that passage
    assert not valid(ROBIN, "obins lay blue eggs")  # a cut word
    assert not valid(chunk(7, (), "x", 1, source="gone.md"), "x")


def test_marks_that_are_shifted_by_one_do_not_fit() -> None:
    lines = [
        "- Robins lay blue eggs [{}]",
        "- It lands only to breed [{}]",
        "- acorns in autumn [{}]",
    ]
    cited = ((ROBIN, "Robins lay blue eggs"), (SWIFT, "It lands only to breed"), (OAK, "acorns"))
    right = "\n".join(line.format(n) for n, line in enumerate(lines, 1))
    shifted = "\n".join(line.format(n % 3 + 1) for n, line in enumerate(lines, 1))
    assert marks_that_fit(answered(right, *cited)) == [True, True, True]
    assert marks_that_fit(answered(shifted, *cited)) == [False, False, False]
    assert marks_that_fit(answered("Robins lay blue eggs [7]", *cited)) == [False]
    assert marks_that_fit(answered("Robins lay blue eggs [1][2]", *cited)) == [True, False]


def test_facts_are_said_in_any_accepted_wording() -> None:
    one = question("q", "?", "x", facts=(("GitLab",), ("not supported", "対象外"), ("12",)))
    answer = answered("**gitlab** だけ。CodeCommitは対象 外です（2012年）")
    assert facts_said(one, answer) == (True, True, False)
    assert fact_coverage(one, answer) == pytest.approx(2 / 3)
    assert fact_coverage(one, answered("GitLab 12", refused=True)) == 0
    assert fact_coverage(question("q", "?", "x"), answer) is None


def test_sentences_with_names_or_figures_from_nowhere() -> None:
    one = question("q", "What do robins do in Kyoto?", "x")
    answer = answered(
        "The notes say this about Kyoto.\n"
        "- Robins lay blue eggs [1]\n"
        "- There are 4,500 of them [1]\n"
        "They also like GitLab.",
        (ROBIN, "Robins lay blue eggs"),
    )
    without, count = unsupported_sentences(one, answer)
    assert (without, count) == (["- There are 4,500 of them [1]", "They also like GitLab."], 4)
    assert unsupported(one, answer) == 0.5
    assert unsupported(one, answered("GitLab.", refused=True)) is None


def test_figures_match_as_whole_numbers_whatever_their_commas() -> None:
    source = chunk(0, ("数",), "- 10秒毎に1,000追加。バージョン2.5", 1)
    one = question("q", "?", "x", language="ja")

    def bad(text: str) -> int:
        return len(unsupported_sentences(one, answered(text, (source, "10秒毎に")))[0])

    assert bad("10秒ごとに1000増えます [1]") == 0
    assert bad("10秒ごとに100増えます [1]") == 1
    assert bad("バージョン2.5です [1]") == 0
    assert bad("バージョン2です [1]") == 1
    assert bad("サーバレスです [1]") == 1
    assert bad("サーバレスです") == 0  # unmarked words in katakana are no claim
    assert bad("Lambdaです") == 1


@pytest.mark.parametrize(
    ("asked", "language", "text", "wanted"),
    [
        ("en", "en", "The notes say:\n- 銀杏は秋に黄色くなる [1]", 1.0),
        ("ja", "ja", "ノートにはこうあります。\n- 銀杏は秋に黄色くなる [1]", 1.0),
        ("ja", "ja", "The notes say:\n- 銀杏は秋に黄色くなる [1]", 0.0),
        ("en", "ja", "The notes say:\n- 銀杏は秋に黄色くなる [1]", 0.0),
        ("en", "en", "ノートにはこうあります。\n- 銀杏は秋に黄色くなる [1]", 0.0),
        ("en", "en", "On 「銀杏は秋に黄色くなるのか」 the notes say:", 1.0),
        (
            "ja",
            "ja",
            "銀杏は秋に黄色くなる",
            1.0,
        ),  # nothing but a quote: what the answer says it is
        ("ja", "ja", "CloudFormationについてのメモです：", 1.0),
    ],
)
def test_the_language_of_an_answers_own_words(
    asked: str, language: str, text: str, wanted: float
) -> None:
    one = question("q", "?", "x", language=asked)
    answer = answered(text, (ICHO, "銀杏は秋に黄色くなる"), language=language)
    assert language_match(one, answer) == wanted


def test_topics_offered_in_a_refusal_are_not_its_own_words() -> None:
    answer = answered(
        "That is not in the notes. Near to it:\n- 銀杏について\n- かえでのはなし",
        refused=True,
        topics=("銀杏について", "かえでのはなし"),
    )
    assert language_match(question("q", "?", language="en"), answer) == 1


def test_auc_by_hand() -> None:
    # pairs: .9 beats .8, .1; .4 loses to .8, beats .1; .8 ties .8 (half), beats .1
    assert auc([0.9, 0.4, 0.8], [0.8, 0.1]) == pytest.approx((2 + 1 + 1.5) / 6)
    assert auc([0.5, 0.5], [0.5]) == 0.5
    assert auc([1.0], [0.0]) == 1
    assert auc([], [0.1]) is None
    assert auc([0.1], []) is None


def test_the_refusal_curve_goes_from_answering_all_to_refusing_all() -> None:
    points = curve([0.9, 0.4], [0.8, 0.1])
    assert (points[0].false_refusals, points[0].false_answers) == (0, 1)
    assert (points[-1].false_refusals, points[-1].false_answers) == (1, 0)
    at = {point.threshold: (point.false_refusals, point.false_answers) for point in points}
    assert at[0.4] == (0, 0.5)
    assert at[0.8] == (0.5, 0.5)
    assert at[0.9] == (0.5, 0)
    assert curve([0.5], []) == ()


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 21)]
    assert percentile(values, 0.5) == 10
    assert percentile(values, 0.95) == 19
    assert percentile([7.0], 0.95) == 7
    assert percentile([], 0.5) == 0
