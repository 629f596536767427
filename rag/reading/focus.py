"""What a question wants to know about a thing: its focus, `version` in `which version of X`."""

from __future__ import annotations

import re
from functools import cache

from rag.text.names import is_japanese, morphemes
from rag.text.tokenization import fold, tokenize

_ENGLISH = re.compile(
    r"\b(?:which|what)(?:'s| is| are| was| were)?(?: the| a| an| its| their| his| her| our| your)? "
    r"((?:[a-z][\w'/&-]* ?){1,4})",
    re.IGNORECASE,
)
# `file formats in the integration`, `the model behind X`: a noun, and what it is of
_HEADED = re.compile(
    r"^(?:(?:any|the|a|an|list|show|early|our)\s+)*((?:[a-z][\w'/&-]* ){1,3}?)"
    r"(?:of|in|for|behind|on|to|into|supported by|offered by|used by|covered by)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:what|which|who|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would"
    r"|should|may|has|have|tell|explain|describe|give|i|we|in|on|for|at|if|please|compare)\b",
    re.IGNORECASE,
)
_ENDS = frozenset(("of", "for", "in", "on", "to", "at", "by", "with"))
_JAPANESE = re.compile(
    r"(?<=[一-鿿ァ-ヺー])$|(?:は|って)(?:[？?。]|$|何|なに|いく|ど[このれ]|誰|いつ)|はある|はあり|はでき|[でが]いく"
    r"|を(?:教えて|知りたい|見せて|まとめて|一覧)"
)
# What a question may ask for without any passage saying the word.
_ABSTRACT = (
    "good best main use example "
    "kind name purpose feature difference drawback advantage benefit reason way thing topic "
    "summary 欠点 利点 弱点 長所 短所 目的 特徴 機能 名前 点 内容 概要 違い 理由 種類 方法 "
    "仕組み 用途 メリット デメリット もの"
)
_NOUNS = frozenset(("名詞", "接尾辞", "接頭辞", "形状詞"))


@cache
def _abstract() -> frozenset[str]:
    return frozenset(tokenize(_ABSTRACT))


def focus_of(question: str) -> tuple[str, ...]:
    """The terms of the noun that a question asks for; many questions have none."""
    folded = fold(question)
    terms = _japanese(folded) if is_japanese(folded) else _english(folded)
    return tuple(term for term in terms if term not in _abstract())


def _english(question: str) -> tuple[str, ...]:
    match = _ENGLISH.search(question)
    if match is None and not _ASKS.match(question):
        match = _HEADED.match(question)
    terms: list[str] = []
    for word in match[1].split() if match else []:
        own = tokenize(word)
        if not own or word.lower() in _ENDS or len(terms) >= 2:
            break
        terms += own
    return tuple(terms)


def _japanese(question: str) -> tuple[str, ...]:
    match = _JAPANESE.search(question)
    if match is None:
        return ()
    nouns: list[str] = []
    for word in reversed(morphemes(question[: match.start()])):
        if word.part_of_speech()[0] not in _NOUNS:
            break
        nouns.insert(0, word.surface())
    return tuple(tokenize("".join(nouns))[:4])
