"""Text of linked documents: main text of web pages, PDFs by page, transcripts of videos."""

from __future__ import annotations

from ingest.extract.sandbox.extractor import Extractor, Limits, extract
from ingest.extract.types import Block, BlockKind, Extracted, ExtractError, ExtractStatus

__all__ = [
    "Block",
    "BlockKind",
    "ExtractError",
    "ExtractStatus",
    "Extracted",
    "Extractor",
    "Limits",
    "extract",
]
