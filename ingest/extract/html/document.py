"""Main text of a web page, with its headings, lists, tables and code.

trafilatura (https://trafilatura.readthedocs.io) tells the main text from navigation, advertising
and the like; it is given a parsed page in which what it would misread has been put right, and its
tree is taken, not its text, so that no structure is lost.
"""

from __future__ import annotations

import re

from ingest.encoding.detection import UndecodableError, decode, name_of
from ingest.extract.types import Extracted, ExtractError

_DAMAGE = 0.001
_META_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""", re.I)
_LANG = re.compile(rb"""<html[^>]+lang\s*=\s*["']?([A-Za-z]{2}(?:-[A-Za-z]{2})?)""", re.I)
_DEFAULTS = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "sr"), "cp1251"),
    **dict.fromkeys(("cs", "hu", "pl", "sk", "sl", "hr"), "cp1250"),
    **{"el": "cp1253", "tr": "cp1254", "he": "cp1255", "ar": "cp1256", "vi": "cp1258"},
    **{"zh": "gb18030", "zh-tw": "big5hkscs", "zh-hk": "big5hkscs", "ko": "cp949", "th": "cp874"},
}
_MOST_ACCENTS = 0.25
_HEAD = 4096


def decode_page(data: bytes, charset: str | None) -> str:
    """The text of a page, its encoding by mark, header, meta element or detection.

    Raises:
        UndecodableError: none of them fits.
    """
    head = data[:_HEAD]
    told = [charset]
    for pattern in (_META_CHARSET, _XML_ENCODING):
        match = pattern.search(head)
        if match:
            told.append(match[1].decode("ascii"))
    names = [name for name in dict.fromkeys(map(name_of, told)) if name]
    for name in [*names, None]:
        try:
            return decode(data, name)[0]
        except UndecodableError:
            continue
    if data.count(0) <= _DAMAGE * len(data):  # browsers overlook them too
        data = data.replace(b"\0", b"")
    for name in [*names, None]:
        try:
            return decode(data, name, damage=_DAMAGE)[0]
        except UndecodableError as error:
            failure = error
    text = _by_language(data)
    if text is None:
        raise failure
    return text


def _by_language(data: bytes) -> str | None:
    """An undeclared page that is neither UTF-8 nor Japanese, as browsers of its language read it.

    After the table of defaults in the HTML standard (13.2.3.2); letters beyond ASCII must stand
    among others as they do in such languages, so that no text is taken for another's.
    """
    told = _LANG.search(data[:_HEAD])
    language = told[1].decode("ascii").lower() if told else ""
    name = _DEFAULTS.get(language, _DEFAULTS.get(language[:2], "cp1252"))
    try:
        text = decode(data, name)[0]
    except UndecodableError:
        return None
    letters = sum(char.isalpha() for char in text)
    foreign = sum(char.isalpha() and char > "\x7f" for char in text)
    return text if name != "cp1252" or foreign < _MOST_ACCENTS * letters else None


def extract_html(data: bytes, *, charset: str | None, url: str) -> Extracted:
    """The main text of a page.

    Args:
        data: the page.
        charset: what the `Content-Type` header says.
        url: where it came from.

    Raises:
        ExtractError: `empty` or `needs_login` when it shows no text of its own; `error` when its
            encoding cannot be told.
    """
    from ingest.extract.html.tree import extract_tree

    try:
        text = decode_page(data, charset)
    except UndecodableError as error:
        raise ExtractError("error", f"{url}: {error}") from None
    return extract_tree(text, url)
