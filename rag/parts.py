"""What a pipeline is made of, loaded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answerer import Answerer
from rag.answerers import build_answerers
from rag.embedding import load_embedder, load_reader
from rag.extractive import ExtractiveAnswerer
from rag.index import IndexReader
from rag.retriever import Retriever
from rag.settings import Settings
from rag.verification.check import Verifier

if TYPE_CHECKING:
    from rag.embedding.reader import Reader


@dataclass(frozen=True, slots=True)
class Parts:
    """The retriever and the generations it searches, the reader if any, and answerers by name."""

    retriever: Retriever
    generations: IndexReader
    reader: Reader | None
    answerers: Mapping[str, Answerer]


def load_parts(settings: Settings, loading: Callable[[str], None]) -> Parts:
    """Load the models and find the index.

    Args:
        settings: which models, and where the index is.
        loading: is told what is being loaded.

    Raises:
        ShioriError: a model cannot be found or read, or the settings name none.
    """
    loading("the embedding model")
    embedder = load_embedder(settings.embedding_model)
    reader = load_reader()
    answerers = build_answerers(settings, lambda: Verifier(embedder), ExtractiveAnswerer())
    loading("the index")
    generations = IndexReader(settings.data_dir, embedder.fingerprint)
    return Parts(Retriever(embedder), generations, reader, answerers)
