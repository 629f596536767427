"""Main text of a web page, with its headings, lists, tables and code.

trafilatura (https://trafilatura.readthedocs.io) tells the main text from navigation, advertising
and the like; it is given a parsed page in which what it would misread has been put right, and its
tree is taken, not its text, so that no structure is lost.
"""

from __future__ import annotations

import re

from ingest.decode import UndecodableError, decode, name_of
from ingest.extract.types import Extracted, ExtractError

_DAMAGE = 0.001
_META_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""", re.I)
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
    for name in [*names, None]:
        try:
            return decode(data, name, damage=_DAMAGE)[0]
        except UndecodableError as error:
            failure = error
    guessed = _guess(data)
    if guessed is None:
        raise failure
    return guessed


def _guess(data: bytes) -> str | None:
    """What charset-normalizer makes of an undeclared page that is neither UTF-8 nor Japanese."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:50_000]).best()
    if best is None or best.chaos > 0.1 or name_of(best.encoding) is None:
        return None
    try:
        return decode(data, best.encoding)[0]
    except UndecodableError:
        return None


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
    from ingest.extract.html_tree import extract_tree

    try:
        text = decode_page(data, charset)
    except UndecodableError as error:
        raise ExtractError("error", f"{url}: {error}") from None
    return extract_tree(text, url)
