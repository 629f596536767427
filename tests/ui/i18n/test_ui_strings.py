"""Both languages say the same things with the same gaps."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Iterator
from typing import get_args

import pytest

from rag.storage.link_ledger import LinkStatus
from ui.i18n.locale import ENGLISH, JAPANESE, Strings, language_of, loading_part


def texts(words: Strings) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(words):
        value = getattr(words, field.name)
        if isinstance(value, str):
            yield field.name, value
        elif isinstance(value, tuple):
            yield from ((f"{field.name}.{n}", text) for n, text in enumerate(value))
        else:
            yield from ((f"{field.name}.{key}", text) for key, text in value.items())


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


# texts whose English stands for itself
_ENGLISH_STANDS = ("loading_parts", "link_reasons", "file_reasons")


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Strings)])
def test_gaps_are_the_same_in_both_languages(name: str) -> None:
    english = {key: gaps(text) for key, text in texts(ENGLISH) if key.partition(".")[0] == name}
    japanese = {key: gaps(text) for key, text in texts(JAPANESE) if key.partition(".")[0] == name}
    for key in english.keys() & japanese.keys():
        assert english[key] == japanese[key]
    if name not in _ENGLISH_STANDS:
        assert english.keys() == japanese.keys()


@pytest.mark.parametrize("words", [ENGLISH, JAPANESE])
def test_every_word_is_there_and_calm(words: Strings) -> None:
    for key, text in texts(words):
        assert text.strip(), key
        assert "!" not in text and "！" not in text, key


def test_japanese_is_japanese() -> None:
    same = {k for k, text in texts(JAPANESE) if text.isascii()}
    assert same <= {"kind_pdf"}


def test_every_state_of_a_link_has_words() -> None:
    for words in (ENGLISH, JAPANESE):
        assert set(words.link_states) == set(get_args(LinkStatus))


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ja", "ja"),
        ("ja-JP", "ja"),
        ("JA_jp", "ja"),
        ("en-US", "en"),
        ("de-DE", "en"),
        ("jam", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_language_follows_the_browser(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_what_is_loaded_is_named_in_the_language_where_it_is_known() -> None:
    assert loading_part("the index", JAPANESE) == "索引"
    assert loading_part("the index", ENGLISH) == "the index"
    assert loading_part("something new", JAPANESE) == "something new"
    assert loading_part("", ENGLISH)
