"""Follow-ups made to stand alone: 「じゃあPythonは？」 after a question on scans asks about scans.

Without a model, by what the words show: a question that leans on the conversation (a pronoun, a
fragment, a question that names nothing) gets the topic of the question before it; one that names
its own matter, or says that it changes the subject, stays as it is. With a model, the model
rewrites it (`rag.query.condensing`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.names import names_of
from rag.text.sentence_marks import MARK
from rag.text.tokenization import fold, tokenize
from rag.types import Language, Turn

TURNS = 6  # earlier turns say nothing about what "it" is
_LONGEST = 2_000  # characters looked at of a turn
_FEW_WORDS = 5
_BARE_WORDS = 2  # so few name no matter of their own
_NAMES = 4

_NEW_TOPIC = re.compile(
    r"^\s*(?:ところで|話は?(?:変わ|かわ)り?る?(?:けれども?|けど|ますが|んですが|が)?"
    r"|別件(?:です(?:が|けど)|で)?|話題を変えて)[、,。\s]*"
    r"|^\s*(?:(?:ok|okay|now|so|well|thanks)[,.]?\s+)?(?:something else|by the way"
    r"|on another (?:note|topic)|(?:a )?(?:new|different) (?:topic|question|subject)"
    r"|changing (?:the )?(?:topic|subject)|unrelated(?:ly)?)[\s:,.–—-]+",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"^\s*(?:(?:and|but|so|then|also|or)\b|(?:what|how) about\b|what of\b|じゃあ?[、\s]?|では[、\s]"
    r"|で[、,]|あと[はに、,]|それと|それで|なら[、,]|ちなみに|ほかに|他に)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|those|these|he|she|his|her|there)\b(?! (?:are|were)\b)"
    r"|\b(?:this|that)\b(?=\s*(?:[?.,!]|$|(?:is|was|does|did|do|work|mean|support|also|too|for|with"
    r"|in|on|as|feature|service|one|option|tool|product|team|session|talk|change|class)\b))"
    r"|それ|その|これ(?!から)|この|あれ|あの|そこ|そちら|そっち|そうい?う?した?|こちら|こっち",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:the|which|another) (?:others?|same|latter|former|previous|ones?)\b|\bthe other\b"
    r"|\bwhich (?:one|of (?:them|those|these|the two))\b|\bboth of\b|\bin there\b"
    r"|もう一方|もう片方|他方|前者|後者|両方|どっち|どちら|同じ|さっき|先ほど|上記|前の(?:もの|やつ|話)"
    r"|[ほ他]か?の|の方[もはが]",
    re.IGNORECASE,
)
_NOT_POINTING = re.compile(
    r"\bis it (?:possible|true|worth|ok(?:ay)?|safe|known|likely)\b"
    r"|\bit(?: is|'s) (?:possible|said)\b"
    r"|\b(?:is|are|was|were) there\b|\bdoes it take\b|それぞれ|その他|そのまま|そもそも|それとも"
    r"|この(?:前|間|頃|メモ|ノート|資料)",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:previous|before|earlier|first)\b|前の|さっき|先ほど|最初の", re.IGNORECASE
)
_ABOUT = re.compile(
    r"^\s*(?:(?:and|but|so|then|ok|okay|or)\b[,\s]*)*(?:(?:what|how) about\s+)?"
    r"(?P<en>(?!(?:what|who|why|when|where|which|how|do|does|is|are|can)\b)[A-Za-z][\w.+#/-]*"
    r"(?: [\w.+#/-]+){0,3})\s*\??\s*$"
    r"|^\s*(?:じゃあ?|では|で|なら|あと)?[、,\s]*(?P<ja>[^、。？?\s]{1,24}?)(?:は|って|だと|なら|でも)"
    r"(?:どう(?:ですか|なの)?|いかが(?:ですか)?)?[？?]?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Topic:
    """The last question as it stands alone, its names, its answer's, and the topic before."""

    question: str
    names: tuple[str, ...]
    answered: tuple[str, ...]
    before: tuple[str, ...]


def standalone(question: str, history: Sequence[Turn], language: Language) -> str:
    """The question as it would be asked without the conversation before it.

    Args:
        question: the last one asked.
        history: earlier turns, oldest first; only the last few are looked at.
        language: of the question.
    """
    turns = [Turn(turn.question[:_LONGEST], turn.answer[:_LONGEST]) for turn in history[-TURNS:]]
    changed = _NEW_TOPIC.match(question)
    if changed:
        rest = question[changed.end() :].strip()
        return rest[:1].upper() + rest[1:] if rest else question
    topic = _topic(turns, language)
    if topic is None or not leans(question, topic.names + topic.answered):
        return question
    return _joined(question, topic, language)


def opens_topic(question: str) -> bool:
    """Whether a question says itself that it changes the subject."""
    return _NEW_TOPIC.match(question) is not None


def points(question: str) -> bool:
    """Whether a question says itself that it goes on with what was said before."""
    plain = _NOT_POINTING.sub(" ", fold(question))
    found = _PRONOUN.search(plain) or _OTHER.search(plain) or _LEADS.match(plain)
    return bool(found) or len(frozenset(tokenize(plain))) <= _BARE_WORDS


def leans(question: str, names_before: Sequence[str] = ()) -> bool:
    """Whether a question needs the conversation to be understood."""
    plain = _NOT_POINTING.sub(" ", fold(question))
    names, words = names_of(question), frozenset(tokenize(plain))
    pronoun = _PRONOUN.search(plain)
    # I use X, does it ...: the pronoun's noun is in the question itself
    if pronoun and not names_of(plain[: pronoun.start()]):
        return True
    if _OTHER.search(plain) or _LEADS.match(plain):
        return True
    if not names:
        return len(words) <= _FEW_WORDS
    own = [name for name in names if name not in names_before]
    # a bare name is a fragment: GitLab? / Pythonは？
    return bool(own) and len(words) <= len(names) and _ABOUT.match(plain) is not None


def _topic(turns: Sequence[Turn], language: Language) -> _Topic | None:
    """The topic after these turns, each question first made to stand alone itself."""
    topic: _Topic | None = None
    for turn in turns:
        asked = turn.question
        if topic is not None and not _NEW_TOPIC.match(asked) and leans(asked, topic.names):
            names = tuple(dict.fromkeys((*names_of(asked), *topic.names)))[:_NAMES]
            asked = _joined(asked, topic, language)
            before = topic.before
        else:
            names, before = names_of(asked)[:_NAMES], topic.names if topic else ()
        said = MARK.sub("", turn.answer)
        answered = tuple(name for name in names_of(said) if name not in names)
        topic = _Topic(_bare(asked), names, answered[:_NAMES], before)
    return topic


def _joined(question: str, topic: _Topic, language: Language) -> str:
    """The question with the topic it leans on."""
    swapped = _swapped(question, topic)
    if swapped:
        return swapped
    context = [topic.question]
    if _PRONOUN.search(question) or _OTHER.search(question):
        context += [name for name in topic.answered if name.lower() not in topic.question.lower()]
    if _EARLIER.search(question):
        context += [name for name in topic.before if name not in context]
    if language == "ja":
        return f"{question.strip()}（{'、'.join(context)}）"
    return f"{question.strip()} ({', '.join(context)})"


def _swapped(question: str, topic: _Topic) -> str:
    """`And GitLab?` after a question on GitHub as that question on GitLab; empty if it is no such.

    The new name takes the place of the last one: `Can X sync from GitHub` leads with its topic.
    """
    match = _ABOUT.match(question)
    thing = (match["en"] or match["ja"]) if match else ""
    if not thing or names_of(thing) != (thing,) or "(" in topic.question or "（" in topic.question:
        return ""
    old = [name for name in names_of(topic.question) if name != thing]
    if not old:
        return ""
    place = max(topic.question.rfind(name) for name in old)
    last = next(name for name in old if topic.question.rfind(name) == place)
    mark = "？" if re.search("[ぁ-ん]", topic.question) else "?"
    return topic.question[:place] + thing + topic.question[place + len(last) :] + mark


def _bare(question: str) -> str:
    return question.strip().rstrip("?？。. ").strip()
