"""Articles are cut at headings and sentences, and every passage stands in its article."""

from __future__ import annotations

import re

import article_site
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.articles.chunking import CHUNK_SIZE, article_source, chunk_article
from ingest.articles.layout import LONGEST_UNIT, weigh
from ingest.chunk_ids import chunk_id
from ingest.extract.html.document import extract_html
from ingest.extract.types import Block, BlockKind, Extracted
from rag.locators import at_second
from rag.text.sentences import sentence_spans
from rag.types import Chunk, Provenance, Source

URL = "https://harbour.example/a"
WHERE = Provenance("notes/a.md", 3, ("見出し", "箇条書き"), "港の話")


def cut(*blocks: Block, title: str = "題", **fields: object) -> tuple[Source, list[Chunk]]:
    extracted = Extracted("html", title, blocks, **fields)  # type: ignore[arg-type]
    source = article_source(extracted, url=URL, fetched="2024-01-01", linked_from=[WHERE])
    return source, chunk_article(extracted, source)


def paragraph(text: str) -> Block:
    return Block("paragraph", text)


def heading(text: str, level: int = 2) -> Block:
    return Block("heading", text, level=level)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一つ目。二つ目！三つ目？おわり", ["一つ目。", "二つ目！", "三つ目？", "おわり"]),
        ("「はい。そうです。」と言った。次。", ["「はい。そうです。」と言った。", "次。"]),
        (
            "これは（注：後述。）大事だ。「閉じない。切れる。",
            ["これは（注：後述。）大事だ。", "「閉じない。", "切れる。"],
        ),
        ("（外の『内。』まで。）続き。次。", ["（外の『内。』まで。）続き。", "次。"]),
        (
            "See e.g. v1.2 of it. Dr. Smith left! Why?",
            ["See e.g. v1.2 of it.", "Dr. Smith left!", "Why?"],
        ),
        ('"Really?" he said. "No." She left.', ['"Really?" he said.', '"No."', "She left."]),
        (
            "See example.com?q=1 and Yahoo!JAPAN. OK.",
            ["See example.com?q=1 and Yahoo!JAPAN.", "OK."],
        ),
        (
            "U.S. markets fell. They rose… then fell.",
            ["U.S. markets fell.", "They rose… then fell."],
        ),
        ("学術の文．次の文．", ["学術の文．", "次の文．"]),
        ("a\n\n b \n", ["a", "b"]),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == expected


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="あ漢aB。！？.!? 「」（）()\n、", max_size=120))
def test_sentences_lose_nothing(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert spans == sorted(spans)
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)


def test_a_source_says_where_an_article_is_from() -> None:
    source, _ = cut(
        paragraph("文。"), site="港", author="甲", published="2023-11-28", language="ja"
    )
    assert source == Source(
        id=URL,
        kind="html",
        title="題",
        text="文。",
        url=URL,
        language="ja",
        site="港",
        author="甲",
        published="2023-11-28",
        fetched="2024-01-01",
        linked_from=(WHERE,),
    )
    assert cut(paragraph("文。"), title="")[0].title == URL


def test_paths_follow_headings_and_leave_out_the_title() -> None:
    _, chunks = cut(
        heading("題", 1),
        paragraph("前書き。"),
        heading("章"),
        paragraph("章の文。" * 50),
        heading("節", 3),
        paragraph("節の文。" * 50),
        heading("次の章"),
        paragraph("次の文。" * 50),
    )
    assert [chunk.path for chunk in chunks] == [
        ("題",),
        ("題", "章"),
        ("題", "章", "節"),
        ("題", "次の章"),
    ]
    assert [chunk.order for chunk in chunks] == [0, 1, 2, 3]
    assert {chunk.linked_from for chunk in chunks} == {(WHERE,)}
    assert {chunk.title for chunk in chunks} == {"題"}


def test_a_topic_that_fits_is_one_passage_with_its_subsections() -> None:
    _, chunks = cut(
        heading("章"),
        paragraph("章の文。"),
        heading("節", 3),
        paragraph("節の文。"),
        heading("次"),
        paragraph("文。"),
    )
    assert [(chunk.path, chunk.text) for chunk in chunks] == [
        (("題", "章"), "章の文。\n\n節\n\n節の文。"),
        (("題", "次"), "文。"),
    ]


def test_a_heading_with_nothing_under_it_is_not_lost() -> None:
    _, chunks = cut(paragraph("文。"), heading("空の章"), heading("章"), paragraph("中身。"))
    assert chunks[0].text == "文。\n\n空の章"
    assert chunks[1].path == ("題", "章")
    _, last = cut(heading("見出しだけ"))
    assert [chunk.text for chunk in last] == ["見出しだけ"]


def test_passages_are_of_sensible_length_and_never_cut_a_sentence() -> None:
    sentences = [
        f"これは{number}番目の文で、港と船と潮の話をいくらか長めに続けている。"
        for number in range(60)
    ]
    _, chunks = cut(*(paragraph("".join(sentences[at : at + 5])) for at in range(0, 60, 5)))
    ends = {sentence[-1] for sentence in sentences}
    assert all(chunk.text[-1] in ends for chunk in chunks)
    assert all(chunk.text.startswith("これは") for chunk in chunks)
    assert all(0.5 * CHUNK_SIZE <= weigh(chunk.text) <= 1.25 * CHUNK_SIZE for chunk in chunks)


def test_an_introduction_goes_with_its_list() -> None:
    long = paragraph("前の段落の文です。" * 36)
    items = "\n".join(f"- {number}番目の手順をここで行います" for number in range(9))
    _, chunks = cut(long, paragraph("手順は次のとおり："), Block("list", items))
    assert len(chunks) == 2
    assert chunks[1].text == f"手順は次のとおり：\n\n{items}"


def test_rows_items_and_lines_stay_whole() -> None:
    code = "\n".join(f"    call_number_{number}(argument)" for number in range(80))
    table = "\n".join(f"行{number} | 値{number}の説明がここに入る" for number in range(60))
    _, chunks = cut(Block("code", code), Block("table", table))
    lines = {line for chunk in chunks for line in chunk.text.split("\n") if line}
    assert lines == {*code.split("\n"), *table.split("\n")}
    assert chunks[1].text.startswith("    call_number")


def test_only_what_is_too_long_alone_is_cut() -> None:
    _, chunks = cut(paragraph("あ" * 2000))
    assert max(weigh(chunk.text) for chunk in chunks) <= LONGEST_UNIT
    assert "".join(chunk.text for chunk in chunks) == "あ" * 2000
    clauses = "、".join(["とても長い文の一部がここに続いていく"] * 80)
    _, chunks = cut(paragraph(clauses))
    assert all(chunk.text.endswith("、") for chunk in chunks[:-1])


KINDS: tuple[BlockKind, ...] = ("heading", "paragraph", "list", "table", "code")
BLOCKS = st.builds(
    Block,
    kind=st.sampled_from(KINDS),
    text=st.text(alphabet="港と船a b。. \n|-", min_size=1, max_size=400).filter(str.strip),
    level=st.integers(1, 6),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(BLOCKS, max_size=12))
def test_every_passage_stands_in_its_source_and_nothing_is_lost(blocks: list[Block]) -> None:
    source, chunks = cut(*blocks)
    place = 0
    for chunk in chunks:
        assert chunk.text.strip()
        found = source.text.find(chunk.text, place)
        assert found >= place
        place = found + len(chunk.text)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    kept = "".join("\n".join((*chunk.path, chunk.text)) for chunk in chunks)
    for block in blocks:
        if block.kind != "heading":
            for word in block.text.split():
                assert word in kept or len(word) > LONGEST_UNIT


def test_ids_are_stable_and_tell_repeats_apart() -> None:
    _, first = cut(paragraph("同じ文。"), heading("章"), paragraph("別の文。"))
    _, again = cut(paragraph("同じ文。"), heading("章"), paragraph("変わった文。"))
    assert first[0].id == again[0].id
    assert first[1].id != again[1].id
    twice = Block("paragraph", "繰り返す文。" * 58)
    _, chunks = cut(*[twice] * 4)
    assert len({chunk.text for chunk in chunks}) < len(chunks)
    assert len({chunk.id for chunk in chunks}) == len(chunks)


def test_chunk_ids_depend_on_every_part() -> None:
    base = chunk_id("a", ("b", "c"), "d")
    assert re.fullmatch(r"[0-9a-f]{16}", base)
    assert base == chunk_id("a", ["b", "c"], "d", 0)
    others = {
        chunk_id("a2", ("b", "c"), "d"),
        chunk_id("a", ("bc",), "d"),
        chunk_id("a", ("b",), "cd"),
        chunk_id("a", ("b", "c"), "d2"),
        chunk_id("a", ("b", "c"), "d", 1),
        chunk_id("a", ("b", "c", ""), "d"),
    }
    assert base not in others
    assert len(others) == 6


def test_addresses_of_videos_start_at_a_second() -> None:
    assert at_second("https://www.youtube.com/watch?v=x", 12.9) == (
        "https://www.youtube.com/watch?v=x&t=12s"
    )
    assert at_second("https://youtu.be/x?t=9", 61.0) == "https://youtu.be/x?t=61s"


def test_an_article_without_a_quotable_page_opens_at_its_heading() -> None:
    block = Block("heading", "章", level=2, anchor="setup")
    _, chunks = cut(block, paragraph("文。"))
    assert (chunks[0].url, chunks[0].locator.fragment) == (f"{URL}#setup", "setup")
    _, bare = cut(paragraph("文。"))
    assert (bare[0].url, bare[0].locator.as_dict()) == (URL, {})


def test_the_whole_site_is_cut_without_loss() -> None:
    for path, entry, html in article_site.pages():
        found = extract_html(html.encode(), charset=None, url=URL + path)
        source = article_source(found, url=URL + path, fetched="", linked_from=())
        chunks = chunk_article(found, source)
        whole = "".join("".join((*chunk.path, chunk.text)) for chunk in chunks)
        bare = "".join(whole.split())
        for piece in entry.truth():
            assert "".join(piece.split()) in bare, (path, piece)
        assert all(chunk.text in source.text for chunk in chunks)
        assert all(":~:text=" in chunk.url for chunk in chunks), path
