"""A server to fetch from, and two notes to be changed or spoilt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus_place import BIRDS, FISH, Place
from fetch_server import Site, fetching, serving, settings_for

from ingest.fetch import Fetcher
from ingest.fetch import rate_limit as polite
from rag.embedding import Embedder


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def fetcher(site: Site, tmp_path: Path) -> Iterator[Fetcher]:
    """May reach the site, as an intranet host that a setting names."""
    with fetching(settings_for(tmp_path, allow_private_hosts=site.host)) as made:
        yield made


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polite, "FIRST_BACKOFF", 0.01)


@pytest.fixture
def place(tmp_path: Path, embedder: Embedder) -> Place:
    """Holds two notes, not ingested yet."""
    made = Place(tmp_path, embedder)
    made.write("birds.md", BIRDS)
    made.write("sea/fish.md", FISH)
    return made
