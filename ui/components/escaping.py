"""Text from elsewhere as HTML: it can neither be taken for markup, nor hide, nor turn anything."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from rag.text.visible import visible


def safe(text: str) -> str:
    """Any text as HTML, in elements and in attributes."""
    return escape(visible(text), quote=True)


def safe_address(url: str) -> str:
    """An address as the value of an attribute: what a text would mark is percent-encoded."""
    plain = "".join(char if visible(char) == char else _encoded(char) for char in url)
    return escape(plain, quote=True)


def _encoded(char: str) -> str:
    return quote(char, errors="replace")


def readable(url: str) -> bool:
    """Whether the host of an address is all there to see; anything else can be encoded."""
    host = re.match(r"[a-z]+://([^/?#]*)", url, re.IGNORECASE)
    return bool(host) and visible(host[1]) == host[1] if host else False
