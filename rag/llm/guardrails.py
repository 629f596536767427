"""What a generated sentence may hold, whatever the model was talked into.

A poisoned source may order links, images, HTML or the prompt into an answer, and the model may
obey. So the text itself is cleaned: only addresses of retrieved sources, no images, no HTML, no
hidden characters, no words of the prompt; citation marks are taken out and set anew by the check.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from rag.llm.prompts import NO_ANSWER
from rag.text.analysis import squeeze
from rag.text.combining import nfkc
from rag.text.names import is_japanese
from rag.text.sentence_marks import MARK
from rag.types import Language

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
_FORGED_MARK = re.compile(
    r"[ \t\u3000]*[①-⑳❶-❿⓵-⓾]+(?=[。．.]?\s*$)|"
    r"[\[［][\s\^+−–‐-]*\d[^\]］]*[\]］]|[【〔〖⟦][\s\^+−–‐-]*\d[\d\s,、，:~–-]*(?:[†‡][^】〕〗⟧]*)?[】〕〗⟧]"
    r"|(?<!\d)(?<!\b[mkcs])(?<!\b[kcm]m)[⁽⁾⁰¹²³⁴-⁹]+|<sup>.*?</sup>"
)
# What the page would draw: colours, icons, badges, emoji names, and TeX that links or loads.
_DIRECTIVE = re.compile(r"(?<![\w:]):[a-z][a-z-]*(?=\[)")
_ICON = re.compile(r"(?<![\w:]):(?:material/\w+|[a-z][a-z0-9_+-]*):(?![\w:])")
_TEX = re.compile(r"\\(?:href|url|includegraphics|html\w*)\b(?:\s*\{[^}]*\}?)*")
_DEFANGED = re.compile(r"\s*[\[({]\s*(?:\.|dot)\s*[\])}]\s*", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![a-z0-9_.@/-])(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|io|ai|dev|app|cloud|site|online|top"
    r"|shop|store|click|link|live|page|tech|xyz|example|test|onion|zip|mov|icu|cc|co|me|tv|to|ly"
    r"|gg|ru|cn|jp|uk|de|fr|nl|eu|us|kr|in|br|tk|ws|su|gov|edu|quest|fun|space|website|pro|vip"
    r"|work|world|today|agency|digital|network|host|press|wiki|zone|rocks|ninja|gl|es|ch|fi|dk|cz|au"
    r"|nz|ca|mx|za|id|sg|th|vn|hk|tw|il|tr|ua|ir|ae|ml|ga|cf|gq)(?![a-z0-9_-])(?!\.[a-z0-9])",
    re.IGNORECASE,
)
_PRODUCTS = frozenset(
    ("asp.net", "ado.net", "ml.net", "vb.net", "socket.io", "amazon.com", "booking.com")
)
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝткмнвοαερτ∕⁄⧸╱∶꞉ː․", "aeopcyxijshdqwtkmhboaept////:::.", ""
)
_SHOW_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_QUOTED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"]*\"|`[^`]*`|\([^)]*\)|（[^）]*）")
_SCRAP = 8  # characters of a secret that may be chance in a longer text
_SHARED = 40  # squeezed characters in a row that are no chance
_LATIN_WORDS = re.compile(r"\b[a-z]{2,}\b")


def clean(sentence: str, allowed: Iterable[str]) -> str:
    """The sentence without marks, images, tags, hidden characters and foreign addresses.

    Args:
        sentence: as the model wrote it.
        allowed: addresses of the retrieved sources.
    """
    text = MARK.sub("", _IMAGE.sub("", _visible(sentence)))
    text = _TEX.sub("", _ICON.sub("", _DIRECTIVE.sub("", text)))
    own = frozenset(address for address in allowed if address.startswith(("http://", "https://")))
    text = _LINK.sub(lambda match: match["label"], text)
    text = _TAG.sub("", _FORGED_MARK.sub("", _REFERENCE.sub("", text)))
    folded = _folded(text)  # full-width letters make an address, too
    if _foreign(folded, own):
        text = _ADDRESS.sub(lambda found: found.group() if _own(found.group(), own) else "", folded)
        text = _HOST.sub(lambda found: found.group() if _own_host(found.group(), own) else "", text)
    return re.sub(r"[ \t]{2,}", " ", re.sub(r"[\[\]]", "", text)).strip()


def holds_foreign(sentence: str, allowed: Iterable[str]) -> bool:
    """Whether a sentence as written has an image, a tag, or an address that is no source's."""
    text = _folded(_visible(sentence))
    own = frozenset(allowed)
    if (
        _IMAGE.search(text)
        or _TEX.search(text)
        or re.search(r"<\s*(?:script|img|iframe|a|svg|style|link)\b", text, re.I)
    ):
        return True
    return _foreign(text, own) or any("://" in plain for plain in _decoded(sentence))


def leaks(sentence: str, secret: str, instructions: str) -> bool:
    """Whether a sentence repeats the prompt: its secret, or a run of the instructions' words."""
    visible = nfkc(_visible(sentence))
    return any(_repeats(text, secret, instructions) for text in (visible, *_decoded(visible)))


def is_scrap(sentence: str, secret: str) -> bool:
    """Whether a sentence is nothing but a few characters of the prompt's secret, in any order."""
    small = squeeze(sentence)
    return len(small) < _SCRAP and set(small) <= set(secret)


def _repeats(text: str, secret: str, instructions: str) -> bool:
    small = squeeze(text)
    if NO_ANSWER.lower().replace("_", "") in small:
        return True
    for spelled, run in _spellings(secret):
        pieces = [spelled[i : i + run] for i in range(len(spelled) - run + 1)]
        if any(piece in small or piece in small.replace("x", "") for piece in pieces):
            return True
    rules = squeeze(instructions)
    return any(
        small[i : i + _SHARED] in rules for i in range(0, max(0, len(small) - _SHARED + 1), 4)
    )


def _spellings(secret: str) -> Iterator[tuple[str, int]]:
    """Ways to write the secret, each with the length of a run that is no chance."""
    yield from ((secret, 8), (secret[::-1], 8), (codecs.encode(secret, "rot13"), 8))
    yield secret.encode().hex(), 16
    yield "".join(str(ord(char)) for char in secret), 16
    for skipped in range(3):  # base64 is the same wherever the secret starts but for its place in 3
        yield squeeze(base64.b64encode(secret[skipped:].encode()).decode().rstrip("=")[:-1]), 11
    yield squeeze(base64.b32encode(secret.encode()).decode().rstrip("=")), 13


def _decoded(text: str) -> Iterator[str]:
    """What runs of base64 or hex in a text say, where that is plain text."""
    for found in _ENCODED.finditer(text):
        run = found.group().replace("-", "+").replace("_", "/")
        for decode, whole in ((base64.b64decode, 4), (binascii.unhexlify, 2)):
            try:
                plain = decode(run[: len(run) // whole * whole]).decode("ascii")
            except ValueError:
                continue
            if plain.isprintable():
                yield plain


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
    """Text with its HTML entities read, without characters that show nothing."""
    for _ in range(3):  # an entity may hide in an entity
        text = html.unescape(text)
    return "".join(
        char
        for char in text
        if char in "\n\t"
        or (
            unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn")
            and char not in _SHOW_NOTHING
            and not "\ufe00" <= char <= "\ufe0f"
            and not "\U000e0100" <= char <= "\U000e01ef"
        )
    )


def _folded(text: str) -> str:
    """Text as addresses in it are read: full-width, look-alike and bracketed characters plain."""
    plain = nfkc(text)
    if not re.search(r"[а-яΑ-ω]{5}", plain):  # a word in Cyrillic or Greek hides nothing
        plain = plain.translate(_LOOKALIKES)
    return _DEFANGED.sub(".", plain)


def _foreign(folded: str, own: frozenset[str]) -> bool:
    return any(not _own(found.group(), own) for found in _ADDRESS.finditer(folded)) or any(
        not _own_host(found.group(), own) for found in _HOST.finditer(_ADDRESS.sub(" ", folded))
    )


def _own(address: str, own: frozenset[str]) -> bool:
    return address.rstrip(".,;:!?)") in own


def _own_host(host: str, own: frozenset[str]) -> bool:
    name = host.lower()
    hosts = {urlsplit(address).hostname or "" for address in own}
    return name in _PRODUCTS or name in hosts or f"www.{name}" in hosts
