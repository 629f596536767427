"""Text to vectors: the only place that knows torch and sentence-transformers."""

from rag.embedding.embedder import Embedder
from rag.embedding.loading import load_embedder

__all__ = ["Embedder", "load_embedder"]
