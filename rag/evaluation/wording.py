"""Words that reports and verdicts share."""

from __future__ import annotations


def counted(n: int, what: str, verb: str = "") -> str:
    """A number with its noun, and its verb where one is given: 1 question expects."""
    if n == 1:
        return f"1 {what}" + (f" {verb}s" if verb else "")
    return f"{n} {what}s" + (f" {verb}" if verb else "")
