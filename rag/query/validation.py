"""What may be asked: text, not empty, not a book."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from rag.errors import QuestionError
from rag.text.combining import few_marks, nfkc
from rag.text.tokenization import tokenize

LONGEST = 2000
"""Characters that a question may have; longer ones are pasted documents."""

# What people say to a chat that asks for nothing that any note could hold.
_CHAT = (
    "hello hi hey thank thanks thx good nice morning afternoon evening night bye goodbye ok okay "
    "yes yeah please sorry wow great cool welcome lol see later day "
    "こんにちは お疲れ様です 御座います 宜しく御願いします もっと詳しく 凄い 続き 了解 承知 失礼 "
    "初めまして さようなら 助かります 感謝 嬉しい ついて 又 今日は 今晩は 元気 それはこと"
)


def clean_question(question: str) -> str:
    """The question without control characters and needless space.

    Raises:
        QuestionError: nothing is left of it, or it is too long.
    """
    if len(question) > LONGEST * 10:  # not even looked at
        raise _too_long(len(question))
    kept = "".join(" " if _unseen(character) else character for character in question)
    text = few_marks(" ".join(kept.split()))
    if len(text) > LONGEST:
        raise _too_long(len(text))
    if not any(character.isalnum() for character in text):
        raise QuestionError("The question is empty. Ask in a few words what you want to know.")
    return text


_SAYING = (
    r"hello|hi|hey|thanks?(?: you)?(?: (?:very|so) much| a lot)?|thx|ok(?:ay)?|great|nice|cool|wow"
    r"|(?:good )?(?:morning|afternoon|evening|night)|(?:good)?bye|see you(?: later)?|got it|there"
    r"|(?:どうも)?(?:有難う|ありがとう)(?:ござい(?:ます|ました))?|こん(?:にち|ばん)[はわ]"
    r"|おはよう(?:ございます)?|お疲れ様?(?:です|でした)?|了解(?:です|しました)?|承知しました"
    r"|分かりました|わかりました|なるほど|はい|いいえ|すごい|助かりました|よろしくお願いします"
    r"|さようなら|はじめまして|失礼します"
)
_SMALL_TALK = re.compile(rf"(?:(?:{_SAYING})[\s,.!。、！?？~〜]*)+", re.IGNORECASE)


@cache
def _chat_terms() -> frozenset[str]:
    return frozenset(tokenize(_CHAT))


def asks_nothing(question: str) -> bool:
    """Whether no word of it says what it is about: a greeting, thanks, `what about it?`."""
    return is_small_talk(question) or _chat_terms().issuperset(tokenize(question))


def is_small_talk(question: str) -> bool:
    """Whether it greets, thanks or agrees, and nothing else: it goes on with nothing before it."""
    return _SMALL_TALK.fullmatch(nfkc(question).strip()) is not None


def _too_long(length: int) -> QuestionError:
    return QuestionError(
        f"The question has {length:,} characters; at most {LONGEST:,} can be asked. "
        "Ask about one thing at a time."
    )


def _unseen(character: str) -> bool:
    """Control characters, lone surrogates and the like; joiners within words are kept."""
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") or character in "\u2028\u2029"
    )
