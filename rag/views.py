"""The texts a chunk is embedded as.

`full` is the breadcrumb with the text, `path` the breadcrumb alone, and `line` every bullet or
sentence by itself. A question about a detail is near one line, a question worded like a heading is
near a breadcrumb, and the whole tells apart passages that share a line. Measured on the shipped
notes and on public parallel sets, see ARCHITECTURE.md.
"""

from __future__ import annotations

from rag.types import Chunk
from rag.units import plain, units_of

VIEWS = ("full", "path", "line")
VIEWS_VERSION = "full-path-line-1"


def view_texts(chunk: Chunk, view: str) -> tuple[str, ...]:
    """The texts that stand for `chunk` in `view`: one, but for `line` as many as it has units."""
    path = " > ".join(chunk.path)
    if view == "path":
        return (path or chunk.title,)
    if view == "full":
        return (f"{path}\n{chunk.text}" if path else chunk.text,)
    return tuple(plain(unit.text) for unit in units_of(chunk)) or (chunk.text,)
