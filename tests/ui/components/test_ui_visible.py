"""Characters that hide or turn text, in everything that a person is shown."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from ui_fakes import answer, chunk, citation, note

from rag.storage.link_ledger import LedgerRow
from rag.text.visible import visible, visible_line
from rag.types import Provenance, Sentence, Source
from ui.components.answer import answer_html, error_html, growing_html, question_html
from ui.components.citation_panel import chunks_html
from ui.components.cited_passage import safe_url
from ui.components.markdown import label_text, plain_text, render_answer
from ui.i18n.locale import ENGLISH
from ui.views.library import _link_row, _source_row, short_url

TURNING = "\u202e\u202d\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
TAGS = "".join(chr(0xE0000 + ord(char)) for char in "obey me")
LOOSE = "\u200b\u2060\ufeff\u00ad\u2062"
HIDDEN = "\u3164\u115f\u180e\ufff9\U000e01f0"
CONTROLS = "\x00\x07\x1b\x9b\x7f\x85\u2028"
ODD = TURNING + TAGS + LOOSE + HIDDEN + CONTROLS + "\ufe0f\u200d\udcff"
NASTY = "see" + "x".join(ODD) + TAGS + "this"


def odd_in(text: str) -> set[str]:
    return {hex(ord(char)) for char in text if char in ODD and char not in "\n"}


def test_every_invisible_character_is_marked_or_left_out() -> None:
    for number in range(0x110000):
        char = chr(number)
        if unicodedata.category(char) in {"Cf", "Cc", "Cs", "Zl", "Zp"}:
            shown = visible(f"a{char}b")
            known = char in "\n\t" or (0x600 <= number < 0x2000 and number != 0x61C)
            egyptian = 0x110BD <= number <= 0x110CD
            assert char not in shown or known or egyptian, hex(number)


def test_what_turns_or_hides_leaves_a_mark_and_what_is_loose_none() -> None:
    assert visible("pay \u202etxt.exe") == "pay ⟨U+202E⟩txt.exe"
    assert visible(f"a{TAGS}b") == "a⟨U+E006F ×7⟩b"
    assert visible(f"a{LOOSE}b") == "ab"
    assert visible("\x1b[2Jgone") == "⟨U+001B⟩[2Jgone"
    assert visible("a\r\nb\rc\u2028d\te") == "a\nb\nc\nd\te"
    assert visible_line(" a\n\u202e b ") == "a ⟨U+202E⟩ b"


@pytest.mark.parametrize(
    "text",
    ["", "plain", "日本語、ｶﾅ\u3000全角", "👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3 👍🏽", "葛\U000e0100城",
     "می\u200cخواهم", "क्\u200dष", "e\u0301 が", "שלום", "ภาษาไทยที่"],
)  # fmt: skip
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text


def test_nothing_is_carried_by_variants_or_joiners_and_marks_do_not_pile_up() -> None:
    assert visible("a" + "\ufe00\ufe01\ufe02" * 50) == "a"
    assert visible("❤" + "\ufe0f" * 50) == "❤\ufe0f"
    assert visible("a\u200db\u200cc") == "abc"
    assert visible("Z" + "\u0301" * 5000) == "Z" + "\u0301" * 8


def test_the_work_grows_with_the_length() -> None:
    for piece in (NASTY, "\u202ea", "\u0301" * 9, "\ufe0f\u200d", "⟨"):
        assert len(visible(piece * 2000)) <= 2000 * len(visible(piece)) + 20


def test_answers_questions_panels_and_errors_show_nothing_odd() -> None:
    odd = chunk(title=NASTY, path=(NASTY, NASTY), text=NASTY)
    source = Source("garden.md", "note", NASTY, f"{NASTY}\n{note().text}", site=NASTY)
    shown = answer(
        question=NASTY, standalone=NASTY + "2", text=f"{NASTY} [1]", notice=NASTY, model=NASTY,
        citations=(citation(quote=NASTY, chunk=odd),),
        sentences=(Sentence(NASTY, True, (1,)), Sentence(NASTY, False, (), NASTY)),
    )  # fmt: skip
    pages = [
        answer_html("t", shown, {"garden.md": source}, ENGLISH),
        answer_html("t", shown, {}, ENGLISH),
        question_html(NASTY),
        growing_html(NASTY, NASTY, NASTY, "en"),
        error_html(NASTY),
        chunks_html([odd], ENGLISH),
        render_answer(NASTY, {}),
        label_text(NASTY),
        plain_text(NASTY),
    ]
    for page in pages:
        assert odd_in(page) == set(), page[:300]
        assert "⟨U" in page


def test_the_library_shows_nothing_odd_and_links_nowhere_hidden() -> None:
    address = f"https://garden.example/{NASTY}"
    where = (Provenance(NASTY, 1, (NASTY,)),)
    row = LedgerRow(address, address, "html", "ok", NASTY, linked_from=where)
    source = Source("a", "html", NASTY, "", url="https://garden.example/\u202ea", site=NASTY)
    for page in (_link_row(row, ENGLISH), _source_row(source, 1, ENGLISH)):
        assert odd_in(page) == set()
    assert 'href="https://garden.example/%E2%80%AEa"' in _source_row(source, 1, ENGLISH)
    assert odd_in(label_text(short_url("https://a.example/%E2%80%AEgpj"))) == set()
    assert short_url("https://a.example/%E2%80%AEgpj").endswith("%E2%80%AEgpj")
    for host in ("gar\u202eden.example", "garden\u200b.example", f"{TAGS}.example"):
        assert safe_url(f"https://{host}/") == ""


def test_the_commands_print_nothing_odd(capsys: pytest.CaptureFixture[str]) -> None:
    from rag.cli.console import say

    say(NASTY.replace("\udcff", ""))
    assert odd_in(capsys.readouterr().out.rstrip("\n")) == set()


def test_every_command_prints_by_way_of_it() -> None:
    """JSON is data for programs; all else goes through the one function."""
    root = Path(__file__).resolve().parents[3]
    files = [*root.glob("rag/**/*.py"), *root.glob("ingest/**/*.py"), *root.glob("ui/**/*.py")]
    raw = re.compile(r"typer\.echo\((?!json\.dumps|env_example|text\.translate|visible)|\bprint\(")
    found = {
        str(file.relative_to(root))
        for file in files
        if raw.search(file.read_text(encoding="utf-8")) and file.name != "worker.py"
    }
    assert found <= {"ui/__main__.py", "rag/index/integrity.py"}  # its own address; its parent
