"""`python -m rag chunks`: what was made of the notes, passage by passage, as the index holds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.batch import print_json
from rag.cli.console import say
from rag.errors import ShioriError, UsageError
from rag.index import read_chunks
from rag.logs import configure_logs
from rag.serialization import chunk_json
from rag.settings import load_settings
from rag.types import Chunk, Locator, Segment


def chunks(
    source: Annotated[
        list[str] | None, typer.Option(help="Only this note, file or URL; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder of the index and the caches.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="Folder of the corpus.")] = None,
) -> None:
    """Show what the index holds: passages with their context and their segments."""
    try:
        settings = load_settings(data_dir=data, corpus_dir=corpus)
        configure_logs(settings)
        found = read_chunks(settings.data_dir)
        wanted = _wanted(found, source or [])
    except ShioriError as error:
        say(f"Error: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    for number, chunk in enumerate(wanted):
        if as_json:
            print_json(chunk_json(chunk))
        else:
            say(("\n" if number else "") + "\n".join(_lines(chunk)))


def _wanted(found: tuple[Chunk, ...], sources: list[str]) -> list[Chunk]:
    """The passages of some sources, or all.

    Raises:
        UsageError: nothing is indexed under such a name.
    """
    if not sources:
        return list(found)
    wanted = [chunk for chunk in found if chunk.source in sources]
    missing = set(sources) - {chunk.source for chunk in wanted}
    if missing:
        raise UsageError(
            f"Nothing is indexed from {', '.join(sorted(missing))}. `python -m rag chunks` names "
            "every source that is."
        )
    return wanted


def _lines(chunk: Chunk) -> Iterator[str]:
    """A passage for people: where it is, its context, its segments by kind."""
    yield f"{chunk.source}{place(chunk.locator)}  {chunk.id}"
    yield f"   {' > '.join(chunk.path) or chunk.title}"
    facts = [chunk.kind, chunk.date, *chunk.tags, "navigation" if chunk.navigation else ""]
    yield f"   {' · '.join(fact for fact in facts if fact)}"
    if chunk.links:
        yield f"   -> {', '.join(chunk.links)}"
    if not chunk.segments:
        yield from (f"   {line}" for line in chunk.text.split("\n"))
    for segment in chunk.segments:
        first, *more = segment.text.split("\n")
        gap = "  " * _depth(segment, chunk.segments)
        repeated = " (repeated)" if segment.context else ""
        marker = f"{segment.marker} " if segment.marker else ""
        yield f"   {segment.kind:<9}{gap}{marker}{first}{repeated}"
        yield from (f"   {'':<9}{gap}{line}" for line in more)


def _depth(segment: Segment, segments: tuple[Segment, ...]) -> int:
    depth = 0
    while 0 <= segment.parent < len(segments) and depth < len(segments):
        segment, depth = segments[segment.parent], depth + 1
    return depth


def place(locator: Locator) -> str:
    """A locator as it follows the name of a source: lines, page or second."""
    if locator.start_line is not None:
        start, end = locator.start_line, locator.end_line
        return f":{start}" if start == end else f":{start}-{end}"
    if locator.page is not None:
        return f", page {locator.page}"
    return f", at {int(locator.seconds)} s" if locator.seconds is not None else ""
