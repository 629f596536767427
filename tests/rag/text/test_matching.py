from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.notes.chunking import chunk_note
from rag.text.quotes import locate_quote, locate_span, normalise, quote_stands

NOTES = Path(__file__).parents[3] / "corpus" / "notes" / "reinvent-2023.md"

SOURCE = """# 見出し　テスト

- **太字** と `code` と _斜体_
    1. [公式ページ](https://example.com/a_(b)?x=1 "題") を参照　（３つ）
    2. 髙橋さんは〜ｶﾞｲﾄﾞを1,000件−
       続きの行
> 引用された行
| 列A | 列B |
| --- | :---: |
| 値 | v1.25 |
"""


@pytest.mark.parametrize(
    ("quote", "lines"),
    [
        ("太字 と code と 斜体", (3, 3)),
        ("公式ページを参照 (3つ)", (4, 4)),
        ("[公式ページ](https://elsewhere.example/) を参照", (4, 4)),
        ("高橋さんは～ガイドを１,０００件－続きの行", (5, 6)),
        ("高橋さんは~ガイドを1,000件-", (5, 5)),
        ("続きの行\n引用された行", (6, 7)),
        ("列A 列B 値 v1.25", (8, 10)),
        ("- 太字\n- 髙橋さん", None),
        ("000件", None),
        ("v1", None),
        ("5", None),
        ("存在しない", None),
        ("", None),
        ("**  `", None),
    ],
)
def test_a_quote_is_found_at_its_lines_whatever_its_markup(
    quote: str, lines: tuple[int, int] | None
) -> None:
    assert locate_quote(quote, SOURCE) == lines
    assert quote_stands(quote, SOURCE) is (lines is not None)


def test_a_piece_of_a_word_is_no_quote_but_a_later_whole_word_is() -> None:
    assert not quote_stands("supported", "unsupported")
    assert locate_span("supported", "unsupported and supported") == (16, 25)
    assert quote_stands("CloudFormation", "CloudFormationがGitとの同期をサポート")
    assert quote_stands("12", "Lambdaのスケールアウトが12 倍高速に")


def test_every_line_of_the_notes_is_found_at_its_own_line() -> None:
    text = NOTES.read_text(encoding="utf-8")
    lines = text.split("\n")
    checked = 0
    for number, line in enumerate(lines, 1):
        plain = normalise(line)
        if len(plain) < 12 or normalise(text).count(plain) > 1:
            continue
        assert locate_quote(line.strip(), text) == (number, number)
        checked += 1
    assert checked > 120


def test_combining_marks_and_zero_width_characters_do_not_matter() -> None:
    assert quote_stands("ガイド", "カ\u3099イト\u3099")
    assert quote_stands("葛城市", "葛\U000e0100城\u200b市")
    assert normalise("㍻①Ⅳ") == "平成1IV"


ODD_NOTE = """# 手引き

- 詳しくは[構成 図](https://example.com/a b/図 (最新 版).png "題 名")と[表](<b c.md>)を見る
  - 空白で字下げした項目は[ここ](my notes (old (2019)).md)にある
    1. 三段目の項目
　 > 引用された一文
- ![画面 写真](Untitled 1.png)写真の後ろの文
- 括弧を[逃がした](a\\)b c.md)行き先
"""


def test_links_with_spaces_and_odd_indents_are_quoted_as_the_ingest_reads_them() -> None:
    chunks = chunk_note("a.md", ODD_NOTE).chunks
    assert chunks
    for chunk in chunks:
        assert locate_quote(chunk.text, ODD_NOTE) is not None
        for line in chunk.text.split("\n"):
            assert quote_stands(line, ODD_NOTE), line
    assert locate_quote("詳しくは構成図と表を見る", ODD_NOTE) == (3, 3)
    assert locate_quote("空白で字下げした項目はここにある 三段目の項目", ODD_NOTE) == (4, 5)
    assert locate_quote("三段目の項目 引用された一文", ODD_NOTE) == (5, 6)
    assert locate_quote("画面写真写真の後ろの文", ODD_NOTE) == (7, 7)
    assert locate_quote("括弧を逃がした行き先", ODD_NOTE) == (8, 8)


@pytest.mark.parametrize(
    "line",
    [
        "-" * 54 + "x",
        " " * 100_000 + "x",
        "](a b " * 20_000,
        "](" + "(a b)" * 20_000,
        "> " * 50_000,
    ],
    ids=["rule", "indentation", "open links", "parentheses", "quotations"],
)
def test_no_line_takes_long(line: str) -> None:
    started = time.monotonic()
    normalise(line)
    assert time.monotonic() - started < 20  # each took minutes where it was gone over again
