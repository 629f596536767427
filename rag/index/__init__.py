"""The index: generations of Chroma, matrices and BM25 that are never changed in place.

Chroma holds the passages; search is exact, in memory (`Index`). ARCHITECTURE.md says why.
"""

from rag.index.catalog import IndexCatalog, read_chunks, read_manifest, read_served
from rag.index.lock import ingest_lock
from rag.index.model import Index, Manifest, Vectors, WriteSummary
from rag.index.writer import write_generation

__all__ = [
    "Index",
    "IndexCatalog",
    "Manifest",
    "Vectors",
    "WriteSummary",
    "ingest_lock",
    "read_chunks",
    "read_manifest",
    "read_served",
    "write_generation",
]
