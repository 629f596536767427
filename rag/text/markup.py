"""Text as it is shown: without the marks of Markdown."""

from __future__ import annotations

import re

_LABEL = 60  # longest name of a bullet


def plain(text: str) -> str:
    """A unit as it is shown: without the marks of bold type."""
    return re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)


def label(text: str) -> str:
    """What names a unit where it leads others: up to its colon, without brackets left open."""
    bare = plain(text)
    cut = re.split(r"：|:\s", bare)[0].strip(" \t　")
    if len(re.findall(r"[（(]", cut)) > len(re.findall(r"[）)]", cut)):
        cut = re.split(r"[（(](?=[^（(]*$)", cut)[0].strip(" \t　") or bare
    return cut if len(cut) <= _LABEL else cut[: _LABEL - 1] + "…"
