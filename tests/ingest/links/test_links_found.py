"""Links in Markdown as people write it: where they are, where they end, what they say."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.links.code_spans import without_code
from ingest.links.markdown import find_links, find_references

ROOT = Path(__file__).resolve().parents[3]

# A note as Notion exports it, and what is in it: line (from 1), URL, label, syntax.
NOTE = """\
# 勉強会メモ

- 資料：[設計 (第2版) の概要.pdf](https://files.example.com/設計 (第2版) の概要.pdf)
- 解説：https://blog.example.jp/entry/2024/01/zero-etl。次回も読む
    - 「https://a.example.com/guide」と（https://b.example.com/faq）を比較
    - 公式はhttps://docs.example.com/ja/latest/を参照、FAQは https://docs.example.com/faqです
    1. [**Improve *everything* | Example**](https://www.example.com/blog?a=1&b=2)
        ![図1](https://img.example.com/a b/図.png "構成図")
        [![badge](https://img.example.com/badge.svg)](https://ci.example.com/build)
- <https://auto.example.com/x?y=z> と **https://bold.example.com/page**、
- [検索](https://s.example.com/search?q=セッション レポート&tags=re%3AInvent 2023&page=1)
- [用語][glossary] と [例][] と [例] を参照 [^1]
- `https://code.example.com/not-a-link` と ``` `https://x.example.com` ```
- [メール](mailto:team@example.com)、[別のノート](./別のノート%20abc.md#節)
- https://ja.example.org/wiki/東京都_(曖昧さ回避) と https://日本語.example/パス?q=値&r=1
- https://example.com/a_(b)_c, (https://example.com/d), [https://example.com/e].
- https://video.example.com/watch?v=abc&list=PL1&index=21
- www.example.com/start から
- [動画][video] <!-- https://comment.example.com/ -->

| 名前 | リンク |
|---|---|
| 甲|https://t.example.com/1|https://t.example.com/2 |

```
https://fence.example.com/
```

[glossary]: https://g.example.com/terms "用語集"
[例]: <https://g.example.com/an example>
[Video]:
    https://v.example.com/
[^1]: 脚注 https://foot.example.com/note.
[TODO]: あとで
"""
FOUND = [
    (3, "https://files.example.com/設計 (第2版) の概要.pdf", "設計 (第2版) の概要.pdf", "inline"),
    (4, "https://blog.example.jp/entry/2024/01/zero-etl", "", "bare"),
    (5, "https://a.example.com/guide", "", "bare"),
    (5, "https://b.example.com/faq", "", "bare"),
    (6, "https://docs.example.com/ja/latest/", "", "bare"),
    (6, "https://docs.example.com/faq", "", "bare"),
    (7, "https://www.example.com/blog?a=1&b=2", "**Improve *everything* | Example**", "inline"),
    (8, "https://img.example.com/a b/図.png", "図1", "image"),
    (9, "https://ci.example.com/build", "![badge](https://img.example.com/badge.svg)", "inline"),
    (9, "https://img.example.com/badge.svg", "badge", "image"),
    (10, "https://auto.example.com/x?y=z", "", "autolink"),
    (10, "https://bold.example.com/page", "", "bare"),
    (
        11,
        "https://s.example.com/search?q=セッション レポート&tags=re%3AInvent 2023&page=1",
        "検索",
        "inline",
    ),
    (12, "https://g.example.com/terms", "用語", "reference"),
    (12, "https://g.example.com/an example", "例", "reference"),
    (12, "https://g.example.com/an example", "例", "reference"),
    (14, "mailto:team@example.com", "メール", "inline"),
    (14, "./別のノート%20abc.md#節", "別のノート", "inline"),
    (15, "https://ja.example.org/wiki/東京都_(曖昧さ回避)", "", "bare"),
    (15, "https://日本語.example/パス?q=値&r=1", "", "bare"),
    (16, "https://example.com/a_(b)_c", "", "bare"),
    (16, "https://example.com/d", "", "bare"),
    (16, "https://example.com/e", "", "bare"),
    (17, "https://video.example.com/watch?v=abc&list=PL1&index=21", "", "bare"),
    (18, "www.example.com/start", "", "bare"),
    (19, "https://v.example.com/", "動画", "reference"),
    (23, "https://t.example.com/1", "", "bare"),
    (23, "https://t.example.com/2", "", "bare"),
    (33, "https://foot.example.com/note", "", "bare"),
]


def test_a_note_as_notion_exports_it() -> None:
    links = find_links(NOTE)
    found = [
        (NOTE[: link.start].count("\n") + 1, link.url, link.label, link.syntax) for link in links
    ]
    assert found == FOUND


def test_line_by_line_gives_the_same_as_the_whole() -> None:
    note = NOTE.replace("[Video]:\n    ", "[Video]: ")
    references = find_references(note)
    found = [
        (number, link.url, link.label, link.syntax)
        for number, line in enumerate(note.split("\n"), 1)
        if "fence.example.com" not in line  # a block of code is the caller's to know
        for link in find_links(line, references)
    ]
    assert found[:-1] == FOUND[:-1]
    assert found[-1][1:] == FOUND[-1][1:]


def test_offsets_are_those_of_the_markdown() -> None:
    text = "あ [一](https://a.example/x) い https://b.example/y。う ![三][r]\n\n[r]: https://c.example/z"
    whole = [text[link.start : link.end] for link in find_links(text)]
    assert whole == ["[一](https://a.example/x)", "https://b.example/y", "![三][r]"]
    assert find_links(text)[2].syntax == "image"
    assert find_links(text)[2].url == "https://c.example/z"


def test_references_by_label() -> None:
    found = find_references(
        "[A  b]: https://one.example/ 'title'\n[a B]: https://two.example/\n> [q]: <https://q.example>"
    )
    assert {label: link.url for label, link in found.items()} == {
        "a b": "https://one.example/",
        "q": "https://q.example",
    }
    assert find_links("[text] [a  B]", found)[0].label == "a  B"
    assert find_links("[text][a b]", found)[0].url == "https://one.example/"
    assert find_links("[text][unknown]", found) == []


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://example.comを参照", ["https://example.com"]),
        ("https://example.com/newsを参照", ["https://example.com/news"]),
        ("https://example.com/を参照", ["https://example.com/"]),
        ("https://example.com/?q=1です", ["https://example.com/?q=1"]),
        ("https://example.com/資料の紹介.pdfを読む", ["https://example.com/資料の紹介.pdf"]),
        ("https://example.com/Catalystの紹介.pdf", ["https://example.com/Catalystの紹介.pdf"]),
        ("https://example.com/検索?語=意味", ["https://example.com/検索?語=意味"]),
        ("詳細：https://example.com/a！", ["https://example.com/a"]),
        ("【https://example.com/a】", ["https://example.com/a"]),
        ("『https://example.com/a』、", ["https://example.com/a"]),
        ("https://example.com/a　次", ["https://example.com/a"]),
        (
            "https://a.example/1とhttps://a.example/2",
            ["https://a.example/1", "https://a.example/2"],
        ),
        ("https://a.example/1,https://a.example/2", ["https://a.example/1", "https://a.example/2"]),
        ("https://w.example/web/2020/https://a.example/", None),
        ("https://e.example/login?to=https://a.example/b", None),
        ("https://example.com/a...", ["https://example.com/a"]),
        ("https://example.com/a?!", ["https://example.com/a"]),
        ("https://example.com/a;b=c;", ["https://example.com/a;b=c"]),
        ("see (https://example.com/a(b)).", ["https://example.com/a(b)"]),
        ("https://example.com/a)b", ["https://example.com/a"]),
        ("'https://example.com/a'", ["https://example.com/a"]),
        ('<a href="https://example.com/a">x</a>', ["https://example.com/a"]),
        ("~~https://example.com/a~~", ["https://example.com/a"]),
        ("HTTPS://EXAMPLE.com/A", None),
        ("http://[2001:db8::1]:8080/a", None),
        ("xhttps://example.com/a", []),
        ("https://", []),
        ("https:///path", []),
        ("www.", []),
        ("awww.example.com", []),
        ("http://localhost:8080/a", None),
        ("https://example.com/%E7%B4%B9%E4%BB%8B.pdf", None),
        ("https://example.com/a&amp;b", ["https://example.com/a&b"]),
    ],
)
def test_where_a_bare_url_ends(text: str, urls: list[str] | None) -> None:
    assert [link.url for link in find_links(text)] == ([text] if urls is None else urls)


@pytest.mark.parametrize(
    ("text", "url", "label"),
    [
        ("[a](https://e.example/x)", "https://e.example/x", "a"),
        ("[a]( https://e.example/x )", "https://e.example/x", "a"),
        ("[a](https://e.example/x 'ti(tle')", "https://e.example/x", "a"),
        ('[a](<https://e.example/x y)z> "t")', "https://e.example/x y)z", "a"),
        ("[a](https://e.example/x_(y_(z)))", "https://e.example/x_(y_(z))", "a"),
        ("[a](https://e.example/x_(y)", "https://e.example/x_(y", "a"),
        (r"[a](https://e.example/\(x\)\_y)", "https://e.example/(x)_y", "a"),
        ("[a [b] c](https://e.example/)", "https://e.example/", "a [b] c"),
        (r"[a \] b](https://e.example/)", "https://e.example/", r"a \] b"),
        ("[a\nb](https://e.example/)", "https://e.example/", "a\nb"),
        ("[`code`](https://e.example/)", "https://e.example/", "`code`"),
        ("[](https://e.example/)", "https://e.example/", ""),
        (
            "[https://e.example/ あ](https://e.example/%E3%81%82)",
            "https://e.example/%E3%81%82",
            None,
        ),
        ("[x] [a](https://e.example/)", "https://e.example/", "a"),
        ("[a](https://e.example/?x=1&amp;y=2)", "https://e.example/?x=1&y=2", "a"),
    ],
)
def test_inline_links(text: str, url: str, label: str | None) -> None:
    links = find_links(text)
    assert [link.url for link in links] == [url]
    assert links[0].syntax == "inline"
    if label is not None:
        assert links[0].label == label


@pytest.mark.parametrize(
    "text",
    [
        "`https://e.example/`",
        "``a ` https://e.example/ ``",
        "~~~\nhttps://e.example/\n~~~",
        "- ```sh\n  curl https://e.example/\n  ```",
        "```\n[a](https://e.example/)",
        "<!-- [a](https://e.example/) -->",
        r"\[a](/x)",
        "[a]()",
        "[a] (/x)",
        "[ ] todo",
        "[a](x\n\ny)",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert find_links(text) == []


def test_code_ends_where_it_ends() -> None:
    text = "```\nx\n```\nhttps://e.example/1 `a` https://e.example/2 ` https://e.example/3\n\n`"
    assert [link.url[-1] for link in find_links(text)] == ["1", "2", "3"]


LARGE = [
    "[" * 100_000,
    "[" * 20_000 + "]" * 20_000,
    "](" * 50_000,
    "[a](" * 30_000,
    "[a](b " * 20_000 + ")" * 20_000,
    "`" * 100_000,
    "` `` " * 20_000,
    "<!--" * 50_000,
    "https://a" * 20_000,
    "https://" + "あa" * 30_000,
    "\n[a]: b.c" * 20_000,
    "[a]:" + " " * 50_000,
    "<" * 50_000,
]


@pytest.mark.parametrize("text", LARGE, ids=lambda text: text[:6].strip() or "blank")
def test_hostile_text_is_read_in_one_go(text: str) -> None:
    found = find_links(text)  # a quadratic scan of these would outlast any test run
    assert all(0 <= link.start < link.end <= len(text) for link in found)
    assert sum(link.end - link.start for link in found) <= len(text)  # none within another


@given(st.text(st.sampled_from("[]()<>!`\\ \n:/.ahtps&;あの、「」（）*_#-|\"'"), max_size=80))
def test_any_text_gives_links_that_stand_in_it(text: str) -> None:
    for link in find_links(text):
        assert 0 <= link.start < link.end <= len(text)
        assert link.url
    find_references(text)


@given(
    st.sampled_from(["", "（", "「", "は", "：", "、", " ", "("]),
    st.sampled_from(["/", "/a/b", "/a-b_c?x=1&y=%E3%81%82", "/記事/一", "/a#b"]),
    st.sampled_from(["", "。", "」", "）", "、次", " 次", "　次", "！", ").", "…"]),
)
def test_a_url_is_the_same_in_any_sentence(before: str, path: str, after: str) -> None:
    url = f"https://example.com{path}"
    links = find_links(f"{before}{url}{after}")
    assert [link.url for link in links] == [url]


def test_all_links_of_the_shipped_notes() -> None:
    text = (ROOT / "corpus" / "notes" / "reinvent-2023.md").read_text(encoding="utf-8")
    links = find_links(text)
    assert len(links) == 23
    outside = text
    for link in reversed(links):
        assert urlsplit(link.url).netloc
        outside = outside[: link.start] + outside[link.end :]
    assert "http" not in outside


@pytest.mark.parametrize(
    "opening", ["```", "  ~~~~ text", "\t- ```", "12. ~~~", "> ```python", "-```"]
)
def test_links_in_a_fence_are_none_wherever_it_opens(opening: str) -> None:
    fence = opening.strip(" \t-12.>")[:3] * 2
    note = f"{opening}\nhttps://code.example.com/\n{fence}\nhttps://after.example.com/\n"
    assert [found.url for found in find_links(note)] == ["https://after.example.com/"]


def test_a_line_of_indentation_is_gone_over_once() -> None:
    line = " \t" * 50_000 + "x"
    started = time.monotonic()
    assert without_code(line) == line
    assert time.monotonic() - started < 20  # a minute and more where it was gone over again
