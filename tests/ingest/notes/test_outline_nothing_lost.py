"""Outlines of any shape come out of chunking whole, in order, and at their exact lines."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.notes.chunking import chunk_note
from rag.text.quotes import quote_stands

Line = tuple[int, str]
MARKERS = ("- ", "* ", "1. ", "3. ", "・")


@st.composite
def outlines(draw: st.DrawFn) -> list[Line]:
    """Bullets, headings and paragraphs with a word each that stands nowhere else."""
    lines: list[Line] = []
    depth = 0
    for number in range(draw(st.integers(1, 40))):
        kind = draw(st.sampled_from(("item", "item", "item", "heading", "text")))
        word = f"語w{number}x{'説明' * draw(st.integers(0, 60))}"
        if kind == "heading":
            depth = 0
            lines.append((0, f"{'#' * draw(st.integers(1, 6))} {word}"))
        elif kind == "item":
            depth = draw(st.integers(0, depth + 1))
            lines.append((depth, draw(st.sampled_from(MARKERS)) + word))
        else:
            lines += [(0, ""), (0, word), (0, "")]
            depth = 0
    return lines


def text_of(lines: list[Line]) -> str:
    return "\n".join("    " * depth + line for depth, line in lines)


@settings(max_examples=60, deadline=None)
@given(outlines())
def test_every_word_stands_in_a_chunk_or_its_breadcrumb(lines: list[Line]) -> None:
    note = chunk_note("note.md", text_of(lines))
    held = "\n".join(f"{' '.join(chunk.path)}\n{chunk.text}" for chunk in note.chunks)
    for _, line in lines:
        word = line.lstrip("#-*1234567890.・ ")
        assert word[:8] in held
        if not line.startswith("#"):
            assert sum(word in chunk.text for chunk in note.chunks) >= (1 if word else 0)


@settings(max_examples=60, deadline=None)
@given(outlines())
def test_chunks_are_in_order_and_at_their_lines(lines: list[Line]) -> None:
    note = chunk_note("note.md", text_of(lines))
    source = note.source.text.split("\n")
    ids = [chunk.id for chunk in note.chunks]
    assert len(set(ids)) == len(ids)
    before = 0
    for chunk in note.chunks:
        start, end = chunk.locator.start_line, chunk.locator.end_line
        assert start is not None
        assert end is not None
        assert before <= start <= end
        before = start
        for segment in chunk.segments:
            if not segment.context:
                assert quote_stands(segment.text, "\n".join(source[start - 1 : end]))


def test_sixty_levels_lose_nothing() -> None:
    text = "\n".join(f"{'  ' * level}- level{level}" for level in range(60))
    note = chunk_note("deep.md", text)
    held = "\n".join(chunk.text for chunk in note.chunks)
    assert all(f"level{level}" in held for level in range(60))


def test_a_sub_list_that_starts_at_two_stands_under_its_bullet() -> None:
    note = chunk_note("note.md", "# Topics\n\n1. Aurora\n    2. successor of it\n2. Other\n")
    assert note.chunks[0].text == "1. Aurora\n  2. successor of it"
    assert (note.chunks[0].locator.start_line, note.chunks[0].locator.end_line) == (3, 4)


def test_inserting_a_bullet_changes_only_what_it_touches() -> None:
    section = "# A\n\n- one\n  - why one\n\n# B\n\n- two\n  - why two\n"
    before = {chunk.id for chunk in chunk_note("n.md", section).chunks}
    added = section.replace("# B\n\n", "# B\n\n- new\n  - why new\n")
    after = {chunk.id for chunk in chunk_note("n.md", added).chunks}
    assert before < after
    assert len(after - before) == 1
