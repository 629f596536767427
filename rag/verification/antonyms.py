"""Whether a statement says the opposite of its source without a word of denial: slow for fast.

An embedding puts opposites close together. Each scale has two ends, worded in both languages.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.tokenization import fold

_SCALES = tuple(
    tuple(re.compile(end, re.IGNORECASE) for end in ends)
    for ends in (
        (
            r"高可用|可用性[がはも]高|\b(?:high(?:er|ly)?|better) availab|\bhighly available",
            r"低可用|可用性[がはも]低|\blow(?:er)? availab",
        ),
        (
            r"高速|速[いくさ]|素早|即座|\bfast(?:er)?\b|\bquick(?:ly|er)?\b|\binstant(?:ly)?\b",
            r"低速|遅[いくさ]|\bslow(?:er|ly)?\b",
        ),
        (
            r"安[いくさ価]|割安|低価格|低コスト|\bcheap(?:er|ly)?\b|\binexpensive\b"
            r"|\blow(?:er)? (?:price|cost)",
            r"高価|高額|割高|値段が高|料金[がはも]高|\bexpensive\b|\bcostly\b"
            r"|\bhigh(?:er)? (?:price|cost)",
        ),
        (
            r"自動|\bautomatic(?:ally)?\b|\bby itself\b",
            r"手動|手作業|人手|\bmanual(?:ly)?\b|\bby hand\b",
        ),
        (
            r"多[いくか]|多数|たくさん|\bmany\b|\ba lot of\b|\bnumerous\b",
            r"少な[いくかめ]|わずか|(?<!\ba )\bfew\b|(?<!\ba )\blittle\b",
        ),
        (
            r"既知|判明|わかって|\bwell[- ]known\b|\bknown (?:how|what|that)\b",
            r"未知|不明|わからな|\bunknown\b|\bunclear\b",
        ),
        (
            r"先行|先発|先駆|\bpioneer|\bahead of\b|\bleads? (?:in|the)\b",
            r"後発|出遅|遅れを|\blate (?:to|in)\b|\blatecomer\b|\bbehind\b",
        ),
        (
            r"増[えやし加]|向上|上が|\bincreas(?:e[sd]?|ing)\b|\braise[sd]?\b|\bgrow(?:s|n)?\b",
            r"減[らりっ少]|削減|低下|下が|\b(?:de|re)duc(?:e[sd]?|ing)\b|\bdecreas(?:e[sd]?|ing)\b",
        ),
        (
            r"簡単|容易|手軽|\beas(?:y|ier|ily)\b|\bsimple\b",
            r"難し|困難|大変|\bdifficult\b|\bhard(?:er)? to\b",
        ),
        (
            r"あらかじめ|事前|前もって|\bbeforehand\b|\bin advance\b",
            r"後から|事後|\bafter(?:wards| the fact)\b",
        ),
    )
)
_ALSO = re.compile(
    r"[一-鿿ァ-ヺA-Za-z]も(?!の|っ|う|と|し)|\b(?:also|as well|too|in addition|both)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"のみ|だけ(?!で(?:は)?な)|しか|\bonly\b|\bsolely\b|\bexclusively\b", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def ends(text: str) -> frozenset[tuple[int, int]]:
    """The ends of scales that a text names, as scale and end."""
    folded = fold(text)
    return frozenset(
        (scale, end)
        for scale, patterns in enumerate(_SCALES)
        for end, pattern in enumerate(patterns)
        if pattern.search(folded)
    )


def opposed(statement: str, source: str) -> bool:
    """Whether the source names the other end of a scale, and not the one of the statement."""
    there = ends(source)
    here = ends(statement)
    return any(
        (scale, 1 - end) in there and (scale, end) not in there
        for scale, end in here
        if (scale, 1 - end) not in here
    )


def widened(statement: str, source: str) -> bool:
    """Whether a statement adds something (also) to what the source limits (only)."""
    one, other = fold(statement), fold(source)
    return bool(_ALSO.search(one) and not _ONLY.search(one) and _ONLY.search(other))
