"""The language of a text, told by its script and by what it declares."""

from __future__ import annotations

import re

_KANA = re.compile(r"[\u3041-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z]")
_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(
    r"\b(the|and|of|to|is|are|in|that|for|with|this|it|you|on|as|be|can|not|or|from)\b", re.I
)
_SAMPLE = 20_000


def language_of(text: str, declared: str = "") -> str:
    """A two-letter code, or empty.

    What a page declares is often its template's language, so the text decides where it can.

    Args:
        text: the main text.
        declared: what the page declares, such as `ja-JP` or `en_US`.
    """
    sample = text[:_SAMPLE]
    letters = len(_LETTER.findall(sample))
    if letters:
        if len(_KANA.findall(sample)) > 0.05 * letters:
            return "ja"
        if len(_HANGUL.findall(sample)) > 0.3 * letters:
            return "ko"
        words = len(re.findall(r"[A-Za-z]+", sample))
        latin = len(_LATIN.findall(sample)) > 0.8 * letters
        if latin and len(_ENGLISH.findall(sample)) > 0.12 * words:
            return "en"
    code = re.match(r"\s*([A-Za-z]{2})(?![A-Za-z])", declared)
    return code[1].lower() if code else ""
