"""Text to vectors: the only place that knows torch and sentence-transformers."""

from rag.embedding.embedder import Embedder
from rag.embedding.loading import HUB_NAME, load_embedder, load_reader

__all__ = ["HUB_NAME", "Embedder", "load_embedder", "load_reader"]
