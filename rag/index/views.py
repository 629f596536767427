"""The texts a chunk is embedded as.

`full` is the breadcrumb with the text, `path` the breadcrumb alone, `lead` the breadcrumb with the
bullet that all others of the chunk explain, and `line` every bullet or sentence by itself. A
question about a detail is near one line, one worded like a heading near a breadcrumb or a leading
bullet, and the whole tells apart passages that share a line. Measured on the shipped
notes and on public parallel sets, see ARCHITECTURE.md.
"""

from __future__ import annotations

from rag.index.segments import units_of
from rag.text.markup import plain
from rag.types import Chunk

VIEWS = ("full", "path", "lead", "line")
VIEWS_VERSION = "full-path-lead-line-1"
_LEAD = 80  # characters of a leading bullet, which may be a paragraph


def view_texts(chunk: Chunk, view: str) -> tuple[str, ...]:
    """The texts that stand for `chunk` in `view`: one, none or one for `lead`, many for `line`."""
    path = " > ".join(chunk.path)
    if view == "path":
        return (path or chunk.title,)
    if view == "full":
        return (f"{path}\n{chunk.text}" if path else chunk.text,)
    if view == "lead":
        return _lead(chunk, path)
    return tuple(plain(unit.text) for unit in units_of(chunk)) or (chunk.text,)


def _lead(chunk: Chunk, path: str) -> tuple[str, ...]:
    units = units_of(chunk)
    if len(units) < 2 or any(unit.parent < 0 for unit in units[1:]):
        return ()
    label = plain(units[0].text)[:_LEAD]
    return (f"{path} > {label}" if path else label,)
