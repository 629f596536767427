"""The way of a note: read, cut up, its links followed, everything indexed as one generation."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.articles.chunking import ARTICLE_CHUNKER_VERSION
from ingest.articles.collection import Articles, collect_articles
from ingest.notes.chunking import CHUNKER_VERSION, Note, chunk_note
from ingest.notes.files import Corpus, Skipped, read_corpus
from rag.embedding import load_embedder
from rag.index import ingest_lock, write_generation
from rag.settings import Settings

Tell = Callable[[str, int, int, str], None]
"""Is told how far a step is: its name (`read`, `links`, `load`, `embed`), done, total, what."""


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What an ingest did; `as_dict` is the JSON that other programs read."""

    generation: str
    sources: Mapping[str, int]
    chunks: int
    embedded: int
    reused: int
    removed: int
    links: Mapping[str, int]
    seconds: float
    skipped: tuple[Skipped, ...]
    changed: bool

    def as_dict(self) -> dict[str, Any]:
        """The summary for JSON."""
        return {
            "generation": self.generation,
            "sources": dict(self.sources),
            "chunks": self.chunks,
            "embedded": self.embedded,
            "reused": self.reused,
            "removed": self.removed,
            "links": dict(self.links),
            "seconds": round(self.seconds, 3),
            "skipped": [{"source": item.name, "reason": item.reason} for item in self.skipped],
            "changed": self.changed,
        }


def ingest(
    settings: Settings,
    *,
    offline: bool = False,
    retry_failed: bool = False,
    tell: Tell | None = None,
) -> IngestSummary:
    """Bring the index up to the corpus; the old index serves until the new one is checked.

    Raises:
        CorpusError: there is nothing to ingest, or the corpus is wrong.
        IngestRunning: another ingest holds the data folder.
        DiskFull: the data folder has no room or cannot be written.
        IndexBroken: the new generation failed its check.
    """
    started = time.monotonic()
    say = tell or _silent
    corpus = read_corpus(settings.corpus_dir)
    with ingest_lock(settings.data_dir):
        notes = _cut(corpus, say)
        articles = collect_articles(
            [link for note in notes for link in note.links],
            settings,
            offline=offline,
            retry_failed=retry_failed,
            corpus_dir=settings.corpus_dir,
            progress=lambda done, total, doing: say("links", done, total, doing),
        )
        sources = [note.source for note in notes] + list(articles.sources)
        chunks = [chunk for note in notes for chunk in note.chunks] + list(articles.chunks)
        say("load", 0, 1, "")
        embedder = load_embedder(settings.embedding_model, settings.data_dir)
        say("load", 1, 1, "")
        written = write_generation(
            settings.data_dir,
            sources,
            chunks,
            embedder,
            chunker_version=f"{CHUNKER_VERSION} {ARTICLE_CHUNKER_VERSION}",
            progress=lambda done, total: say("embed", done, total, ""),
        )
    return IngestSummary(
        generation=written.generation,
        sources=Counter(source.kind for source in sources),
        chunks=written.chunks,
        embedded=written.embedded,
        reused=written.reused,
        removed=written.removed,
        links=_outcomes(articles),
        seconds=time.monotonic() - started,
        skipped=corpus.skipped,
        changed=written.changed,
    )


def _cut(corpus: Corpus, say: Tell) -> list[Note]:
    notes = []
    for number, note in enumerate(corpus.notes):
        say("read", number, len(corpus.notes), note.name)
        notes.append(chunk_note(note.name, note.text))
    say("read", len(notes), len(notes), "")
    return notes


def _outcomes(articles: Articles) -> dict[str, int]:
    counts = Counter(row.outcome for row in articles.ledger)
    return {outcome: counts[outcome] for outcome in ("ok", "failed", "skipped")}


def _silent(step: str, done: int, total: int, what: str) -> None:
    """Tell nobody."""
