"""The way of a note: read, cut up, its links followed, everything indexed as one generation."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from ingest.articles.chunking import ARTICLE_CHUNKER_VERSION
from ingest.articles.collection import Articles, collect_articles
from ingest.formats.reading import FileReader
from ingest.links.note_links import ResolvedLinks, resolve_links
from ingest.links.wiki import wiki_links
from ingest.notes.chunking import CHUNKER_VERSION, Note, chunk_note
from ingest.notes.files import Corpus, NoteFile, Skipped, read_corpus
from ingest.notes.limits import within_limits
from rag.embedding import load_embedder
from rag.errors import CorpusError
from rag.index import ingest_lock, write_generation
from rag.settings import Settings
from rag.storage.skipped_files import SkippedFile, write_skipped

_log = structlog.get_logger(__name__)

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
        notes, skipped = _cut(corpus, settings, say)
        resolved = _resolved(corpus, notes, skipped)
        articles = collect_articles(
            resolved.web,
            settings,
            offline=offline,
            retry_failed=retry_failed,
            corpus_dir=settings.corpus_dir,
            progress=lambda done, total, doing: say("links", done, total, doing),
            local=resolved.rows,
        )
        write_skipped(settings.data_dir, [SkippedFile(item.name, item.reason) for item in skipped])
        sources = resolved.sources + list(articles.sources)
        chunks = resolved.chunks + list(articles.chunks)
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
        skipped=skipped,
        changed=written.changed,
    )


def _cut(corpus: Corpus, settings: Settings, say: Tell) -> tuple[list[Note], tuple[Skipped, ...]]:
    """The notes and other files in passages, by name, and what was left out.

    Raises:
        CorpusError: nothing of the corpus can be indexed.
    """
    notes: list[Note] = []
    skipped = list(corpus.skipped)
    total = len(corpus.notes) + len(corpus.others)
    for number, file in enumerate(corpus.notes):
        say("read", number, total, file.name)
        note, told = _note(file)
        notes += [note] if note else []
        skipped += told
    with FileReader(settings.data_dir) as reader:
        for number, other in enumerate(corpus.others, len(corpus.notes)):
            say("read", number, total, other.name)
            note, told = reader.read(other)
            notes += [note] if note else []
            skipped += told
    say("read", total, total, "")
    if not any(note.chunks for note in notes):
        seen = "".join(f"\n  {item.name}: {item.reason}" for item in skipped[:10])
        raise CorpusError(f"No file in {settings.corpus_dir} holds text to index. Left out:{seen}")
    bounded = [_bounded(note, settings.max_passages) for note in notes]
    skipped += [cut for _, cut in bounded if cut]
    return sorted((note for note, _ in bounded), key=_name), tuple(
        sorted(skipped, key=_skipped_name)
    )


def _resolved(corpus: Corpus, notes: Sequence[Note], skipped: Sequence[Skipped]) -> ResolvedLinks:
    """What the notes link to within their folder, and what is left for the web."""
    return resolve_links(
        [chunk for note in notes for chunk in note.chunks],
        [note.source for note in notes],
        [link for note in notes for link in (*note.links, *wiki_links(note.source, note.chunks))],
        files=[other.name for other in corpus.others],
        left_out=[item.name for item in skipped],
    )


def _name(note: Note) -> str:
    return note.source.id


def _skipped_name(item: Skipped) -> str:
    return item.name


def _note(file: NoteFile) -> tuple[Note | None, tuple[Skipped, ...]]:
    try:
        text, cut = within_limits(file.text)
        return chunk_note(file.name, text), tuple(Skipped(file.name, reason) for reason in cut)
    except Exception as error:  # noqa: BLE001 (one bad note must never stop the run)
        _log.exception("note_failed", name=file.name)
        reason = f"could not be read ({type(error).__name__}: {str(error)[:200]})"
        return None, (Skipped(file.name, reason),)


def _bounded(note: Note, most: int) -> tuple[Note, Skipped | None]:
    """A note with no more passages than one source may have, and what that leaves out."""
    if len(note.chunks) <= most:
        return note, None
    line = note.chunks[most].locator.start_line
    start = f", from line {line:,} on" if line else ""
    reason = f"is cut after {most:,} passages (MAX_PASSAGES){start}; split it up"
    return replace(note, chunks=note.chunks[:most]), Skipped(note.source.id, reason)


def _outcomes(articles: Articles) -> dict[str, int]:
    counts = Counter(row.outcome for row in articles.ledger)
    return {outcome: counts[outcome] for outcome in ("ok", "failed", "skipped")}


def _silent(step: str, done: int, total: int, what: str) -> None:
    """Tell nobody."""
