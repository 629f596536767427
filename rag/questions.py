"""What may be asked: text, not empty, not a book."""

from __future__ import annotations

import unicodedata

from rag.errors import QuestionError

LONGEST = 2000
"""Characters that a question may have; longer ones are pasted documents."""


def clean_question(question: str) -> str:
    """The question without control characters and needless space.

    Raises:
        QuestionError: nothing is left of it, or it is too long.
    """
    if len(question) > LONGEST * 10:  # not even looked at
        raise _too_long(len(question))
    kept = "".join(" " if _unseen(character) else character for character in question)
    text = " ".join(kept.split())
    if len(text) > LONGEST:
        raise _too_long(len(text))
    if not any(character.isalnum() for character in text):
        raise QuestionError("The question is empty. Ask in a few words what you want to know.")
    return text


def _too_long(length: int) -> QuestionError:
    return QuestionError(
        f"The question has {length:,} characters; at most {LONGEST:,} can be asked. "
        "Ask about one thing at a time."
    )


def _unseen(character: str) -> bool:
    """Control characters, lone surrogates and the like; joiners within words are kept."""
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") or character in "\u2028\u2029"
    )
