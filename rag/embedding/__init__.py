"""Text to vectors: the only place that knows torch and sentence-transformers."""

from rag.embedding.embedder import Embedder, load_embedder

__all__ = ["Embedder", "load_embedder"]
