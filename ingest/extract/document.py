"""Finds out what a fetched body really is, and reads it in this process."""

from __future__ import annotations

from ingest.extract.sniff import Format, charset_of, format_of
from ingest.extract.types import Extracted, ExtractError

# In characters; a novel has about half a million.
MAX_TEXT = 3_000_000


def read_document(body: bytes, *, content_type: str | None, url: str) -> Extracted:
    """The main text of a document, in this process and without bounds on time and memory.

    `Extractor.extract` is the way to read what comes from outside.

    Raises:
        ExtractError: there is no text to be had; `status` tells the kind of reason.
    """
    extracted = _read(body, format_of(body, content_type, url), content_type, url)
    if sum(len(block.text) for block in extracted.blocks) > MAX_TEXT:
        raise ExtractError("too_large", f"{url} holds more text than is read from one document.")
    return extracted


def _read(body: bytes, form: Format, content_type: str | None, url: str) -> Extracted:
    if form == "pdf":
        from ingest.extract.pdf.document import extract_pdf

        return extract_pdf(body, url=url)
    if form == "mhtml":
        from ingest.extract.html.mhtml import extract_mhtml

        return extract_mhtml(body, url=url)
    charset = charset_of(content_type)
    if form == "text":
        from ingest.extract.plain_text import extract_text

        return extract_text(body, charset=charset, url=url)
    from ingest.extract.html.document import extract_html

    return extract_html(body, charset=charset, url=url)
