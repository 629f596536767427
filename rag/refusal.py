"""What a reader is told when the notes don't answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.types import Hit, Language

_TOPICS = 3
_TEXT: Mapping[Language, str] = {
    "en": "The notes don't answer this.",
    "ja": "この質問の答えは、ノートにはありません。",
}
_NEAREST: Mapping[Language, str] = {
    "en": "The nearest topics in them are:",
    "ja": "近い話題としては、次のものがあります。",
}


def refusal_text(language: Language, topics: Sequence[str]) -> str:
    """The refusal, with the nearest topics where there are any."""
    if not topics:
        return _TEXT[language]
    listed = "\n".join(f"- {topic}" for topic in topics)
    return f"{_TEXT[language]} {_NEAREST[language]}\n\n{listed}"


def nearest_topics(hits: Sequence[Hit]) -> tuple[str, ...]:
    """What the best hits are about: their first bullet, or else the last step of the breadcrumb."""
    topics: list[str] = []
    for hit in hits:
        topic = _topic(hit)
        if topic and topic not in topics:
            topics.append(topic)
        if len(topics) == _TOPICS:
            break
    return tuple(topics)


def _topic(hit: Hit) -> str:
    first = hit.chunk.text.split("\n", 1)[0]
    marked = re.match(r"\s*(?:[-*+・•]|\d{1,9}[.)])\s*(.+)", first)
    label = (
        marked.group(1) if marked else (hit.chunk.path[-1] if hit.chunk.path else hit.chunk.title)
    )
    label = re.split(r"：|: ", re.sub(r"\*\*|__|`", "", label))[0].strip()
    return label if len(label) <= 60 else label[:59] + "…"
