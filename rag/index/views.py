"""The texts a chunk is embedded as.

`full` is what it stands under with the text, `path` the breadcrumb alone, `lead` the breadcrumb
with the segment that all others of the chunk explain, and `line` every segment by itself. A
question about a detail is near one line, one worded like a heading near a breadcrumb or a leading
bullet, and the whole tells apart passages that share a line. Measured on the shipped notes and on
public parallel sets, see ARCHITECTURE.md.
"""

from __future__ import annotations

from rag.text.markup import plain
from rag.text.segments import context_of
from rag.types import Chunk

VIEWS = ("full", "path", "lead", "line")
VIEWS_VERSION = "full-path-lead-line-2"
_LEAD = 80  # characters of a leading bullet, which may be a paragraph


def view_texts(chunk: Chunk, view: str) -> tuple[str, ...]:
    """The texts that stand for `chunk` in `view`: one, none or one for `lead`, many for `line`."""
    path = " > ".join(context_of(chunk))
    if view == "path":
        return (path,)
    if view == "full":
        return (f"{path}\n{chunk.text}" if path else chunk.text,)
    if view == "lead":
        return _lead(chunk, path)
    return tuple(plain(segment.text) for segment in chunk.segments if not segment.context) or (
        chunk.text,
    )


def _lead(chunk: Chunk, path: str) -> tuple[str, ...]:
    segments = chunk.segments
    if len(segments) < 2 or any(segment.parent < 0 for segment in segments[1:]):
        return ()
    label = plain(segments[0].text)[:_LEAD]
    return (f"{path} > {label}" if path else label,)
