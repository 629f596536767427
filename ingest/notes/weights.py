"""How much a text weighs, and how much a chunk may hold.

Sizes are measured on public Japanese and parallel sets, see ARCHITECTURE.md.
"""

from __future__ import annotations

import re

TOPIC_SIZE = 280
GROUP_SIZE = 200
PIECE_SIZE = 400

_FULL = re.compile("[\u2000-\U0010ffff]+")


def weight(text: str) -> float:
    """The size of a text: a full-width character counts 1, a half-width one 1/2.

    Both carry about that much.
    """
    if text.isascii():
        return len(text) / 2
    full = sum(map(len, _FULL.findall(text)))
    return (len(text) + full) / 2
