"""Two notes to be changed or spoilt."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_place import BIRDS, FISH, Place

from rag.embedding import Embedder


@pytest.fixture
def place(tmp_path: Path, embedder: Embedder) -> Place:
    """Holds two notes, not ingested yet."""
    made = Place(tmp_path, embedder)
    made.write("birds.md", BIRDS)
    made.write("sea/fish.md", FISH)
    return made
