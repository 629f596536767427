"""Pages that are nothing but a way to another page, as many sites leave behind when they move."""

from __future__ import annotations

import re
from html import unescape

from ingest.fetch.client import Response
from ingest.fetch.errors import FetchError
from ingest.links.url_syntax import MalformedUrlError, follow

# A page with more in it says something itself, and one with a longer wait is read until then.
_MOST_BYTES = 20_000
_MOST_SECONDS = 5.0

_NOT_SHOWN = re.compile(
    r"<!--.*?-->|<(noscript|script|template|textarea)\b.*?</\1\s*>", re.I | re.S
)
_META = re.compile(r"<meta\b[^>]{0,2000}>", re.I)
_REFRESH = re.compile(r"""\bhttp-equiv\s*=\s*["']?\s*refresh\b""", re.I)
_CONTENT = re.compile(r"""\bcontent\s*=\s*("[^"]*"|'[^']*')""", re.I)
# As the HTML standard reads it: seconds, then the URL with or without its name and quotes.
_DELAY = re.compile(r"""\s*([0-9]+)?(?:\.[0-9]*)?[\s;,]+(?:url\s*=\s*)?+(.*)""", re.I | re.S)


def leads_on(response: Response) -> str | None:
    """Where a page sends its readers at once; None when it is a page to be read.

    Raises:
        FetchError: it sends them where nothing is followed.
    """
    media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in ("", "text/html", "application/xhtml+xml"):
        return None
    if len(response.body) > _MOST_BYTES:
        return None
    location = _refresh(response.body.decode("utf-8", "replace"))
    if not location:
        return None
    try:
        url = follow(response.url, location)
    except MalformedUrlError as error:
        raise FetchError(
            "forbidden_address" if error.forbidden else "error",
            f"It leads on to {location[:200]!r}, which is not followed: {error}.",
        ) from None
    return None if url.partition("#")[0] == response.url.partition("#")[0] else url


def _refresh(text: str) -> str:
    for tag in _META.findall(_NOT_SHOWN.sub("", text)):
        content = _CONTENT.search(tag)
        if content is None or not _REFRESH.search(tag):
            continue
        told = _DELAY.fullmatch(unescape(content[1][1:-1]))
        if told and float(told[1] or 0) <= _MOST_SECONDS:
            return told[2].strip().strip("\"'").strip()
    return ""
