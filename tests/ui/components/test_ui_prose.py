"""Answers become HTML in which nothing of theirs is code."""

from __future__ import annotations

import re

import pytest

from ui.components.markdown import label_text, plain_text, render_answer

MARKS = {1: "<b>one</b>", 2: "<b>two</b>"}
ALLOWED_TAGS = {
    "p",
    "b",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "code",
    "pre",
    "br",
    "a",
    "sup",
    "h1",
    "span",
}


@pytest.mark.parametrize(
    "text",
    [
        "said [1]",
        "said [1] [2]",
        "said [1, 2]",
        "said ［1］",
        "said 【1】",
        "- said [1]\n- more [2]",
    ],
)
def test_numbers_become_what_opens_them(text: str) -> None:
    html = render_answer(text, MARKS)
    assert "<b>one</b>" in html
    assert "[1" not in html and "【" not in html and "［" not in html


def test_the_space_before_a_number_goes() -> None:
    assert "said<b>one</b>" in render_answer("said [1].", MARKS)


@pytest.mark.parametrize("text", ["in [2023] it was", "forged [9]", "mixed [1, 9]"])
def test_other_numbers_stay_text(text: str) -> None:
    assert text in render_answer(text, MARKS)


def test_a_number_never_stands_alone_at_the_start_of_a_line() -> None:
    assert render_answer("すべて GitOps [1]", MARKS) == (
        '<p>すべて <span class="shiori-tail">GitOps<b>one</b></span></p>\n'
    )
    assert '対象<span class="shiori-tail">外。<b>one</b>' in render_answer("対象外。 [1]", MARKS)
    assert '<span class="shiori-tail"><b>one</b>' in render_answer("**bold** [1]", MARKS)


def test_numbers_in_code_stay_text() -> None:
    assert "<b>" not in render_answer("`a[1]`\n\n```\nb[1]\n```", MARKS)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=https://evil.example/x.png>",
        "![x](https://evil.example/x.png)",
        "![x][y]\n\n[y]: https://evil.example/x.png",
        "<script>fetch('https://evil.example')</script>",
        "<svg onload=alert(1)>",
        "<style>@import 'https://evil.example'</style>",
        "[click](javascript:alert(1))",
        "[click](https://evil.example/)",
        "[click](<https://evil.example/>)",
        "<https://evil.example/>",
        "[1]: https://evil.example\n\nsaid [1]",
        "`<img src=x onerror=alert(1)>`",
        "```<img src=x onerror=alert(1)>\n<img src=x>\n```",
        "# <img src=x>\n",
        "| a |\n|---|\n| <img src=x> |",
        '<b title="',
        "[a](https://evil.example \"onmouseover='alert(1)'\")",
        "<!-- --><iframe src=https://evil.example></iframe>",
        '<a href="https://evil.example" popovertarget=x>y</a>',
    ],
)
@pytest.mark.parametrize("final", [True, False])
def test_nothing_of_an_answer_is_code_or_leads_away(text: str, final: bool) -> None:
    html = render_answer(text, MARKS, ["https://good.example/"], final=final)
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", html))
    assert tags <= {*ALLOWED_TAGS, "table", "thead", "tbody", "tr", "th", "td"}
    assert "href" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert not re.search(r"<[^>]*\s(?:on\w+|src|style)\s*=", html)


def test_a_link_to_a_cited_source_stays() -> None:
    html = render_answer("[go](https://good.example/)", {}, ["https://good.example/"])
    assert '<a href="https://good.example/" target="_blank">go</a>' in html


def test_a_growing_text_has_marks_that_open_nothing() -> None:
    html = render_answer("said [1]", {}, final=False)
    assert '<sup class="shiori-waiting">1</sup>' in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a **bo", "<p>a <strong>bo</strong></p>\n"),
        ("a **", "<p>a</p>\n"),
        ("a `co", "<p>a <code>co</code></p>\n"),
    ],
)
def test_a_growing_text_closes_what_it_begins(text: str, html: str) -> None:
    assert render_answer(text, {}, final=False) == html


def test_characters_that_hide_or_turn_text_are_marked_or_go() -> None:
    shown = render_answer("a\u202eb\u200bc\x00d\ufeff", {})
    assert shown == "<p>a⟨U+202E⟩bc⟨U+0000⟩d</p>\n"
    assert "日本語　です" in render_answer("日本語　です", {})


def test_deep_nesting_is_bounded() -> None:
    assert render_answer(">" * 3000 + " x", {})
    assert render_answer("*" * 5000, {})


def test_labels_of_widgets_are_text() -> None:
    assert label_text("![x](https://evil.example) **b** :red[y] $z$") == (
        r"\!\[x\]\(https\://evil\.example\) \*\*b\*\* \:red\[y\] \$z\$"
    )
    assert label_text("a\n b") == "a b"


def test_plain_text_drops_marks_only() -> None:
    assert plain_text("**Amazon Q** [x](https://a) `c` 2*3*4") == "Amazon Q x c 2*3*4"
