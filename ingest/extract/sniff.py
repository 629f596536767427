"""What a body really is, by its first bytes; what its header says comes second."""

from __future__ import annotations

import re
from typing import Literal

from ingest.encoding.detection import UndecodableError, decode
from ingest.extract.types import ExtractError

Format = Literal["html", "pdf", "mhtml", "text"]

# First bytes of what holds no text for us, and what to call it.
_OTHERS = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"BM", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"PK\x03\x04", "an archive or office document"),
    (b"PK\x05\x06", "an archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"ID3", "audio"),
    (b"OggS", "audio or video"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "PostScript"),
)
_HEAD = 4096
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|title|meta|article|div"
    r"|p|h1|table|script)\b",
    re.I | re.S,
)
_XML = re.compile(r"\s*(<\?xml|<(rss|feed|svg|urlset|sitemapindex)\b)", re.I)
_SCRIPTED = re.compile(r"json|javascript|ecmascript|css|xml$|csv|octet-stream", re.I)
_MIME_HEAD = re.compile(rb"\A(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+", re.I)


def format_of(body: bytes, content_type: str | None, url: str) -> Format:
    """The format of a body.

    Args:
        body: the document.
        content_type: the `Content-Type` header; believed only where the bytes do not tell.
        url: for messages.

    Raises:
        ExtractError: `empty` or `unsupported_type`.
    """
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.strip(b"\0"):
        raise ExtractError("empty", f"{url} is an empty document.")
    if b"%PDF-" in body[:1024]:
        return "pdf"
    media = (content_type or "").partition(";")[0].strip().lower()
    for mark, name in _OTHERS:
        if head.startswith(mark) and not (mark == b"BM" and media.startswith("text/")):
            raise _unsupported(url, name)
    if head[4:12] in (b"ftypmp42", b"ftypisom", b"ftypqt  ", b"ftypheic", b"ftypavif"):
        raise _unsupported(url, "video or an image")
    if head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"AVI ", b"WAVE"):
        raise _unsupported(url, "an image, audio or video")
    if _is_mhtml(head):
        return "mhtml"
    return _text_format(body, media, url)


def charset_of(content_type: str | None) -> str | None:
    """The `charset` of a `Content-Type` header."""
    match = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type or "", re.I)
    return match[1] if match else None


def _is_mhtml(head: bytes) -> bool:
    mime = _MIME_HEAD.match(head)
    return mime is not None and re.search(rb"multipart/related", mime[0], re.I) is not None


def _text_format(body: bytes, media: str, url: str) -> Format:
    start = _readable(body)
    if _HTML.match(start):
        return "html"
    if _XML.match(start) and not media.endswith("xhtml+xml"):
        raise _unsupported(url, "XML")
    if media in ("text/html", "application/xhtml+xml"):
        return "html"
    if media and (_SCRIPTED.search(media) or media.partition("/")[0] in _BINARY):
        raise _unsupported(url, media)
    try:
        decode(body[:_HEAD], damage=0.01)
    except UndecodableError:
        raise _unsupported(url, "binary data") from None
    return "text"


_BINARY = ("image", "audio", "video", "font", "model")


def _readable(body: bytes) -> str:
    """The first characters, readable enough to find tags in."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in body[:64]:
        order = "utf-16-be" if body[:2] == b"\xfe\xff" or body[:1] == b"\0" else "utf-16-le"
        return body[: _HEAD * 2].decode(order, "replace").lstrip("\ufeff")
    return body[:_HEAD].decode("latin-1").removeprefix("\xef\xbb\xbf")


def _unsupported(url: str, name: str) -> ExtractError:
    return ExtractError("unsupported_type", f"{url} is {name}, which holds no text to read.")
