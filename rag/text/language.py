"""In which of its two languages Shiori answers, and which of them a passage is in."""

from __future__ import annotations

import re

from rag.types import Language

_QUOTED = re.compile(r"「[^」]*」|『[^』]*』|\"[^\"]*\"|“[^”]*”|`[^`]*`")
_HIRAGANA = re.compile(r"[ぁ-ゖ]")
_JAPANESE = re.compile(r"[ぁ-ヺ々一-鿿ｦ-ﾝ]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def question_language(question: str) -> Language:
    """The language to answer a question in; one that is neither gets English.

    Hiragana outside quotes is Japanese; a few Japanese words in an English sentence are not.
    """
    asked = _QUOTED.sub(" ", question)
    if not asked.strip() or not re.search(r"\w", asked):
        asked = question
    if _HIRAGANA.search(asked):
        return "ja"
    if _JAPANESE.search(asked) and len(_LATIN_WORD.findall(asked)) < 4:
        return "ja"
    return "en"


def passage_language(text: str) -> Language:
    """The language of a passage: Japanese when at least a tenth of it is in Japanese script."""
    return "ja" if len(_JAPANESE.findall(text)) * 10 >= len(text) else "en"
