"""Transcripts of YouTube videos, with times."""

from __future__ import annotations

from ingest.extract.types import Extracted, ExtractError


class YouTube:
    """Reads transcripts, titles and playlists of YouTube."""

    def __init__(self, session: object | None = None, *, origin: str = "https://www.youtube.com"):
        """`session` is what sends the requests, with the methods of `requests.Session`."""

    def video(self, url: str) -> Extracted:
        """The transcript of a video: Japanese, then English; written by hand before generated.

        Raises:
            ExtractError: `no_transcript` or `error`.
        """
        raise ExtractError("no_transcript", f"{url} has no transcript.")

    def playlist(self, url: str) -> list[str]:
        """Addresses of the videos of a playlist, as many as its page lists.

        Raises:
            ExtractError: the page cannot be read.
        """
        raise ExtractError("error", f"{url} cannot be read.")
