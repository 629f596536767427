"""Text to vectors: the only place that knows ONNX Runtime, torch and sentence-transformers."""

from rag.embedding.embedder import Embedder
from rag.embedding.loading import HUB_NAME, load_cross_encoder, load_embedder

__all__ = ["HUB_NAME", "Embedder", "load_cross_encoder", "load_embedder"]
