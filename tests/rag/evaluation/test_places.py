"""What counts as an expected place, the character budget, and places that are gone."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace

import pytest
from evaluation_fakes import CHUNKS, NOTE, SOURCES, chunk, question

from rag.evaluation.dataset.places import context, holds, in_budget, plain, section_of
from rag.evaluation.dataset.question import Place
from rag.evaluation.dataset.staleness import check_question, is_stale
from rag.types import Chunk, Hit, Source

ROBIN, SWIFT, OAK, GINKGO, ICHO = CHUNKS


def hits(*chunks: Chunk) -> list[Hit]:
    return [Hit(at, 1 / at, one) for at, one in enumerate(chunks, 1)]


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (Place(quote="robins"), False),
        (Place(quote="Robins  lay **blue**"), True),
        (Place(quote="Ｒｏｂｉｎｓ lay"), True),
        (Place(quote="Birds"), True),  # the breadcrumb counts
        (Place(quote="four to six"), True),
        (Place(source="nature.md"), True),
        (Place(source="other.md"), False),
        (Place(source="nature.md", lines=(4, 9)), True),
        (Place(source="nature.md", lines=(5, 9)), False),
        (Place(path=("Birds",)), True),
        (Place(path=("Birds", "Robins lay blue eggs")), True),
        (Place(path=("birds",)), True),
        (Place(path=("Trees",)), False),
        (Place(path=("Robins lay blue eggs", "Birds")), False),
        (Place(quote="Robins", source="other.md"), False),
        (Place(quote="Robins", path=("Trees",)), False),
        (Place(quote="Robins", path=("Birds",), source="nature.md", lines=(3, 3)), True),
    ],
)
def test_a_passage_is_a_place_when_everything_named_holds(place: Place, wanted: bool) -> None:
    assert holds(ROBIN, place) is wanted


@pytest.mark.parametrize(
    ("step", "name", "wanted"),
    [
        ("CodeBuild：　builds things", "CodeBuild", True),
        ("CodeBuild", "CodeBuild: builds things", True),
        ("A very long hea…", "A very long heading", True),
        ("CodeBuilder", "CodeBuild", False),
        ("ガイド（前編）", "ガイド", True),
    ],
)
def test_a_step_may_be_the_label_of_a_longer_line(step: str, name: str, wanted: bool) -> None:
    assert holds(chunk(9, ("X", step), "- text", 1), Place(path=("X", name))) is wanted


def test_articles_are_named_by_their_address() -> None:
    page = replace(ROBIN, source="https://example.org/a/", url="https://example.org/a#:~:text=x")
    assert holds(page, Place(source="https://example.org/a"))
    assert not holds(page, Place(source="https://example.org/b"))


def test_the_budget_counts_breadcrumbs_and_cuts_the_last_passage() -> None:
    first, second = chunk(0, ("P",), "x" * 1190, 1), chunk(1, ("P",), "abcdefghij and more", 2)
    assert context(hits(first, second)) == f"P\n{'x' * 1190}\nP\nabcde\n"
    assert in_budget(hits(first, second), Place(quote="abcde"))
    assert not in_budget(hits(first, second), Place(quote="abcdef"))
    assert in_budget(hits(second, first), Place(quote="and more"))


def test_the_budget_is_the_same_as_the_reference_reckoning() -> None:
    """Against the rule written out once more, over many cuts."""

    def reference(found: list[Hit], gold: str) -> bool:
        text = ""
        for hit in found:
            entry = " > ".join(hit.chunk.path) + "\n" + hit.chunk.text
            if len(text) < 1200:
                text += entry[: 1200 - len(text)] + "\n"
        squeeze = re.compile(r"[\s*`\[\]]+")
        return squeeze.sub("", unicodedata.normalize("NFKC", gold)) in squeeze.sub(
            "", unicodedata.normalize("NFKC", text)
        )

    seen = set()
    for length in range(1150, 1200):
        found = hits(chunk(0, ("A", "B"), "ｘ" * length, 1), chunk(1, (), "gold *in* here", 2))
        wanted = reference(found, "gold in")
        seen.add(wanted)
        assert in_budget(found, Place(quote="gold in")) is wanted
    assert seen == {True, False}


def test_places_without_a_quote_count_when_they_are_whole_or_first() -> None:
    long = chunk(0, ("P",), "x" * 1300, 1)
    assert in_budget(hits(long), Place(source="nature.md", lines=(1, 1)))
    short = chunk(1, ("Q",), "y" * 50, 9)
    fits = chunk(2, ("P",), "x" * 1100, 2)
    assert in_budget(hits(fits, short), Place(path=("Q",)))
    cut = chunk(3, ("P",), "x" * 1180, 3)
    assert not in_budget(hits(cut, short), Place(path=("Q",)))
    assert not in_budget(hits(long, short), Place(path=("Q",)))
    assert in_budget(hits(fits, short), Place(quote="yyy", path=("Q",)))
    assert not in_budget(hits(fits, short), Place(quote="yyy", path=("P",)))


def test_sections_are_two_steps_or_the_title() -> None:
    assert section_of(chunk(0, ("A", "B", "C"), "t", 1)) == "A > B"
    assert section_of(chunk(0, (), "t", 1)) == "Nature"
    assert plain(" Ａ`b` [c]\n*d*") == "Abcd"


def checked(**place: object) -> tuple[str, str]:
    one = question("q", "?", language="en", answerable=True, expect=(Place(**place),))  # type: ignore[arg-type]
    check = check_question(one, CHUNKS, SOURCES)[0]
    assert is_stale([check]) is (check.state == "stale")
    return check.state, check.message()


@pytest.mark.parametrize(
    "place",
    [
        {"quote": "銀杏は秋に黄色くなる"},
        {"source": "nature.md", "lines": (11, 11)},
        {"path": ("Birds",)},
        {"source": "nature.md"},
    ],
)
def test_places_that_stand_need_no_word(place: dict[str, object]) -> None:
    assert checked(**place) == ("stands", "")


def test_a_quote_that_is_gone_comes_with_the_nearest_text() -> None:
    state, message = checked(quote="An oak drops its acorns in the autumn")
    assert state == "stale"
    assert "stands nowhere in the corpus; nearest: “An oak drops acorns in autumn”" in message
    state, message = checked(quote="銀杏は冬に黄色くなる")
    assert (state, "“銀杏は秋に黄色くなる”" in message) == ("stale", True)
    state, message = checked(quote="quarterly revenue figures")
    assert (state, "nearest" in message) == ("stale", False)


def test_other_places_that_are_gone() -> None:
    assert checked(source="nature.md", lines=(11, 40))[0] == "stale"
    assert "nearest: “nature.md”" in checked(source="natur.md")[1]
    assert "nearest: “Trees”" in checked(path=("Treees",))[1]
    assert checked(quote="Robins lay", source="other.md")[0] == "stale"


def test_a_place_that_only_the_source_holds_is_not_indexed() -> None:
    one = question("q", "?", "An oak drops acorns in autumn")
    check = check_question(one, [ROBIN, SWIFT], SOURCES)[0]
    assert (check.state, check.section) == ("unindexed", "Trees")
    assert "in its source, but in no passage of the index" in check.message()
    spanning = question("q", "?", "acorns in autumn The ginkgo")
    assert check_question(spanning, CHUNKS, SOURCES)[0].state == "unindexed"
    lines = question("q", "?", answerable=True, expect=(Place(source="nature.md", lines=(10, 10)),))
    assert check_question(lines, [ROBIN], SOURCES)[0].state == "unindexed"
    path = question("q", "?", answerable=True, expect=(Place(path=("Trees",)),))
    assert check_question(path, [ROBIN], SOURCES)[0].state == "unindexed"


def test_a_quote_in_several_passages_is_said_until_something_names_one() -> None:
    both = [chunk(n, (f"P{n}",), f"- the same words {n}", n) for n in (1, 2)]
    source = {"nature.md": Source("nature.md", "note", "N", "- the same words")}
    check = check_question(question("q", "?", "the same words"), both, source)[0]
    assert (check.state, check.count) == ("stands", 2)
    assert "stands in 2 passages, any of which will do; a longer quote" in check.message()
    for exact in (Place(quote="the same words 2"), Place(quote="the same words", path=("P2",))):
        one = question("q", "?", answerable=True, expect=(exact,))
        assert (check_question(one, both, source)[0].message()) == ""


def test_labels_are_one_line() -> None:
    place = Place(quote="q", source="a.md", lines=(3, 4), path=("A", "B"))
    assert place.label() == "“q” in A > B in a.md:3-4"
    assert json.dumps(place.label())
    assert NOTE.count("\n") == 12
