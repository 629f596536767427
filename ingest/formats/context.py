"""What a file's name says of its passages: title, folder, date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from ingest.notes.chunking import chunk_note
from rag.types import Chunk, Locator


def blank_chunk(name: str) -> Chunk:
    """A passage without text, in the context that a note of this name gives to its passages.

    Args:
        name: path within the notes folder, with `/`.
    """
    note = chunk_note(str(PurePosixPath(name).with_suffix(".md")), "text")
    (chunk,) = note.chunks
    return replace(chunk, source=name, text="", locator=Locator(), segments=())
