"""What a generated sentence may hold, whatever the model was talked into.

A poisoned source may order links, images, HTML or the prompt into an answer, and the model may
obey. So the text itself is cleaned: only addresses of retrieved sources, no images, no HTML, no
hidden characters, no words of the prompt; citation marks are taken out and set anew by the check.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rag.prompts import NO_ANSWER
from rag.types import Language
from rag.verification.sentences import MARK
from rag.verification.source import squeeze
from rag.verification.terms import is_japanese

_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\])?|!(?=\[)")
_LINK = re.compile(r"\[(?P<label>[^\]]*)\]\(\s*<?(?P<target>[^)\s>]*)[^)]*\)?")
_REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s*\S+.*$|(?<=\])\[[^\]]*\]")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}:)?//[^\s<>\"'）」』、。\]]*|\bwww\.[^\s<>\"'）」』、。\]]+"
    r"|\b(?:javascript|data|vbscript|file|mailto|blob):[^\s]+"
    r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}/[^\s、。]*"
    r"|\b[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>?|<!--.*?(?:-->|$)")
_FORGED_MARK = re.compile(r"\[\s*\^?\d[^\]]*\]")
_QUOTED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"]*\"|`[^`]*`|\([^)]*\)|（[^）]*）")
_SHARED = 40  # squeezed characters in a row that are no chance
_LATIN_WORDS = re.compile(r"\b[a-z]{2,}\b")


def clean(sentence: str, allowed: Iterable[str]) -> str:
    """The sentence without marks, images, tags, hidden characters and foreign addresses.

    Args:
        sentence: as the model wrote it.
        allowed: addresses of the retrieved sources.
    """
    text = _visible(sentence)
    text = MARK.sub("", _IMAGE.sub("", text))
    own = frozenset(address for address in allowed if address.startswith(("http://", "https://")))
    text = _LINK.sub(lambda match: match["label"], text)
    text = _FORGED_MARK.sub("", _TAG.sub("", _REFERENCE.sub("", text)))
    folded = unicodedata.normalize("NFKC", text)  # full-width letters make an address, too
    if any(not _own(found.group(), own) for found in _ADDRESS.finditer(folded)):
        text = _ADDRESS.sub(lambda found: found.group() if _own(found.group(), own) else "", folded)
    return re.sub(r"[ \t]{2,}", " ", re.sub(r"[\[\]]", "", text)).strip()


def holds_foreign(sentence: str, allowed: Iterable[str]) -> bool:
    """Whether a sentence as written has an image, a tag, or an address that is no source's."""
    text = unicodedata.normalize("NFKC", _visible(sentence))
    own = frozenset(allowed)
    if _IMAGE.search(text) or re.search(
        r"<\s*(?:script|img|iframe|a|svg|style|link)\b", text, re.I
    ):
        return True
    return any(not _own(found.group(), own) for found in _ADDRESS.finditer(text))


def leaks(sentence: str, secret: str, instructions: str) -> bool:
    """Whether a sentence repeats the prompt: its secret, or a run of the instructions' words."""
    small = squeeze(unicodedata.normalize("NFKC", _visible(sentence)))
    if NO_ANSWER.lower().replace("_", "") in small:
        return True
    if any(secret[i : i + 8] in small for i in range(0, len(secret) - 7)):
        return True
    reverse = secret[::-1]
    if any(reverse[i : i + 8] in small for i in range(0, len(reverse) - 7)):
        return True
    rules = squeeze(instructions)
    return any(
        small[i : i + _SHARED] in rules for i in range(0, max(0, len(small) - _SHARED + 1), 4)
    )


def in_language(sentence: str, language: Language) -> bool:
    """Whether a sentence is in the reader's language; what it quotes may be in another."""
    text = _QUOTED.sub(" ", sentence)
    japanese = len(re.findall(r"[ぁ-ヿ一-鿿]", text))
    words = len(_LATIN_WORDS.findall(text))
    if language == "ja":
        return japanese > 0 or words < 4
    if re.search(r"[가-힣а-яА-Я؀-ۿ฀-๿]{4}", text):
        return False
    return not is_japanese(text) if japanese <= 2 * words else False


def _visible(text: str) -> str:
    """Text without characters that show nothing: controls, zero-width and direction marks, tags."""
    return "".join(
        char
        for char in text
        if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )


def _own(address: str, own: frozenset[str]) -> bool:
    return address.rstrip(".,;:!?)") in own
