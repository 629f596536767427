"""What is drawn costs as much as it is long, and a page draws so much at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from ui_fakes import chunk

from rag.types import Locator
from ui.components.citation_panel import chunks_html
from ui.components.source_lines import Piece, plain_lines
from ui.i18n.locale import ENGLISH


def pieces(text: str) -> list[tuple[str, bool]]:
    (line,) = plain_lines(text)
    return [(piece.text, piece.bold) for piece in line.pieces]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **b** c", [("a ", False), ("b", True), (" c", False)]),
        ("**a****b**", [("ab", True)]),
        ("2 ** 3 ** 4", [("2 ** 3 ** 4", False)]),
        ("**open", [("**open", False)]),
        ("**a [b](c) d**", [("a b d", True)]),
        ("[**a**](b)", [("a", True)]),
        ("**", [("**", False)]),
    ],
)
def test_bold_text_and_links_are_drawn_without_their_marks(
    text: str, expected: list[tuple[str, bool]]
) -> None:
    assert pieces(text) == expected


def calls_of(work: Callable[[], object]) -> int:
    """How many functions were called, and lines run, in this module's sight: work, not time."""
    count = 0

    def trace(_frame: object, _event: str, _arg: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("part", ["**a** [b](c) ", "**a ", "[a](b) ", "**a** ", "`**` [", "** a"])
def test_a_line_of_many_marks_is_linear_work(part: str) -> None:
    small = calls_of(lambda: plain_lines(part * 200))
    large = calls_of(lambda: plain_lines(part * 2000))
    assert large < small * 12


def test_a_topic_draws_so_many_lines() -> None:
    many = [chunk(text=f"line {number}", locator=Locator(number, number)) for number in range(5000)]
    html = chunks_html(many, ENGLISH)
    assert html.count("shiori-line-text") == 400 and "…" in html
    assert Piece("a", marked=False)
