"""What a fetched body says: the text of a document, or the videos of a playlist."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ingest.extract import Extracted, ExtractError, Extractor
from ingest.extract.youtube.video import YouTube
from ingest.fetch import Fetcher, Page
from ingest.links.targets import Wanted
from ingest.storage.extractions import (
    PLAYLIST_TYPE,
    TRANSCRIPT_TYPE,
    ExtractedCache,
    from_json,
    to_json,
    videos_from_json,
    videos_to_json,
)
from ingest.storage.snapshots import Snapshot, SnapshotStore


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a document; for a playlist its videos instead."""

    extracted: Extracted | None
    videos: tuple[str, ...] = ()


def ask_site(fetcher: Fetcher, page: Wanted, known: Snapshot | None) -> Page | None:
    """What stands behind a link now; None when the site says that the known copy still holds.

    Raises:
        FetchError: it cannot be had.
        ExtractError: there is no transcript or playlist.
    """
    if page.kind == "video":
        transcript = YouTube(fetcher.send).video(page.canonical)
        return Page(page.canonical, TRANSCRIPT_TYPE, "", "", to_json(transcript))
    if page.kind == "playlist":
        videos = YouTube(fetcher.send).playlist(page.canonical)
        return Page(page.canonical, PLAYLIST_TYPE, "", "", videos_to_json(videos))
    return fetcher.page(page.canonical, known)


class Contents:
    """Reads bodies, each only once.

    Args:
        store: the snapshots.
        cache: texts of bodies that were read before.
        extractor: finds the text in a body.
    """

    def __init__(self, store: SnapshotStore, cache: ExtractedCache, extractor: Extractor) -> None:
        self._store = store
        self._extractor = extractor
        self._cache = cache

    def of_copy(self, copy: Snapshot) -> Content | None:
        """What a copy says; None when the copy is damaged.

        Raises:
            ExtractError: it holds no text.
        """
        cached = self._cache.get(copy.sha256, copy.content_type, copy.final_url)
        if cached is not None:
            return Content(cached)
        body = self._store.body(copy)
        return None if body is None else self.read(body, copy.content_type, copy.final_url)

    def read(self, body: bytes, content_type: str, url: str) -> Content:
        """What a body says.

        Raises:
            ExtractError: it holds no text.
        """
        if content_type == TRANSCRIPT_TYPE:
            return Content(_known(body))
        if content_type == PLAYLIST_TYPE:
            return Content(None, _known_videos(body))
        digest = hashlib.sha256(body).hexdigest()
        cached = self._cache.get(digest, content_type, url)
        if cached is not None:
            return Content(cached)
        extracted = self._extractor.extract(body, content_type=content_type or None, url=url)
        if not any(block.text.strip() for block in extracted.blocks):
            raise ExtractError("empty", "It holds no text.")
        self._cache.put(extracted, digest, content_type, url)
        return Content(extracted)


def _known(body: bytes) -> Extracted:
    try:
        return from_json(body)
    except ValueError as error:
        raise ExtractError(
            "error", f"The copy of the transcript cannot be read: {error}."
        ) from error


def _known_videos(body: bytes) -> tuple[str, ...]:
    try:
        return videos_from_json(body)
    except ValueError as error:
        raise ExtractError("error", f"The copy of the playlist cannot be read: {error}.") from error
