"""What is shown has been checked: quotes word for word, sentences against the sources they cite."""

from rag.verification.matching import locate_quote, locate_span, normalise, quote_stands

__all__ = ["locate_quote", "locate_span", "normalise", "quote_stands"]
