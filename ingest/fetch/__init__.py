"""Fetches linked pages: only from public addresses, within bounds, politely."""

from __future__ import annotations

from ingest.fetch.errors import FetchError
from ingest.fetch.fetcher import Fetcher, Page

__all__ = ["FetchError", "Fetcher", "Page"]
