"""Ingest throughput beside the bare model on the same texts.

The bare side is what anyone would write: one `SentenceTransformer.encode` over the list, batches of
32 as is its default. Ingest reads, cuts, embeds, indexes, checks and switches. The notes are copied
until there is enough to embed, each copy with its number at the end of every line, so that no text
comes twice and is embedded only once.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import Row, Table
from bench.timing import Times, paired_ratio, side_by_side
from rag.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from ingest.pipeline import IngestSummary

TITLE = "Ingest into an empty folder beside the bare model on the same texts"
ROUNDS = 2
TEXTS = 1_000


def ingest(settings: Settings) -> IngestSummary:
    """Bring the index in the settings' data folder up to the notes; no article is fetched."""
    from ingest.pipeline import ingest as run

    return run(settings, offline=True)


def texts_of(settings: Settings) -> list[str]:
    """Every text that ingest embeds for the notes, each once."""
    from ingest.notes.chunking import chunk_note
    from ingest.notes.files import read_corpus
    from rag.index.views import VIEWS, view_texts

    notes = read_corpus(settings.corpus_dir).notes
    chunks = [chunk for note in notes for chunk in chunk_note(note.name, note.text).chunks]
    views = (view_texts(chunk, view) for chunk in chunks for view in VIEWS)
    return list(dict.fromkeys(text for texts in views for text in texts))


def measure(settings: Settings, threads: int) -> Table:
    """Texts a second of both sides, and the cost of an ingest with nothing to do.

    Args:
        settings: whose corpus and model.
        threads: what torch takes by itself, for the bare side; Shiori shares the cores out its way.
    """
    with tempfile.TemporaryDirectory(prefix="shiori-bench-corpus-") as folder:
        many = settings.model_copy(update={"corpus_dir": copies(settings, Path(folder))})
        return _measure(many, threads)


def copies(settings: Settings, folder: Path) -> Path:
    """Write notes of about `TEXTS` texts to a folder, made from those of the settings' corpus."""
    from ingest.notes.files import read_corpus

    notes = read_corpus(settings.corpus_dir).notes
    for number in range(max(1, round(TEXTS / max(1, len(texts_of(settings)))))):
        for note in notes:
            lines = (f"{line} {number}" if line.strip() else line for line in note.text.split("\n"))
            target = folder / str(number) / note.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("\n".join(lines), encoding="utf-8")
    return folder


def _measure(settings: Settings, threads: int) -> Table:
    import torch

    texts = texts_of(settings)
    model = torch_model(settings)
    shared_out = torch.get_num_threads()
    again: list[float] = []
    embedded: list[int] = []

    def whole(_: int) -> None:
        with tempfile.TemporaryDirectory(prefix="shiori-bench-") as folder:
            empty = settings.model_copy(update={"data_dir": Path(folder)})
            embedded.append(ingest(empty).embedded)
            again.append(ingest(empty).seconds)

    def bare(_: int) -> None:
        torch.set_num_threads(threads)
        model.encode(texts, prompt="passage: ", normalize_embeddings=True)
        torch.set_num_threads(shared_out)

    times = side_by_side(range(ROUNDS), {"ingest": whole, "bare": bare})
    # The second, empty ingest of each turn is not part of what is compared.
    firsts = (all_of - more for all_of, more in zip(times["ingest"].seconds, again, strict=True))
    ours, theirs = Times(tuple(firsts)), times["bare"]
    rows = (
        Row("ingest", _figures(len(texts), ours)),
        Row("bare model", _figures(len(texts), theirs)),
        Row("ratio", {"texts/s": 1 / paired_ratio(ours, theirs)}, goal="at least .85"),
        Row("ingest again, nothing changed", {"median s": Times(tuple(again)).median}),
    )
    told = f"{len(texts)} texts of {embedded[0]} passages. Model loaded before, on both sides."
    return Table(TITLE, rows, told)


def torch_model(settings: Settings) -> SentenceTransformer:
    """The settings' model as anyone would run it: sentence-transformers, float32."""
    from rag.embedding import load_embedder
    from rag.embedding.weights import find_weights, read_weights

    path = find_weights()
    if path and not settings.embedding_model:
        from bench.torch_e5 import build_model

        return build_model(read_weights(path))[0]
    from rag.embedding.named_model import NamedModel

    model = load_embedder(settings.embedding_model).model
    if not isinstance(model, NamedModel):
        raise TypeError(f"{settings.embedding_model!r} is run by {type(model)}")
    return model.transformer


def _figures(count: int, times: Times) -> dict[str, float]:
    return {"texts/s": count / times.median, "median s": times.median}
