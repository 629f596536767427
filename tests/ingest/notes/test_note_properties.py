"""Whatever an outline looks like: nothing is lost, nothing moves, every place is exact."""

from __future__ import annotations

from itertools import chain, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from note_outlines import Written, misplaced_segments, missing_words, outlines, scraps

from ingest.notes.chunking import Note, chunk_note
from ingest.notes.rendering import MOST_STEPS

# the same examples in every run: what fails in CI fails on every machine
repeatable = settings(max_examples=120, deadline=None, derandomize=True)


def _check(note: Note) -> None:
    assert missing_words(note) == []
    assert misplaced_segments(note) == []
    ids = [chunk.id for chunk in note.chunks]
    assert len(set(ids)) == len(ids)
    assert [chunk.order for chunk in note.chunks] == list(range(len(note.chunks)))
    places = [(chunk.locator.start_line or 0, chunk.locator.end_line or 0) for chunk in note.chunks]
    assert all(one[1] <= following[0] for one, following in pairwise(places))
    assert all(chunk.text.strip() for chunk in note.chunks)
    assert all(step.strip() for chunk in note.chunks for step in chunk.path)


@repeatable
@given(outlines())
def test_outlines_are_kept_whole_and_placed_exactly(written: Written) -> None:
    _check(chunk_note("note.md", written.text))


@repeatable
@given(scraps())
def test_scraps_are_kept_whole_and_placed_exactly(text: str) -> None:
    _check(chunk_note("note.md", text))


@repeatable
@given(st.text(alphabet="-*#>|`~=+1. \n\t　aあ]!:_", max_size=200))
def test_any_characters_are_kept_whole(typed: str) -> None:
    note = chunk_note("note.md", "Typed\n\n" + typed)
    assert missing_words(note) == []
    assert misplaced_segments(note) == []


@repeatable
@given(outlines())
def test_every_part_stands_under_its_true_ancestors(written: Written) -> None:
    note = chunk_note("note.md", written.text)
    for part in written.parts:
        if part.kind == "heading":
            continue
        chunk = next(chunk for chunk in note.chunks if part.word in chunk.text)
        steps = list(chunk.path if chunk.path[0] != "note" else chunk.path[1:])
        above = [word for word in part.above if any(step.startswith(word) for step in steps)]
        # each step is an ancestor, in their order; of very deep ones the middle is left out
        assert [next(w for w in part.above if step.startswith(w)) for step in steps] == above
        before = chunk.text[: chunk.text.index(part.word)]
        missing = [word for word in part.above if word not in above and word not in before]
        assert not missing or len(chunk.path) == MOST_STEPS


@repeatable
@given(outlines(most=25), st.booleans())
def test_chunks_keep_their_ids_when_something_else_is_added(written: Written, above: bool) -> None:
    text = written.text.removeprefix("\ufeff")
    # (another heading of the first level would change the title, and with it every breadcrumb)
    start, end = "An unrelated paragraph.\n\n---\n\n", "\n\n---\n\n- a\n- b\n"
    added = start + text if above else text + end
    before = [chunk.id for chunk in chunk_note("note.md", text).chunks]
    after = [chunk.id for chunk in chunk_note("note.md", added).chunks]
    assert before == (after[1:] if above else after[: len(before)])


@repeatable
@given(outlines(most=12), outlines(most=12), outlines(most=12), st.data())
def test_a_line_changes_only_chunks_of_its_section(
    first: Written, second: Written, third: Written, data: st.DataObject
) -> None:
    sections = [
        f"# Section {number}\n\n{written.text.removeprefix(chr(0xFEFF))}\n".splitlines()
        for number, written in enumerate((first, second, third))
    ]
    for section in sections:  # the headings within are below those of the sections
        section[2:] = [f"#{line}" if line.startswith("# ") else line for line in section[2:]]
    before = chunk_note("note.md", "\n".join(chain.from_iterable(sections)))
    at = data.draw(st.integers(1, len(sections[1])))
    sections[1].insert(at, "- a new bullet")
    after = chunk_note("note.md", "\n".join(chain.from_iterable(sections)))
    for name in ("Section 0", "Section 2"):
        assert [chunk.id for chunk in before.chunks if name in chunk.path] == [
            chunk.id for chunk in after.chunks if name in chunk.path
        ]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(30, 60), st.sampled_from(("  ", "    ", "\t", "　")))
def test_sixty_levels_lose_nothing(depth: int, unit: str) -> None:
    lines = [f"{unit * level}- n{level}x の説明がここにあります" for level in range(depth)]
    note = chunk_note("deep.md", "\n".join(lines))
    _check(note)
    deepest = note.chunks[-1]
    assert f"n{depth - 1}x" in deepest.text
    assert len(deepest.path) == MOST_STEPS
    assert deepest.path[0] == "deep"
    assert deepest.path[1].startswith("n0x")
    last = int(deepest.path[-1].removeprefix("n").split("x")[0])
    assert f"n{last + 1}x" in deepest.text.split("\n")[0]


def test_one_of_several_headings_of_the_first_level_is_no_title() -> None:
    assert chunk_note("a/plan.md", "# Summary\n\n- x\n").source.title == "Summary"
    several = chunk_note("a/plan.md", "# Summary\n\n- x\n\n# News\n\n- y\n\n# More\n\n- z\n")
    assert several.source.title == "plan"
    assert [chunk.path for chunk in several.chunks] == [
        ("plan", "Summary"),
        ("plan", "News"),
        ("plan", "More"),
    ]
    titled = chunk_note("a/plan.md", "---\ntitle: Plan\n---\n# Summary\n\n- x\n\n# News\n\n- y\n")
    assert titled.source.title == "Plan"
