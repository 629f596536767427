"""Extracted texts as JSON: transcripts and playlists, which have no body of their own, and a cache.

The cache spares a run the extraction of pages that have not changed. Its key holds everything that
decides about the result: the body, what the server said about it, and the code that extracts.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog

from ingest.extract import Extracted
from ingest.extract.types import block_of
from ingest.storage.seals import sealed, unsealed
from rag.storage.atomic import write_atomically

_log = structlog.get_logger(__name__)
TRANSCRIPT_TYPE = "application/vnd.shiori.extracted+json"
PLAYLIST_TYPE = "application/vnd.shiori.playlist+json"

_LIBRARIES = ("trafilatura", "pypdfium2")


def to_json(extracted: Extracted) -> bytes:
    """An extracted document as JSON."""
    return json.dumps(asdict(extracted), ensure_ascii=False).encode()


def from_json(body: bytes) -> Extracted:
    """The document that `to_json` wrote.

    Raises:
        ValueError: it is something else.
    """
    try:
        return _extracted(json.loads(body))
    except RecursionError as error:
        raise ValueError("no extracted document: lists within lists") from error


def _extracted(values: dict[str, Any]) -> Extracted:
    try:
        values["blocks"] = tuple(block_of(block) for block in values["blocks"])
        values["page"] = tuple(values.get("page", ()))
        return Extracted(**values)
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"no extracted document: {error}") from error


def videos_to_json(urls: Sequence[str]) -> bytes:
    """The videos of a playlist as JSON."""
    return json.dumps(list(urls)).encode()


def videos_from_json(body: bytes) -> tuple[str, ...]:
    """The videos that `videos_to_json` wrote.

    Raises:
        ValueError: it is something else.
    """
    try:
        values = json.loads(body)
    except RecursionError:
        values = None
    if not isinstance(values, list):
        raise ValueError("no list of videos")
    return tuple(str(value) for value in values)


class ExtractedCache:
    """Extracted texts of bodies, in the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "fetched" / "texts"
        self._used: set[str] = set()

    def get(self, sha256: str, content_type: str, url: str) -> Extracted | None:
        """The text of a body, None when there is none that can be used."""
        try:
            return _extracted(unsealed(self._path(sha256, content_type, url).read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _log.warning("text_damaged", url=url, reason=str(error))
            return None

    def put(self, extracted: Extracted, sha256: str, content_type: str, url: str) -> None:
        """Keep the text of a body.

        Raises:
            DiskFull: the data folder cannot be written.
        """
        write_atomically(self._path(sha256, content_type, url), sealed(asdict(extracted)))

    def _path(self, sha256: str, content_type: str, url: str) -> Path:
        key = "\0".join((sha256, content_type, url, extractor_version()))
        name = f"{hashlib.sha256(key.encode()).hexdigest()}.json"
        self._used.add(name)
        return self._folder / name

    def prune(self, unused_seconds: float) -> None:
        """Remove texts that nobody asked for since this was made, nor so many seconds before."""
        for path in self._folder.glob("*.json"):
            if path.name not in self._used and path.stat().st_mtime < time.time() - unused_seconds:
                path.unlink(missing_ok=True)


@cache
def extractor_version() -> str:
    """A fingerprint of the code that extracts, so that no result outlives a change of it."""
    digest = hashlib.sha256()
    ingest = Path(__file__).resolve().parent.parent
    for path in sorted([*(ingest / "extract").rglob("*.py"), *(ingest / "encoding").glob("*.py")]):
        digest.update(path.read_bytes())
    digest.update(" ".join(version(name) for name in _LIBRARIES).encode())
    return digest.hexdigest()[:16]
