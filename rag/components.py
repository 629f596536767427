"""What a pipeline is made of, loaded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rag.answering.base import Answerer
from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.factory import build_answerers
from rag.embedding import load_cross_encoder, load_embedder
from rag.index import IndexCatalog
from rag.retrieval.retriever import Retriever
from rag.settings import Settings
from rag.verification.verifier import Verifier

if TYPE_CHECKING:
    from rag.embedding.cross_encoder import CrossEncoder


@dataclass(frozen=True, slots=True)
class Components:
    """The retriever and the generations it searches, and answerers by name."""

    retriever: Retriever
    generations: IndexCatalog
    load_reader: Callable[[], CrossEncoder | None]
    answerers: Mapping[str, Answerer]

    @property
    def reader(self) -> CrossEncoder | None:
        """The reader, if any, loaded when it is first asked for: a search does without."""
        return self.load_reader()


def load_components(settings: Settings, loading: Callable[[str], None]) -> Components:
    """Load the models and find the index.

    Args:
        settings: which models, and where the index is.
        loading: is told what is being loaded.

    Raises:
        ShioriError: a model cannot be found or read, or the settings name none.
    """
    loading("the embedding model")
    embedder = load_embedder(settings.embedding_model, settings.data_dir)
    reader = partial(load_cross_encoder, settings.data_dir)
    answerers = build_answerers(settings, lambda: Verifier(embedder), ExtractiveAnswerer())
    loading("the index")
    generations = IndexCatalog(settings.data_dir, embedder.fingerprint)
    return Components(Retriever(embedder), generations, reader, answerers)
