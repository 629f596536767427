"""The texts a chunk is embedded as: each view is one vector a chunk."""

from __future__ import annotations

from rag.types import Chunk

VIEWS = ("body", "full", "path")
"""`body` is the text alone, `full` the breadcrumb and the text, `path` the breadcrumb alone."""


def view_text(chunk: Chunk, view: str) -> str:
    """The text that stands for `chunk` in `view`."""
    path = " > ".join(chunk.path)
    if view == "path":
        return path or chunk.title
    if view == "full" and path:
        return f"{path}\n{chunk.text}"
    return chunk.text
