"""The id of a chunk: the same passage keeps it from one ingest to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_LENGTH = 16


def chunk_id(source: str, path: Sequence[str], text: str, nth: int = 0) -> str:
    """A stable id of a passage: 16 hex digits of a SHA-256.

    Args:
        source: id of the source the passage stands in.
        path: its breadcrumb, outermost first.
        text: the passage.
        nth: which of the passages with this source, path and text it is, counted from 0.
    """
    digest = hashlib.sha256()
    # Each part goes in with its length, so that no two different calls hash the same bytes.
    for part in (source, str(len(path)), *path, text, str(nth)):
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(raw))
        digest.update(raw)
    return digest.hexdigest()[:_LENGTH]
