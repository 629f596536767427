"""A corpus to be spoilt, and the real ingest over it, in this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from ingest.__main__ import app
from ingest.pipeline import IngestSummary, ingest
from rag.embedding import Embedder
from rag.index import Index, IndexCatalog
from rag.settings import load_settings

BIRDS = """# Birds

- Robins
    - Robins lay blue eggs.
    - They build low in a hedge.
- Swifts
    - Swifts sleep while they fly.

# 樹木

- 銀杏
    - 秋に葉が黄色くなる。
"""
FISH = """# Fish

- Salmon swim upstream.
- Eels travel to the Sargasso Sea.
"""


class Place:
    """A corpus folder and the data folder that its index lies in."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.corpus, self.data = folder / "corpus", folder / "data"
        self.corpus.mkdir()
        self._embedder = embedder

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self) -> IngestSummary:
        settings = load_settings(corpus_dir=self.corpus, data_dir=self.data)
        return ingest(settings, offline=True)

    def command(self, *more: str) -> Result:
        """`python -m ingest` over this place."""
        where = ["--corpus", str(self.corpus), "--data", str(self.data)]
        done = CliRunner().invoke(app, ["--offline", *where, *more])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    def index(self) -> Index:
        return IndexCatalog(self.data, self._embedder.fingerprint).current()

    def ids(self, name: str) -> dict[str, str]:
        """The chunks of a note: text by id."""
        return {chunk.id: chunk.text for chunk in self.index().chunks if chunk.source == name}
