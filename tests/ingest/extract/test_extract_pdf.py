"""Text of PDFs by page; malformed ones cost a row each and never the run."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator

import pytest
from pdf_maker import HEIGHT, PdfPage, make_pdf, stream

from ingest.articles.chunking import article_source, chunk_article
from ingest.extract import ExtractError, Extractor, Limits
from ingest.extract.pdf.document import MAX_PAGES, extract_pdf
from ingest.extract.pdf.layout import Line, blocks_of, join
from ingest.extract.pdf.text import HYPHEN, clean, is_garbled

URL = "https://harbour.example/report.pdf"


def report(pages: int = 5) -> bytes:
    made = []
    for number in range(1, pages + 1):
        page = PdfPage()
        page.write("港湾だより 第12号", top=HEIGHT - 30, size=8)
        page.write(f"{number} / {pages}", left=280, top=25, size=8)
        page.write("© 2024 Harbour Ltd.", left=400, top=40, size=8)
        top = page.write(f"第{'一二三四五'[number - 1]}章 潮と船", size=20)
        top = page.write(
            "⼤きな船は潮を待つ。潮が満ちるまでのあいだに、荷を積み替え、⽔を",
            "⻑い管で送る。これを夜のうちに済ませる。",
            top=top - 12,
        )
        top = page.write(
            "A ship that arrives at low water waits outside. The pilot comes",
            "on board and brings the newspaper.",
            top=top - 14,
        )
        page.write("• 綱を渡す", "• 板を架ける", top=top - 14)
        made.append(page)
    info = {"Title": "潮と船", "Author": "港湾局", "CreationDate": "D:20240131090000+09'00'"}
    return make_pdf(made, info)


def test_text_by_page_without_headers_and_footers() -> None:
    found = extract_pdf(report(), url=URL)
    first = [(block.kind, block.text) for block in found.blocks if block.page == 1]
    assert first == [
        ("heading", "第一章 潮と船"),
        (
            "paragraph",
            "大きな船は潮を待つ。潮が満ちるまでのあいだに、荷を積み替え、水を長い管で送る。"
            "これを夜のうちに済ませる。",
        ),
        (
            "paragraph",
            "A ship that arrives at low water waits outside. The pilot comes on board and brings"
            " the newspaper.",
        ),
        ("list", "- 綱を渡す\n- 板を架ける"),
    ]
    assert {block.page for block in found.blocks} == {1, 2, 3, 4, 5}
    assert (found.title, found.author, found.published, found.language) == (
        "潮と船",
        "港湾局",
        "2024-01-31",
        "ja",
    )


def test_passages_open_at_their_page_and_stay_on_it() -> None:
    found = extract_pdf(report(), url=URL)
    source = article_source(found, url=URL, fetched="2024-02-01", linked_from=())
    chunks = chunk_article(found, source)
    assert [chunk.url for chunk in chunks] == [f"{URL}#page={number}" for number in range(1, 6)]
    assert [chunk.locator.page for chunk in chunks] == [1, 2, 3, 4, 5]
    assert chunks[2].path == ("潮と船", "第三章 潮と船")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Microsoft Word - final_v3.docx", "第一章 潮と船"),
        ("untitled", "第一章 潮と船"),
        ("\ue000\ue001\ue002", "第一章 潮と船"),
        ("", "第一章 潮と船"),
        ("よい題", "よい題"),
    ],
)
def test_titles_that_say_nothing_are_not_taken(title: str, expected: str) -> None:
    page = PdfPage()
    top = page.write("第一章 潮と船", size=22)
    page.write("大きな船は潮を待つ。" * 3, top=top - 20)
    assert extract_pdf(make_pdf([page], {"Title": title}), url=URL).title == expected


def test_rows_of_figures_stay_rows() -> None:
    page = PdfPage()
    rows = [("区分", "月額", "容量"), ("無料", "0円", "5GB"), ("個人", "380円", "200GB"),
            ("家族", "1,280円", "2TB")]  # fmt: skip
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.lines.append((cell, 60 + 120 * column, 600 - 18 * number, 11))
    page.write(
        "In 2021 the harbour counted 40 ships a",
        "day and in 2023 it counted 52 of them,",
        "as many as the old piers of 1960 hold.",
        top=400,
    )
    found = extract_pdf(make_pdf([page]), url=URL)
    assert [(block.kind, block.text) for block in found.blocks] == [
        (
            "table",
            "区分 | 月額 | 容量\n無料 | 0円 | 5GB\n個人 | 380円 | 200GB\n家族 | 1,280円 | 2TB",
        ),
        (
            "paragraph",
            "In 2021 the harbour counted 40 ships a day and in 2023 it counted 52 of them, as many"
            " as the old piers of 1960 hold.",
        ),
    ]


def test_without_any_title_the_file_name_is_one() -> None:
    page = PdfPage()
    page.write("大きな船は潮を待つ。")
    found = extract_pdf(make_pdf([page], {"Author": "User", "CreationDate": "soon"}), url=URL)
    assert (found.title, found.author, found.published) == ("report.pdf", "", "")


def test_repairs_of_text() -> None:
    assert clean("⼤⾖と⻑い⽇本、⻄の⻘い⿂") == "大豆と長い日本、西の青い魚"
    assert clean("e\ufb03cient  of\ufb01ce\x00") == "efficient office"
    assert clean("㎏ ① ｶﾅ Ａ") == "㎏ ① ｶﾅ Ａ"  # only radicals and ligatures are touched
    assert join(["an exam" + HYPHEN, "ple of", "text", "日本", "語。", "次"]) == (
        "an example of text 日本語。次"
    )
    assert clean("word\x02") == "word" + HYPHEN
    assert is_garbled("\ue001\ue002abc")
    assert not is_garbled("日本語 and English")


def line(text: str, top: float, left: float = 60, size: float = 10, page: int = 1) -> Line:
    width = sum(size if char > "\u2fff" else size / 2 for char in text)
    return Line(text, page, size, left, left + width, top, top, 800)


def test_lines_become_the_paragraphs_that_they_were() -> None:
    long, short = "長い行が端まで続いていくので折り返している文で", "ここで終わる。"
    page = [
        line(long, 700),
        line(short, 686),
        line(long, 672),
        line(long, 658),
        line(short, 644),
        line("間の空いた行", 600),
        line("短い項目", 586),
        line("次の項目", 572),
        line("Introduction . . . . . . . 3", 400),
        line("Methods ............ 12", 386),
        line("結論・・・・・・・・・・ 20", 372),
    ]
    assert [block.text for block in blocks_of([page])] == [
        long + short,
        long + long + short,
        "間の空いた行",
        "短い項目",
        "次の項目",
    ]


def malformed() -> Iterator[tuple[str, bytes]]:
    good = report(2)
    chance = random.Random(7)
    yield "only a header", b"%PDF-1.7\n"
    yield "a header and noise", b"%PDF-1.7\n" + chance.randbytes(5000)
    yield "cut in the middle", good[: len(good) // 2]
    yield "cut before the table", good[: good.rindex(b"xref\n0")]
    yield "wrong places in the table", good.replace(b"0000000", b"0009999")
    yield "wrong start of the table", good.replace(b"startxref\n", b"startxref\n99")
    yield (
        "no catalogue",
        good.replace(b"/Type /Catalog", b"/Type /Nothing").replace(b"/Pages 2 0 R", b""),
    )
    yield "pages that are their own children", good.replace(b"/Kids [10 0 R", b"/Kids [2 0 R")
    yield "a count beyond all bounds", good.replace(b"/Count 2", b"/Count 2147483647")
    yield "a negative count", good.replace(b"/Count 2", b"/Count -5")
    yield "a stream longer than the file", good.replace(b"/Length ", b"/Length 99999999")
    yield (
        "a table that points to itself",
        good.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % good.rindex(b"xref\n0")),
    )
    yield (
        "arrays in arrays",
        good.replace(b"/MediaBox [0 0 595 842]", b"/MediaBox " + b"[" * 20_000 + b"]" * 20_000),
    )
    yield "a page without size", good.replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 0 0]")
    yield "a huge page", good.replace(b"[0 0 595 842]", b"[0 0 1e30 1e30]")
    yield (
        "a font that is itself",
        good.replace(b"/DescendantFonts [4 0 R]", b"/DescendantFonts [3 0 R]"),
    )
    yield "a map of characters that is noise", good.replace(b"beginbfrange", b"beginbf\xff\xfe")
    yield "text operators without end", good.replace(b" Tj ET", b" Tj BT BT BT [[[ (((")
    yield "numbers beyond all bounds", good.replace(b"/F0 20 Tf", b"/F0 99999999999999999999 Tf")
    flipped = bytearray(good)
    for place in chance.sample(range(20, len(good)), 400):
        flipped[place] = chance.randrange(256)
    yield "bytes flipped everywhere", bytes(flipped)
    yield (
        "endless compressed nothing",
        with_content(stream(zlib.compress(b"0 0 m " * 20_000_000, 9), b"/Filter /FlateDecode ")),
    )
    yield "a filter that is none", with_content(stream(b"x" * 99, b"/Filter /Nothing "))
    yield (
        "a stream that does not inflate",
        with_content(stream(b"\x78\x9cbroken", b"/Filter /FlateDecode ")),
    )


def with_content(content: bytes) -> bytes:
    page = PdfPage()
    page.write("text")
    made = make_pdf([page])
    start = made.index(b"11 0 obj\n") + len(b"11 0 obj\n")
    return made[:start] + content + made[made.index(b"\nendobj", start) :]


def test_malformed_pdfs_never_stop_the_batch() -> None:
    cases = list(malformed())
    assert len(cases) >= 20
    with Extractor(Limits(seconds=10, memory=700 << 20)) as extractor:
        for name, body in cases:
            try:
                found = extractor.extract(body, content_type="application/pdf", url=URL)
            except ExtractError as error:
                assert URL in str(error), name
                assert error.status in ("error", "empty", "too_large"), name
            else:
                assert found.blocks, name
        after = extractor.extract(report(), content_type=None, url=URL)
    assert after.title == "潮と船"


ENCRYPTED = (
    "/ID [<00112233> <00112233>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -44"
    f" /O <{'5a' * 32}> /U <{'a5' * 32}> >>"
)


@pytest.mark.parametrize(
    "trailer", [ENCRYPTED, ENCRYPTED.replace("/Standard", "/Unknown")], ids=["password", "scheme"]
)
def test_an_encrypted_pdf_asks_for_a_password(trailer: str) -> None:
    page = PdfPage()
    page.write("secret")
    with pytest.raises(ExtractError, match="protected") as caught:
        extract_pdf(make_pdf([page], trailer=trailer), url=URL)
    assert caught.value.status == "needs_login"


def test_a_pdf_of_pictures_is_empty() -> None:
    with pytest.raises(ExtractError, match="3 pages without text") as caught:
        extract_pdf(make_pdf([PdfPage(), PdfPage(), PdfPage()]), url=URL)
    assert caught.value.status == "empty"


def test_a_font_without_characters_gives_no_text_rather_than_wrong_text() -> None:
    page = PdfPage()
    page.write("\ue0a1\ue0a2\ue0a3\ue0a4 \ue0a5\ue0a6")
    with pytest.raises(ExtractError) as caught:
        extract_pdf(make_pdf([page]), url=URL)
    assert caught.value.status == "empty"


def test_too_many_pages() -> None:
    with pytest.raises(ExtractError, match=str(MAX_PAGES)) as caught:
        extract_pdf(make_pdf([PdfPage()] * (MAX_PAGES + 1)), url=URL)
    assert caught.value.status == "too_large"
