"""Which segments are shown: whole, with what they lead to and stand under, within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.reading.selection import BUDGET, HIGHLIGHTED, select
from rag.types import Chunk, Hit, Locator, Segment, SegmentKind


def part(kind: SegmentKind, text: str, parent: int = -1, leads: bool = False) -> Segment:
    return Segment(kind, text, Locator(1, 1), parent, "-" if kind == "item" else "", leads)


def hit(segments: Sequence[Segment], answers: Sequence[float], odds: float = 1.0) -> Hit:
    text = "\n".join(segment.text for segment in segments)
    where = Locator(1, 1)
    chunk = Chunk(text[:9], "n", "note", "n", ("n",), text, where, 0, segments=tuple(segments))
    return Hit(1, 0.5, chunk, 0.5, 0.5, tuple(0.5 for _ in segments), odds, tuple(answers))


STEPS = (
    part("sentence", "It may be slow."),
    part("lead", "Do this:", leads=True),
    part("item", "Stop it.", 1),
    part("item", "Start it.", 1),
)


def shown(hits: Sequence[Hit], budget: int = BUDGET) -> list[list[str]]:
    return [
        [quote.hit.chunk.segments[index].text for index in quote.shown]
        for quote in select(hits, budget).quotes
    ]


def test_a_passage_that_fits_is_shown_whole() -> None:
    assert shown([hit(STEPS, (-5, 5, -5, -5))]) == [[segment.text for segment in STEPS]]


def test_what_leads_in_is_shown_with_all_that_it_leads_to() -> None:
    assert shown([hit(STEPS, (-5, 5, -5, -5))], 26) == [["Do this:", "Stop it.", "Start it."]]


def test_an_item_is_shown_under_what_leads_to_it() -> None:
    assert shown([hit(STEPS, (-5, -5, 5, -5))], 10) == [["Do this:", "Stop it."]]


def test_what_does_not_fit_is_counted() -> None:
    many = (part("lead", "All:", leads=True), *(part("item", "x" * 100, 0) for _ in range(30)))
    selection = select([hit(many, (5.0, *(-5.0 for _ in range(30))))], 400)
    quote = selection.quotes[0]
    assert sum(len(many[index].text) for index in quote.shown) <= 400
    assert 0 in quote.shown and quote.left + len(quote.shown) == len(many)


def test_a_long_passage_leaves_room_for_the_next() -> None:
    one = hit([part("sentence", f"a{n}" * 60) for n in range(9)], range(9), odds=3.0)
    two = hit((part("sentence", "c" * 80),), (3,), odds=2.0)
    texts = shown([one, two])
    assert [text[:2] for text in texts[0]] == ["a6", "a7", "a8"] and texts[1] == ["c" * 80]


def test_what_is_far_less_likely_to_answer_is_left_out() -> None:
    one, two = (
        hit((part("sentence", letter),), (0,), odds) for letter, odds in (("a", 4.0), ("b", -4.0))
    )
    assert shown([one, two]) == [["a"]]
    assert shown([two, one]) == [["b"], ["a"]]  # what the search puts first by far stays


def test_links_to_other_places_and_repeated_context_never_answer_by_themselves() -> None:
    segments = (
        Segment("header", "Van | Load", Locator(1, 1), -1, "", True, True),
        part("row", "1 | 100", 0),
        part("links", "Parking"),
    )
    assert shown([hit(segments, (9, -3, 9))], 12) == [["Van | Load", "1 | 100"]]
    assert select([hit(segments, (9, -3, 9))]).highlights == ("1 | 100",)


def test_a_page_of_links_gives_way_to_text() -> None:
    text = hit((part("sentence", "Bay 12."),), (0,), odds=-3.0)
    links = hit((part("links", "Parking rules"),), (9,), odds=3.0)
    page = replace(links, chunk=replace(links.chunk, navigation=True))
    assert shown([page, text]) == [["Bay 12."]]
    assert shown([page]) == [["Parking rules"]]


def test_what_answers_is_marked_best_first_and_not_everything() -> None:
    segments = tuple(part("sentence", str(n) * 120) for n in range(6))
    selection = select([hit(segments, (0, 5, 1, 4, 2, 3))])
    assert [text[0] for text in selection.highlights] == ["1", "3"]
    assert sum(map(len, selection.highlights)) <= HIGHLIGHTED
    assert selection.quotes[0].answers == (1, 3)


def test_without_a_cross_encoder_the_nearest_segments_are_taken() -> None:
    plain = hit(STEPS[:1] * 2, ())
    near = Hit(1, 0.5, plain.chunk, 0.5, 0.5, (0.2, 0.9))
    assert select([near], 15).quotes[0].shown == (1,)
    assert select([]).quotes == ()
