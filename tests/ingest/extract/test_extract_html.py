"""Main text of web pages, on a site of our own with truth written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import article_site
import pytest
from article_site import Article, Layout, shares, squeezed
from later_layouts import LATER_LAYOUTS

from ingest.encoding.detection import UndecodableError
from ingest.extract.html.document import decode_page, extract_html
from ingest.extract.html.metadata import iso_date
from ingest.extract.types import Extracted, ExtractError

URL = "https://www.harbour.example/a"
PAGES = list(article_site.pages())


def read(html: str, charset: str | None = None) -> Extracted:
    return extract_html(html.encode(), charset=charset, url=URL)


def test_the_site_is_large_and_mixed() -> None:
    assert len(PAGES) >= 40
    assert len({path for path, _, _ in PAGES}) == len(PAGES)
    assert {entry.language for _, entry, _ in PAGES} == {"ja", "en"}
    assert len({path.split("/")[1] for path, _, _ in PAGES}) == len(article_site.LAYOUTS)


@pytest.fixture(scope="module")
def results() -> list[tuple[str, Article, Extracted]]:
    return [(path, entry, read(html)) for path, entry, html in PAGES]


def test_main_text_is_found_and_boilerplate_left_out(
    results: list[tuple[str, Article, Extracted]],
) -> None:
    measured = [
        (*shares("\n".join(block.text for block in found.blocks), entry.truth(), entry.title), path)
        for path, entry, found in results
    ]
    assert min(measured)[0] >= 0.95, min(measured)
    assert max(extra for _, extra, _ in measured) <= 0.05
    assert sum(recall for recall, _, _ in measured) / len(measured) >= 0.99


@pytest.mark.parametrize("layout", LATER_LAYOUTS)
def test_kinds_of_pages_that_the_extraction_was_not_made_on(layout: Layout) -> None:
    recalls, extras = [], []
    for entry in article_site.articles():
        found = read(layout(entry))
        assert found.title == entry.title
        text = "\n".join(block.text for block in found.blocks)
        recall, extra = shares(text, entry.truth(), entry.title)
        recalls.append(recall)
        extras.append(extra)
    print(
        f"\n{layout.__name__}: recall least {min(recalls):.3f}, boilerplate most {max(extras):.3f}"
    )
    assert min(recalls) >= 0.95
    assert max(extras) <= 0.05


def test_what_pages_say_about_themselves(results: list[tuple[str, Article, Extracted]]) -> None:
    for path, entry, found in results:
        assert found.title == entry.title, path
        assert found.language == entry.language, path
        if path.split("/")[1] in ("news", "application", "blog"):
            assert (found.author, found.published) == (entry.author, entry.date), path
        if path.startswith("/news/"):
            assert found.site in ("みなと通信", "Harbour Journal")


def test_structure_is_kept(results: list[tuple[str, Article, Extracted]]) -> None:
    for path, entry, found in results:
        kinds = {"numbers": "list", "quote": "paragraph"}
        expected = [kinds.get(part.kind, part.kind) for part in entry.parts]
        blocks = [block for block in found.blocks if block.text != entry.title]
        assert [block.kind for block in blocks] == expected, path
        for block, part in zip(blocks, entry.parts, strict=True):
            if part.kind == "heading":
                assert block.level == part.level
                assert re.fullmatch(r"s\d+", block.anchor)
            if part.kind == "code":
                assert block.text == "\n".join(part.lines)
            if part.kind == "table":
                assert block.text == "\n".join(part.lines).replace("|", " | ")


CODECS = {
    "UTF-8": "utf-8",
    "Shift_JIS": "cp932",
    "EUC-JP": "euc_jp",
    "ISO-2022-JP": "iso2022_jp",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
}


def encodings() -> Iterator[tuple[str, str, str]]:
    for label in CODECS:
        for told in ("header", "meta", "both", "lie", "nothing", "mark"):
            if told == "mark" and not label.startswith("UTF"):
                continue
            yield label, told, f"{label}-{told}"


@pytest.mark.parametrize(("label", "told"), [(a, b) for a, b, _ in encodings()])
def test_no_mojibake_whatever_the_encoding_and_where_it_is_told(label: str, told: str) -> None:
    entry = article_site.article("ja-library")
    html = article_site.portal(entry).replace('<meta charset="utf-8">', "")
    if told in ("meta", "both"):
        html = html.replace("<head>", f'<head><meta charset="{label}">')
    if told == "lie":
        html = html.replace("<head>", '<head><meta charset="iso-8859-1">')
    data = html.encode(CODECS[label])
    if told == "mark":
        data = "\ufeff".encode(CODECS[label]) + data
    charset = {"header": label, "both": label, "lie": "windows-1252"}.get(told)
    found = extract_html(data, charset=charset, url=URL)
    # The three symbols that Python and browsers read differently in these encodings.
    expected = [piece.translate(str.maketrans("〜", "～")) for piece in entry.truth()]
    text = squeezed("\n".join(block.text for block in found.blocks).replace("〜", "～"))
    assert [piece for piece in expected if squeezed(piece) not in text] == []
    assert found.title == entry.title


def test_an_undeclared_page_in_a_western_encoding_is_read() -> None:
    body = "<p>" + "Les élèves français ont goûté des crêpes près de l'église. " * 20 + "</p>"
    data = f"<html><head><title>Goûter</title></head><body>{body}</body></html>".encode("cp1252")
    assert "élèves français" in decode_page(data, None)
    russian = "Это русский текст о погоде и о море. " * 20
    assert russian in decode_page(f'<html lang="ru"><p>{russian}</html>'.encode("cp1251"), None)
    with pytest.raises(UndecodableError):
        decode_page(f"<html><p>{russian}</html>".encode("cp1251"), None)


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp"])
def test_a_stray_zero_byte_costs_no_page(codec: str) -> None:
    entry = article_site.article("ja-miso")
    data = article_site.blog(entry).replace('<meta charset="utf-8">', "").encode(codec)
    middle = data.index(b"</h2>")
    text = decode_page(data[:middle] + b"\0" + data[middle:], None)
    assert entry.title in text and "\0" not in text
    with pytest.raises(UndecodableError):
        decode_page(data + bytes(len(data) // 100), None)


def test_a_page_whose_encoding_cannot_be_told_is_an_error() -> None:
    with pytest.raises(ExtractError, match="encoding") as caught:
        extract_html(b"<html><p>" + bytes(range(128, 256)) * 40, charset=None, url=URL)
    assert caught.value.status == "error"


def test_a_script_that_nobody_here_reads_is_indexed_as_it_is() -> None:
    thai = "ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอนหรือวรรณยุกต์เช่นเดียวกับภาษาจีน"
    found = read(f'<html lang="th"><title>ไทย</title><article><p>{thai}</p></article>')
    assert found.language == "th"
    assert [block.text for block in found.blocks] == [thai]


WALLS = {
    "needs_login": [
        "<title>ログイン - 社内Wiki</title><form>ユーザー名<input name=u>パスワード"
        "<input type=password></form>",
        "<title>港の一年</title><article><p>冬の朝は静かです。</p>"
        "<p>この記事は会員限定です。続きを読むにはログインしてください。</p></article>",
        "<title>Story</title><article><p>The minister said that</p>"
        "<p>Subscribe to continue reading.</p></article>",
        "<title>Harbour</title><div class=consent><p>We use cookies to store data. "
        "Please accept to continue.</p></div>",
        "<title>みなと</title><p>当サイトはクッキーを使用します。同意して続けてください。</p>",
        "<title>Just a moment...</title><script>1</script><p>Checking your browser</p>",
    ],
    "empty": [
        "",
        " \n ",
        "<title>x</title><body></body>",
        "<title>App</title><script src=a></script><body><noscript>Please enable JavaScript."
        "</noscript><div id=root></div>",
        "<title>アプリ</title><script>x()</script><div id=app>読み込み中</div>",
        "<title>404 Not Found</title><p>お探しのページは移動したようです。</p>",
        "<title>みなと</title><p>この記事は公開を終了しました。</p>",
    ],
}


@pytest.mark.parametrize(
    ("status", "html"), [(status, html) for status, htmls in WALLS.items() for html in htmls]
)
def test_a_page_without_text_of_its_own_says_why(status: str, html: str) -> None:
    with pytest.raises(ExtractError, match=re.escape(URL)) as caught:
        read(html and f"<html>{html}</html>")
    assert caught.value.status == status


def test_short_pages_with_the_words_of_walls_are_no_walls() -> None:
    title = "ログイン画面を新しくしました"
    words = "本日、ログイン画面の配色を改めました。古い画面は削除しました。"
    found = read(
        f"<html><title>{title}</title><div class=cookie-banner>クッキーに同意</div>"
        f"<article><h1>{title}</h1><p>{words}</p></article></html>"
    )
    assert found.blocks[-1].text == words


def test_lines_ruby_comments_and_highlighted_code() -> None:
    found = read(
        "<html><title>t</title><article><p>最初の行は\nここで折り返すが続いている。<br>次の行。</p>"
        "<p><ruby>栞<rt>しおり</rt></ruby>を挟む。<a href=x>手引き</a><!-- no -->の三章にある。</p>"
        "<p>English text\n  goes on here.</p>"
        "<pre><span class=lineno>1</span><span class=k>if</span> x:\n    <span>go</span>()</pre>"
        "<dl><dt>語</dt><dd>その意味</dd></dl>"
        "<ul><li>外側の項目<ul><li>内側の項目</li></ul></li><li><p>二つ目の項目</p></li></ul></article>"
    )
    assert [block.text for block in found.blocks] == [
        "最初の行はここで折り返すが続いている。\n次の行。",
        "栞を挟む。手引きの三章にある。",
        "English text goes on here.",
        "if x:\n    go()",
        "- 語\n  - その意味",
        "- 外側の項目\n  - 内側の項目\n- 二つ目の項目",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-11-28T10:00:00+09:00", "2023-11-28"),
        ("公開日：2023年4月5日（水）", "2023-04-05"),
        ("2023/1/9 更新", "2023-01-09"),
        ("Posted on Nov 28, 2023 by A", "2023-11-28"),
        ("3 February 2021", "2021-02-03"),
        ("2023-02-31", ""),
        ("2999-01-01", ""),
        ("version 1.2.3", ""),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert iso_date(text) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("<!-- ", " -->"),
        ("<!--\n", "\n//-->"),
        ("//<![CDATA[\n", "\n//]]>"),
        ("/*<![CDATA[*/ ", " /*]]>*/"),
        (" \n<![CDATA[", "]]>\n "),
    ],
)
def test_data_about_itself_in_the_wrappings_of_old_scripts(before: str, after: str) -> None:
    told = '{"@type": "Article", "datePublished": "2024-02-03", "author": {"name": "甲"}}'
    found = read(
        f'<html><head><title>港</title><script type="application/ld+json">{before}{told}{after}'
        f"</script></head><body><article><p>{'港の朝は早い。' * 9}</p></article></body></html>"
    )
    assert (found.published, found.author) == ("2024-02-03", "甲")


def test_broken_data_about_itself_does_no_harm() -> None:
    found = read(
        "<html><head><title>物語 | みなと</title>"
        '<script type="application/ld+json">{"@type": </script>'
        '<script type="application/ld+json">[3, {"@graph": [{"@type": ["Article"], "author":'
        ' [{"name": "甲"}, "乙"]}]}]</script></head><body><h1>みなと</h1><article><h2>物語</h2>'
        "<p>むかしむかし、あるところに港がありました。</p></article></body></html>"
    )
    assert (found.title, found.author, found.site) == ("物語", "甲, 乙", "harbour.example")
