"""Headings and bullets as steps of a breadcrumb."""

from __future__ import annotations

import re

from ingest.notes.inline import References, words_of
from ingest.notes.line_syntax import TASK

LABEL_LENGTH = 80
MOST_STEPS = 8  # of a breadcrumb; of a deeper one the first and the last stay
_FIRST_STEPS = 2

_LONGEST = 2000  # of a label, more is not even looked at
_OPEN, _CLOSE = "（(「『[【", "）)」』]】"
_HASHES = re.compile(r"#{1,6}[ \t　]+")
_TICKS = re.compile(r"(`+)(?=\S)(.+?)(?<=\S)\1")
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}\s*$|\s*\{#[^{}]*$")
_ANCHOR = re.compile(r"\s*(?:¶|\[(?:#|¶|🔗)?\]\([^()]*\))\s*$")

Path = tuple[str, ...]


def title_of(text: str, references: References | None = None) -> str:
    """A heading or bullet without markup, without the box of a task and what only names a place."""
    bare = _HASHES.sub("", TASK.sub("", text[:_LONGEST], count=1), count=1)
    bare = bare.removeprefix(":::").lstrip() if bare.startswith(":::") else bare
    if bare.rstrip()[-1:] in ("¶", ")"):
        bare = _ANCHOR.sub("", bare)
    if "{" in bare:
        bare = _ATTRIBUTES.sub("", bare)
    return _TICKS.sub(r"\2", words_of(bare, references)).strip()


def heading_label(text: str, references: References | None = None) -> str:
    """A heading as a step of a breadcrumb: without markup, not longer than a line."""
    label = title_of(text, references)
    return label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1].rstrip() + "…"


def item_label(text: str, references: References | None = None) -> str:
    """A bullet as a step of a breadcrumb: a long one only up to the colon after what it names."""
    label = title_of(text, references)
    if len(label) <= LABEL_LENGTH // 2:
        return label
    depth = 0
    for position, character in enumerate(label):
        depth += (character in _OPEN) - (character in _CLOSE)
        ends = character == "：" or (
            character == ":" and label[position + 1 : position + 2] in " 　"
        )
        if depth <= 0 and ends and position > 1:
            return label[:position].strip()
    return heading_label(text, references)


def step(above: Path, label: str) -> Path:
    """A breadcrumb with one more step, bounded: what is left out stands in the middle."""
    if not label:
        return above
    longer = (*above, label)
    return (
        longer
        if len(longer) <= MOST_STEPS
        else (*longer[:_FIRST_STEPS], *longer[_FIRST_STEPS + 1 :])
    )
