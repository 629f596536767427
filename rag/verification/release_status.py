"""Whether something is planned, in preview or released, as a statement and its source say it.

To an embedding `in preview` and `generally available` are much alike, and a model takes one for the
other easily.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.text.tokenization import fold
from rag.verification.negation import denies, negated

_STATUS = {
    "planned": r"\bplan(?:s|ned|ning)\b|\bupcoming\b|\bstill to come\b|予定|計画中",
    "preview": r"(?<![A-Za-z])(?:previews?|beta)(?![A-Za-z])|プレビュー|ベータ",
    "released": r"(?<![A-Za-z])GA(?![A-Za-z])|\bgeneral(?:ly)?[- ]availab\w+|\breleased as stable\b"
    r"|正式(?:版|リリース|提供|に(?:公開|提供|リリース))|一般提供|本番利用可",
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _STATUS.items()}


@lru_cache(maxsize=4096)
def statuses(text: str) -> frozenset[str]:
    """The states of release that a text names."""
    folded = fold(text)
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(folded))


def at_odds(part: str, pieces: Sequence[str]) -> bool:
    """Whether a part of a sentence claims another status than pieces of its source do.

    A denied one (not GA yet) is what the source denies, too, or of what is in preview or planned.
    """
    claimed = statuses(part)
    speaking = [piece for piece in pieces if statuses(piece)]
    if negated(part):
        return not any(denies(piece) or statuses(piece) - claimed for piece in speaking)
    held = frozenset[str]().union(*(statuses(piece) for piece in speaking if not denies(piece)))
    return not claimed <= held
