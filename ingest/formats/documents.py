"""Web pages and PDFs that lie beside the notes, as passages like those of linked articles.

They are read by the same bounded child process, since anybody may have made them, and nothing is
fetched for them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import structlog

from ingest.articles.chunking import article_source, chunk_article
from ingest.extract import Extracted, ExtractError, Extractor
from ingest.formats.context import blank_chunk
from ingest.notes.chunking import Note
from ingest.notes.files import OtherFile, Skipped, bytes_of
from ingest.storage.extractions import ExtractedCache

_log = structlog.get_logger(__name__)
_MAX_BYTES = 100 * 1024 * 1024
_TYPES = {"html": "text/html", "pdf": "application/pdf"}
_HEAD = 200_000
# A page's mould, not a page: marks of a template where a page has its words or values. A page about
# templates has them in its code alone.
_CODE = re.compile(r"<(?:(!--)|(pre|code|script|style|textarea)\b)")
_TEMPLATE = re.compile(r"\{\{|\{%|<%")


class Documents:
    """Reads local pages and PDFs.

    Args:
        extractor: finds the text in a body.
        cache: texts of bodies that were read before.
    """

    def __init__(self, extractor: Extractor, cache: ExtractedCache) -> None:
        self._extractor = extractor
        self._cache = cache

    def read(self, file: OtherFile) -> Note | Skipped:
        """The passages of a document, or why it has none.

        Raises:
            DiskFull: the data folder cannot be written.
        """
        body = bytes_of(file.path, file.name, _MAX_BYTES)
        if isinstance(body, Skipped):
            return body
        if file.form == "html" and _is_template(body[:_HEAD].decode("latin-1")):
            return Skipped(file.name, "is the template of a page rather than a page")
        try:
            extracted = self._extracted(body, file)
        except ExtractError as error:
            return Skipped(file.name, _reason(str(error), file.name))
        return _cut(file.name, extracted)

    def _extracted(self, body: bytes, file: OtherFile) -> Extracted:
        kind, digest = _TYPES[file.form], hashlib.sha256(body).hexdigest()
        cached = self._cache.get(digest, kind, file.name)
        if cached is not None:
            return cached
        extracted = self._extractor.extract(body, content_type=kind, url=file.name)
        self._cache.put(extracted, digest, kind, file.name)
        return extracted


def _is_template(page: str) -> bool:
    folded, at = page.lower(), 0
    while at >= 0:
        code = _CODE.search(folded, at)
        if _TEMPLATE.search(folded, at, code.start() if code else len(folded)):
            return True
        end = (f"</{code[2]}" if code[2] else "-->") if code else ""
        at = folded.find(end, code.end()) if code else -1
    return False


def _cut(name: str, extracted: Extracted) -> Note | Skipped:
    blank = blank_chunk(name)
    if not extracted.title or extracted.title in (name, name.rpartition("/")[2]):
        extracted = replace(extracted, title=blank.title)
    source = replace(article_source(extracted, url=name, fetched="", linked_from=()), url="")
    chunks = tuple(
        replace(chunk, url="", folder=blank.folder, date=blank.date)
        for chunk in chunk_article(extracted, source)
    )
    if not chunks:
        return Skipped(name, "holds no text")
    return Note(source, chunks, ())


def _reason(message: str, name: str) -> str:
    """What an error says of a file, without the name that stands before it anyway."""
    said = message.removeprefix(name).strip(" :")
    return said[:1].lower() + said[1:].rstrip(".") if said else "cannot be read"
