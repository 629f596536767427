"""A few letters at the head of a note never stand for millions of values, nor for a deep tree."""

from __future__ import annotations

import tomllib
import tracemalloc

import pytest
import yaml

from ingest.notes.front_matter import front_matter

_LISTS = [
    "tags:",
    "  - &l0 [x, y]",
    *(f"  - &l{at} [{', '.join([f'*l{at - 1}'] * 9)}]" for at in range(1, 20)),
]
_MAPS = [
    "props:",
    f"  m0: &m0 {{{', '.join(f'k{key}: x' for key in range(150))}}}",
    *(
        f"  m{at}: &m{at} {{{', '.join(f'k{key}: *m{at - 1}' for key in range(150))}}}"
        for at in range(1, 5)
    ),
]
ALIASED = {
    "lists of lists": _LISTS,
    "maps of maps": _MAPS,
    "empty ones": [line.replace(": x", ": {}") for line in _MAPS],
    "itself": ["a: &a", "  - *a", "  - &b {c: *b}"],
}


@pytest.mark.parametrize("lines", ALIASED.values(), ids=ALIASED)
def test_what_stands_for_more_is_taken_as_written(lines: list[str]) -> None:
    tracemalloc.start()
    try:
        fields, after = front_matter(["---", *lines, "---", "text"])
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert after == len(lines) + 2
    assert sum(len(value) for field in fields for value in field.values) <= 2 * len(str(lines))
    assert held < 20_000_000


@pytest.mark.parametrize("mark", ["[", "{a: "])
@pytest.mark.parametrize("fence", ["---", "+++"])
def test_no_parser_is_given_what_is_nested_too_deeply(
    mark: str, fence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(*_: object, **__: object) -> object:
        raise AssertionError("parsed")

    monkeypatch.setattr(yaml, "load", parse)
    monkeypatch.setattr(tomllib, "loads", parse)
    key = "a = " if fence == "+++" else "a: "
    (field,), _ = front_matter([fence, key + mark * 4000, fence])
    assert field.key == "a"


def test_marks_of_aliases_in_plain_text_stay_a_value() -> None:
    (field,), _ = front_matter(["---", "title: 'Salt & *pepper*'", "---"])
    assert field.values == ("Salt & *pepper*",)
