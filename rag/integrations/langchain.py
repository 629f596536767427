"""Shiori's search as a LangChain retriever, its model as LangChain's embeddings."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from rag.embedding import Embedder
from rag.serialization import hit_json


class LangChainEmbeddings(Embeddings):
    """An embedder for whatever of LangChain takes one."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return list(map(float, self._embedder.encode_queries([text])[0]))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of passages."""
        return [list(map(float, row)) for row in self._embedder.encode_passages(texts)]


class ShioriRetriever(BaseRetriever):
    """Returns the hits of a `rag.pipeline.Pipeline` as documents, best first.

    The text is the page content; the metadata is what `python -m rag search --json` prints.

    >>> from rag import Pipeline, load_settings
    >>> retriever = ShioriRetriever(pipeline=Pipeline(load_settings()), k=2)
    >>> documents = retriever.invoke("what changed for CloudFormation?")
    >>> [document.metadata["rank"] for document in documents]
    [1, 2]
    """

    pipeline: Any
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = (hit_json(hit) for hit in self.pipeline.search(query, self.k))
        return [Document(page_content=hit.pop("text"), metadata=hit) for hit in found]
