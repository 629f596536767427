"""What every chunk of a note stands in: title, folder, date, tags, breadcrumb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.notes.dates import date_in
from ingest.notes.names import readable_name, stem_of
from ingest.notes.outline import Outline
from ingest.notes.page import Page
from ingest.notes.rendering import Path, heading_label, item_label, step, title_of

_STEPS = frozenset({"heading", "item", "label", "question"})
_DATING = frozenset({"heading", "label"})
_MOST_TAGS = 50
_MOST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Context:
    """For every block the breadcrumb and the date of what stands in it; last, those of the top."""

    title: str
    folder: str
    date: str
    tags: tuple[str, ...]
    root: Path
    paths: Sequence[Path]
    dates: Sequence[str]


def context_of(name: str, page: Page, outline: Outline) -> Context:
    """The context of a note named `name`."""
    title = _title(name, page, outline)
    root = (heading_label(title) or title[:80],)
    folder = name.rsplit("/", 1)[0] if "/" in name else ""
    date = _date(name, page)
    tags = [
        value.lstrip("#") for prop in page.properties if prop.names for value in _tags(prop.values)
    ]
    return Context(
        title,
        folder,
        date,
        tuple(tag for tag in dict.fromkeys([*tags, *page.tags]) if tag)[:_MOST_TAGS],
        root,
        _paths(page, outline, root),
        _dates(outline, date),
    )


def _title(name: str, page: Page, outline: Outline) -> str:
    """That of the front matter, else the only heading of the first level, else the file's name."""
    for prop in page.properties:
        if prop.title and (said := title_of(" ".join(prop.values))):
            return said[:_MOST_TITLE]
    heading = title_of(outline.title, page.references)
    return heading[:_MOST_TITLE] or readable_name(name)


def _tags(values: Sequence[str]) -> list[str]:
    """Values one by one: a single line of several is parted at commas."""
    parts = [part.strip() for value in values for part in value.split(",")]
    if len(parts) == 1 and "#" in parts[0]:
        parts = parts[0].split()
    return [part for part in parts if part]


def _date(name: str, page: Page) -> str:
    found = date_in(stem_of(name)) or date_in(name.rsplit(".", 1)[0][-12:])
    if found:
        return found
    stated = [date_in(" ".join(prop.values)) for prop in page.properties if prop.dated]
    return next(filter(None, stated), "")


def _paths(page: Page, outline: Outline, root: Path) -> list[Path]:
    paths: list[Path] = [root] * (len(outline.blocks) + 1)
    same = root[0].casefold()
    holders = {block.parent for block in outline.blocks}
    for index in sorted(holders - {-1}):  # a parent stands before what it holds
        block = outline.blocks[index]
        above = paths[block.parent]
        if block.kind not in _STEPS:
            paths[index] = above
            continue
        shown = heading_label if block.kind == "heading" else item_label
        label = shown(block.label, page.references)
        if above == root and block.kind == "heading" and label.casefold() == same:
            paths[index] = (label,)
        else:
            paths[index] = step(above, label)
    return paths


def _dates(outline: Outline, date: str) -> list[str]:
    dates = [date] * (len(outline.blocks) + 1)
    for index, block in enumerate(outline.blocks):
        above = dates[block.parent]
        dates[index] = (block.kind in _DATING and date_in(block.label)) or above
    return dates
