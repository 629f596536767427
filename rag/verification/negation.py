"""Whether a statement is negated, in Japanese and English, and whether two agree in that.

An embedding hardly tells `is supported` from `is not supported`, so negation is read from the
words: auxiliaries and adjectives as Sudachi parses them, English particles, and nouns that deny
(対象外, 不要). Phrases that only look negative (だけでなく, not only) are taken out first.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rag.text.names import is_japanese, morphemes
from rag.text.tokenization import fold

_JA_IDIOMS = re.compile(
    r"だけ(?:では|で|じゃ)?な[くい]|のみ(?:ならず|で(?:は)?なく)|かもしれ(?:ない|ません)"
    r"|に[過す]ぎ(?:ない|ません)|な(?:けれ|き)ば(?:なら|いけ)(?:ない|ません)"
    r"|なくては(?:なら|いけ)(?:ない|ません)|ないと(?:いけ|なら)(?:ない|ません)"
    r"|に違い(?:ない|ありません)|に限ら(?:ず|ない)|問わず|[関か]か?わらず|問題な[くい]"
    r"|欠かせ(?:ない|ません)|間違いな[くい]|まもなく|間もなく|(?:では|じゃ)ない(?:か|でしょうか)"
    r"|とは限らない|少なからず|必ず"
)
_JA_DENY = re.compile(
    r"対象外|範囲外|不可(?!欠)|不要|未(?:対応|サポート|実装|提供|定|発表|公開|リリース|知)"
    r"|非(?:対応|サポート|推奨|公開)|不(?:可能|明|対応|十分)|(?<!取り)(?<!取)除[くき外]|以外|禁止|廃止"
    r"|なし(?:で|に|の|$|\W)|無し|レス(?:で|な|の|に|化|$|\W)|なくても|一切"
)
_EN_IDIOMS = re.compile(
    r"\bnot (?:only|just|merely|least|(?:limited|restricted|confined) to)\b"
    r"|\bno (?:later|earlier|less|fewer|more) than\b"
    r"|\bno matter\b|\bwhether or not\b|\bif not\b|\bno doubt\b|\bnot to mention\b|\bnothing but\b",
    re.IGNORECASE,
)
_EN_DENY = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nothing|nobody|cannot|without|unable|unsupported"
    r"|except(?:ion)?|exclud(?:ed|es|ing)|lack(?:s|ing)?|unavailable|impossible|unknown|prohibited"
    r"|unnecessary|nowhere|hardly|discontinued|deprecated)\b|n['’]t\b|\bagent-?less\b",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"だけ|のみ|しか|限[定ら]|まだ|少な|\b(?:only|limited|yet|still|outside|few|little|instead)\b",
    re.IGNORECASE,
)
_NEGATIVE_FORMS = frozenset(("ない", "ぬ", "ず", "ん", "まい", "無い"))
_EMPTY_NOUNS = frozenset(
    ("事", "こと", "もの", "物", "の", "よう", "様", "ため", "為", "とき", "時", "場合")
)
_NEEDS = re.compile(
    r"必要(?:が?ある|があり|です|だ|と[なす]|$|\W)|必須|なければ(?:なら|いけ)|ないと(?:いけ|なら)"
    r"|\bmust\b(?! not)|\bneed(?:s|ed)?\b|\brequir(?:es?|ed|ing)\b|\bha(?:s|ve) to\b"
    r"|\bmandatory\b|\bnecessary\b",
    re.IGNORECASE,
)
_NEEDLESS = re.compile(
    r"不要|[な無]し[でに]|ずに|ずとも|なくて?も|なくとも|レス(?:で|な|の|に|$|\W)"
    r"|[要い]ら(?:ない|なく|ず)|[要い]りません|必要[はがも]?(?:ない|ありません|なく|無)"
    r"|\bwithout\b|\bno need\b|\bagent-?less\b"
    r"|\b(?:do|does|did)(?: not|n['’]t) (?:need|require|have to)|\bnothing (?:has|needs?|is|must)\b"
    r"|\bno longer (?:need|require)s?\b"
    r"|\bunnecessary\b|\bneeds? no\b|\bno \w+ (?:is |are )?(?:needed|required|necessary)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def negated(text: str) -> bool:
    """Whether a statement denies something."""
    plain = fold(text)
    if not is_japanese(plain):
        return _EN_DENY.search(_EN_IDIOMS.sub(" ", plain)) is not None
    plain = _JA_IDIOMS.sub(" ", plain)
    if _JA_DENY.search(plain):
        return True
    return any(_negative(word) for word in morphemes(plain))


def _negative(word: Any) -> bool:
    return word.part_of_speech()[0] in ("助動詞", "形容詞") and bool(
        {word.dictionary_form(), word.normalized_form()} & _NEGATIVE_FORMS
    )


def _only_describes(text: str) -> bool:
    """Whether all that is denied describes a noun: 完結しないタスクを実行 denies nothing itself."""
    plain = _JA_IDIOMS.sub(" ", fold(text))
    if not is_japanese(plain) or _JA_DENY.search(plain):
        return False
    after = [then for word, then in pairwise([*morphemes(plain), None]) if _negative(word)]
    return bool(after) and all(
        word is not None
        and word.part_of_speech()[0] == "名詞"
        and word.dictionary_form() not in _EMPTY_NOUNS
        for word in after
    )


def needs(text: str) -> bool | None:
    """True where a statement says that something is needed, False that it is not, None neither."""
    plain = fold(text)
    if _NEEDLESS.search(plain):
        return False
    return True if _NEEDS.search(plain) else None


def denies(text: str) -> bool:
    """Whether the statement itself is denied.

    Not only something it does without (Lambdaなしで), or that describes a noun of it.
    """
    return negated(text) and needs(text) is not False and not _only_describes(text)


def limits(text: str) -> bool:
    """Whether a statement limits what it says (only, まだ): it may stand for a denial elsewhere."""
    return negated(text) or _SOFT.search(fold(text)) is not None
