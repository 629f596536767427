"""Where a URL without brackets ends, also in Japanese text that does not put spaces around it.

ASCII text follows GitHub's rules for extended autolinks (https://github.github.com/gfm/#autolinks-extension-).
Japanese needs rules of its own: full-width brackets and punctuation always end a URL; kana and
kanji belong to it where a path segment or a value begins with them (`/wiki/東京`), and are text
where they follow a Latin word (`/newsを参照`), unless the URL plainly goes on after them
(`Catalystの紹介.pdf`).
"""

from __future__ import annotations

import re

BARE_START = re.compile(r"(?<![A-Za-z0-9])(?:https?://|www\.(?=[A-Za-z0-9]))", re.IGNORECASE)

_STOP = re.compile(
    r"[\s\x00-\x20\x7f-\x9f<>\"`|\\^{}"
    "\u3000\u200b\u2028\u2029\ufeff"
    "「」『』（）【】〔〕〖〗《》〈〉［］｛｝｟｠、。，．！？：；“”‘’…‥｡､｢｣←→↑↓⇒※"
    "]"
)
_AUTHORITY = re.compile(r"[^/?#]*")
_WIDE = re.compile(r"[^\x00-\x7f]+")
_GOES_ON = re.compile(r"[./?&=%#_~-]+[A-Za-z0-9%]")
_PARTICLE = re.compile(r"を|です|でし|から|より|まで|にて|にあ|による|という|など")
_TRAILING = "?!.,:;*_~'\""
_CLOSING = {")": "(", "]": "["}


def bare_end(text: str, start: int, end: int) -> int:
    """The offset after the URL that begins at `start`, or `start` when it has no host."""
    stop = _STOP.search(text, start, end)
    url = text[start : stop.start() if stop else end]
    if (
        text[max(start - 2, 0) : start] == "==" and "==" in url
    ):  # marked as a whole: ==https://...==
        url = url[: url.index("==")]
    if BARE_START.search(url, 4):  # two URLs glued together, unless the second is a part
        url = _before_next(url)
    url = _before_text(_balanced(url))
    if url.endswith("==") and text.endswith("==", 0, start):  # ==highlighted==
        url = url[:-2]
    while url and (url[-1] in _TRAILING or (url[-1] in _CLOSING and not _is_balanced(url))):
        url = url[:-1]
    scheme = url.find("://") + 3 if "://" in url else 0
    host = _AUTHORITY.match(url, scheme)
    if host is None or not host[0]:
        return start
    return start + len(url)


def _before_next(url: str) -> str:
    """Cut before a second URL glued to this one by text, but keep `?to=https://` and archives."""
    for match in BARE_START.finditer(url, 4):
        if url[match.start() - 1] not in "/=?&:%#+":
            return url[: match.start()]
    return url


def _balanced(url: str) -> str:
    """Cut at a bracket that closes more than the URL opened: (see https://a.example/b)."""
    open_ones: list[str] = []
    for at, char in enumerate(url):
        if char in "([":
            open_ones.append(char)
        elif char in _CLOSING:
            if not open_ones or open_ones[-1] != _CLOSING[char]:
                return url[:at]
            open_ones.pop()
    return url


def _is_balanced(url: str) -> bool:
    return url.count("(") == url.count(")") and url.count("[") == url.count("]")


def _before_text(url: str) -> str:
    """Cut where Japanese text follows the URL rather than belongs to it."""
    scheme = url.find("://") + 3 if "://" in url else 0
    authority = _AUTHORITY.match(url, scheme)
    host_end = authority.end() if authority else len(url)
    last_label = url.rfind(".", scheme, host_end) + 1
    glued = _WIDE.search(url, last_label or scheme, host_end)
    if glued and glued.start() > max(last_label, scheme):
        return url[: glued.start()]  # example.comを参照
    japanese = False  # the segment at hand has Japanese that belongs to it
    segment = host_end
    for run in _WIDE.finditer(url, host_end):
        if any(char in "/?&=#." for char in url[segment : run.start()]):
            japanese = False
        before = url[run.start() - 1]
        goes_on = _GOES_ON.match(url, run.end()) is not None
        if before.isascii() and before.isalnum():
            belongs = japanese or goes_on
        else:
            belongs = goes_on or _PARTICLE.match(run[0]) is None
        if not belongs:
            return url[: run.start()]
        japanese, segment = True, run.end()
    return url
