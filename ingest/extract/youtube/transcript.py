"""From the snippets of a transcript, a line of subtitles each, to passages that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.extract.types import Block

# Lengths in characters as they come (full-width ones count twice), times in seconds.
_ENOUGH, _MOST = 240, 480
_PAUSE, _LONGEST = 6.0, 45.0
_END = re.compile(r"[。．.!?！？][」』）)\"”]*$")
_NOISE = re.compile(
    r"\[[^\]]{0,30}\]|[（(](音楽|拍手|笑い?|music|applause|laughter)[)）]|♪+|>>+\s*", re.I
)
_WIDE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


def passages(snippets: Iterable[tuple[str, float, float]]) -> tuple[Block, ...]:
    """Passages of some sentences with the second at which each starts.

    A passage ends with a sentence, or at a pause, or when it gets long: generated transcripts have
    no punctuation.

    Args:
        snippets: text, start and duration in seconds of each.
    """
    blocks: list[Block] = []
    text, start, until = "", 0.0, 0.0
    times: list[tuple[int, float]] = []
    for words, begins, lasts in snippets:
        clean = " ".join(_NOISE.sub(" ", words).split())
        if not clean:
            continue
        if text and _is_full(text, begins - start, begins - until):
            blocks.append(Block("paragraph", text, seconds=start, times=tuple(times)))
            text, times = "", []
        if not text:
            start = begins
        text = _joined(text, clean)
        times.append((len(text) - len(clean), begins))
        until = begins + lasts
    if text:
        blocks.append(Block("paragraph", text, seconds=start, times=tuple(times)))
    return tuple(blocks)


def _is_full(text: str, seconds: float, pause: float) -> bool:
    width = sum(1 + (_WIDE.match(char) is not None) for char in text)
    ended = _END.search(text) is not None
    return (width >= _ENOUGH and ended) or width >= _MOST or pause >= _PAUSE or seconds >= _LONGEST


def _joined(text: str, words: str) -> str:
    if not text:
        return words
    bare = _WIDE.match(text[-1]) and _WIDE.match(words[0])
    return text + words if bare else f"{text} {words}"
