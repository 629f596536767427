"""The links that stand in a note, each with the bullet or paragraph around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ingest.links.markdown import FoundLink, find_links
from ingest.notes.inline import words_of
from ingest.notes.lines import Line
from ingest.notes.outline import Outline
from ingest.notes.page import Page
from ingest.notes.rendering import Path, item_label
from rag.types import NoteLink, Provenance

_NOWHERE = frozenset({"data:,", ","})  # what stands for a picture within the note, see `comments`
_VIDEOS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_LONGEST = 2000  # of a line that is shown with its links
_MAY_LINK = re.compile(r"://|\]|www\.", re.IGNORECASE)


def links_of(name: str, page: Page, outline: Outline, paths: Sequence[Path]) -> Iterator[NoteLink]:
    """Every link of a note, images too."""
    for prop in page.properties:
        for value in prop.values:
            if _MAY_LINK.search(value):
                where = Provenance(name, prop.start, paths[-1], prop.text[:200])
                for link in find_links(value):
                    yield NoteLink(link.url, link.label or prop.key, where, link.syntax == "image")
    for block in outline.blocks:
        if block.kind == "code":
            continue
        lines = outline.lines_of(block)
        yield from _links(name, page, lines, block.label, paths[block.parent])
    for lines in page.footnotes.values():
        yield from _links(name, page, lines, "", paths[-1])


def _links(
    name: str, page: Page, lines: Sequence[Line], label: str, path: Path
) -> Iterator[NoteLink]:
    if not any(_MAY_LINK.search(line.text) for line in lines):
        return
    said: dict[int, str] = {}
    starts: list[int] = []
    size = 0
    for line in lines:
        starts.append(size)
        size += len(line.text) + 1
    for link in find_links("\n".join(line.text for line in lines), page.references):
        at = max(0, bisect_right(starts, link.start) - 1)
        line = lines[at]
        if at not in said:
            text = label or words_of(line.text.strip()[:_LONGEST], page.references)
            said[at] = item_label(text, page.references)
        shown = " ".join(link.label.split())
        where = Provenance(name, line.start, path, said[at])
        if link.url not in _NOWHERE:
            url = _embedded(link, line.text) or link.url
            yield NoteLink(url, shown, where, image=link.syntax == "image")


def _embedded(link: FoundLink, text: str) -> str:
    """The address of a video that a note shows by its id: `@[youtube](dQw4w9WgXcQ)`."""
    if link.label.lower() in _VIDEOS and "://" not in link.url and f"@[{link.label}]" in text:
        return _VIDEOS[link.label.lower()] + link.url
    return ""
