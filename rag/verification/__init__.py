"""What is shown has been checked: quotes word for word, sentences against the sources they cite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.verification.matching import locate_quote, locate_span, normalise, quote_stands
from rag.verification.sentences import Piece, split_sentences

if TYPE_CHECKING:
    from rag.verification.check import Verdict, Verifier

__all__ = [
    "Piece",
    "Verdict",
    "Verifier",
    "locate_quote",
    "locate_span",
    "normalise",
    "quote_stands",
    "split_sentences",
]


def __getattr__(name: str) -> Any:
    """`Verifier` and `Verdict` bring in the tokenizer: only for those who use them."""
    if name in ("Verdict", "Verifier"):
        from rag.verification import check

        return getattr(check, name)
    raise AttributeError(name)
