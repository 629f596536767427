"""The languages of the interface and how one is chosen."""

from __future__ import annotations

from rag.types import Language
from ui.i18n.catalog import Strings
from ui.i18n.en import ENGLISH
from ui.i18n.ja import JAPANESE

__all__ = [
    "ENGLISH",
    "JAPANESE",
    "LANGUAGE_NAMES",
    "STRINGS",
    "Strings",
    "language_of",
    "loading_part",
]

STRINGS: dict[Language, Strings] = {"en": ENGLISH, "ja": JAPANESE}
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "ja": "日本語"}


def language_of(locale: str | None) -> Language:
    """The interface language for a browser's locale, such as `ja-JP`; English for all others."""
    primary = (locale or "").replace("_", "-").partition("-")[0].lower()
    return "ja" if primary == "ja" else "en"


def loading_part(detail: str, words: Strings) -> str:
    """What is being loaded, in the reader's language; the pipeline speaks English."""
    return words.loading_parts.get(detail, detail)
