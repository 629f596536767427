"""What a reader is told when the notes don't answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from rag.query.validation import asks_nothing
from rag.text.markup import label, plain
from rag.types import Chunk, Hit, Language

_TOPICS = 3
_ADDRESS = re.compile(r"https?://\S+$")
_TEXT: Mapping[Language, str] = {
    "en": "The notes don't answer this.",
    "ja": "この質問の答えは、ノートにはありません。",
}
_NOTHING_ASKED: Mapping[Language, str] = {
    "en": "Ask about anything in the notes.",
    "ja": "ノートについて、知りたいことを質問してください。",
}
_AMONG: Mapping[Language, str] = {
    "en": "Among other things they are about:",
    "ja": "たとえば、次のことが書かれています。",
}
_NEAREST: Mapping[Language, str] = {
    "en": "The nearest topics in them are:",
    "ja": "近い話題としては、次のものがあります。",
}


def refusal_text(question: str, language: Language, topics: Sequence[str]) -> str:
    """The refusal, with the nearest topics where there are any.

    Args:
        question: as it was searched; one that asks for nothing is met with what to ask about.
        language: of the question.
        topics: from `nearest_topics` or `main_topics`.
    """
    nothing = asks_nothing(question)
    text = (_NOTHING_ASKED if nothing else _TEXT)[language]
    if not topics:
        return text
    listed = "\n".join(f"- {topic}" for topic in topics)
    return f"{text} {(_AMONG if nothing else _NEAREST)[language]}\n\n{listed}"


def main_topics(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """The headings that most passages of the notes stand under, at the level that has a choice."""
    paths = [chunk.path for chunk in chunks if chunk.kind == "note"]
    deepest = max(map(len, paths), default=0)
    for level in range(deepest):
        under = Counter(label(path[level]) for path in paths if len(path) > level)
        if len(under) >= _TOPICS or level == deepest - 1:
            return tuple(name for name, _ in under.most_common(_TOPICS))
    return ()


def nearest_topics(hits: Sequence[Hit]) -> tuple[str, ...]:
    """What the best hits are about: the bullet nearest to the question that leads others."""
    topics: list[str] = []
    for hit in hits:
        topic = _topic(hit)
        if topic and topic not in topics:
            topics.append(topic)
        if len(topics) == _TOPICS:
            break
    return tuple(topics)


def _topic(hit: Hit) -> str:
    """The name of a segment that leads others or has a colon in it; else of the hit's heading."""
    chunk = hit.chunk
    near: list[tuple[float, str]] = []
    for index, segment in enumerate(chunk.segments):
        name = label(segment.text)
        leads = segment.leads or any(other.parent == index for other in chunk.segments)
        named = leads or name != plain(segment.text)
        told = segment.kind in ("item", "lead", "question") and not segment.context
        if told and named and not (_ADDRESS.search(segment.text) or name.endswith("…")):
            near.append((hit.near[index] if index < len(hit.near) else 0.0, name))
    if near:
        return max(near, key=lambda pair: pair[0])[1]
    return label(chunk.path[-1] if chunk.path else chunk.title)
