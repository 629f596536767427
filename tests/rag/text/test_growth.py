"""What reads or draws a text takes work that grows with its length alone.

No time is asserted: eight times the text may take some twelve times the work, never sixty-four.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

import pytest

from rag.text.combining import MOST, few_marks, nfkc
from rag.text.markup import label, pairs, plain, without_pairs
from rag.text.quantities import _listed, figures
from rag.text.quotes import folded, quote_stands
from rag.text.tokenization import fold
from ui.components.markdown import label_text, plain_text, render_answer
from ui.components.source_lines import context_lines, plain_lines

ODD = {
    "bold words and links": "**w** [a](https://a.example/) ",
    "bold never closed": "**a ",
    "underscores": "__a ",
    "code never closed": "`a ``b ",
    "brackets": "[",
    "links never closed": "[](",
    "images": "![",
    "numbers never closed": "[1, ",
    "marks": "[1]",
    "stars": "*a_",
    "quotations": "> ",
    "items": "- ",
    "strokes": "~~",
    "tags": "<a ",
    "parentheses": "(",
    "kanji": "一",
    "digits": "1",
    "a word": "a",
    "names": "Ab ",
    "katakana": "ア",
    "columns": "|a",
    "rules": "|-",
    "backslashes": "\\",
    "below and above": "\u0316\u0301",
    "half width": "か\uff9e",
    "only half width": "\uff9e",
}
SMALL, TIMES = 1_500, 8

READERS: dict[str, Callable[[str], object]] = {
    "answer": lambda text: render_answer(text, {1: "x"}, ["https://a.example/"]),
    "growing answer": lambda text: render_answer(text, {1: "x"}, final=False),
    "label of a widget": label_text,
    "words": plain_text,
    "lines": plain_lines,
    "lines with a passage": lambda text: context_lines(text, (3, len(text) // 2)),
    "plain": plain,
    "name": label,
    "folded": lambda text: folded.__wrapped__(text),
    "fold": fold,
    "figures": lambda text: figures.__wrapped__(text),
    "listed": _listed,
}


def work(read: Callable[[str], object], text: str) -> float:
    """Processor time of this thread, the least of some tries: what runs beside it counts little."""
    tries = []
    for _ in range(3):
        began = time.thread_time()
        read(text)
        tries.append(time.thread_time() - began)
    return min(tries)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_work_grows_with_the_length_alone(read: Callable[[str], object]) -> None:
    grown = {}
    for name, part in ODD.items():
        small, large = (part * (size // len(part)) for size in (SMALL, SMALL * TIMES))
        if (spent := work(read, large)) > 0.02:  # less is nothing to any reader
            grown[name] = spent / max(work(read, small), 1e-5)
    assert {name: ratio for name, ratio in grown.items() if ratio > 4 * TIMES} == {}


def test_marks_in_pairs_are_found_as_a_pattern_would() -> None:
    alphabet = ["*", "**", "__", "_", "`", "a", " ", "\n", "あ"]
    chance = random.Random(7)
    for _ in range(3_000):
        text = "".join(chance.choice(alphabet) for _ in range(chance.randint(1, 16)))
        assert plain(text) == re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
        code = re.sub(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
        assert without_pairs(text, ("**", "__", "`")) == code
        bold = [match.span() for match in re.finditer(r"\*\*(?=\S).+?(?<=\S)\*\*", text)]
        assert [(start, end) for start, end, _ in pairs(text, ("**",))] == bold


@pytest.mark.parametrize("mark", ["\u0301", "\u0e49", "\u05b0", "\u20dd", "\u1ab0", "\U0001d167"])
def test_a_letter_carries_few_marks(mark: str) -> None:
    text = f"x{mark * 50_000}y"
    assert few_marks(text) == f"x{mark * MOST}y"
    for shown in (render_answer(text, {}), plain_text(text), plain_lines(text)[0].pieces[0].text):
        assert shown.count(mark) <= MOST
    assert len(nfkc(text)) <= MOST + 2
    if mark == "\u0301":
        assert quote_stands(few_marks(text), text)


@pytest.mark.parametrize("word", ["Việt Nam", "กำลัง", "בְּ", "がぎぐ", "e\u0301\u0323", "👩‍👩‍👧"])
def test_what_people_write_stays_as_it_is(word: str) -> None:
    assert few_marks(word) == word


def test_a_line_that_nobody_wrote_is_drawn_in_part() -> None:
    text = "a" * 300_000
    assert len(render_answer(text, {})) < 61_000
    _, _, (line,) = context_lines(text, (100_000, 250_000))
    assert sum(len(piece.text) for piece in line.pieces) < 7_000
    assert [piece.marked for piece in line.pieces] == [False, True, False]
    (line,) = plain_lines(text)
    assert sum(len(piece.text) for piece in line.pieces) < 7_000


def test_a_paragraph_that_somebody_wrote_is_drawn_whole() -> None:
    text = "A sentence of a paragraph. " * 200
    (line,) = plain_lines(text)
    assert line.pieces[0].text == text.strip()
    _, _, (line,) = context_lines(text, (0, 2_700))
    assert "".join(piece.text for piece in line.pieces) == text.strip()
