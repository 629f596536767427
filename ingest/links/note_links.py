"""Links from notes to notes and to the files beside them: where they lead, and rows that say so."""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from ingest.links.canonical import classify, has_scheme
from ingest.links.note_names import NoteNames
from ingest.links.wiki import wiki_target
from rag.storage.link_ledger import LedgerRow, LinkStatus
from rag.types import Chunk, NoteLink, Provenance, Source

_KIND = "note"
_LEFT_OUT = "This file is left out; the list of files says why."
_UNWRITTEN = "No note has this name."
_FOLDER = "It is a folder of notes."
_OUTSIDE = "It leads out of the notes folder."
_MISSING = "There is no such note or file."
_NO_TEXT = "Files of this type hold no text that is read."
_IMAGE = "It is an image."


@dataclass(frozen=True, slots=True)
class ResolvedLinks:
    """What the links within the notes folder gave.

    `chunks` and `sources` are those given, with `Chunk.links` and, for files that are no notes, the
    places that link to them; `web` are the links that lead elsewhere; `rows` are for the ledger.
    """

    chunks: list[Chunk]
    sources: list[Source]
    web: list[NoteLink]
    rows: list[LedgerRow]


def resolve_links(
    chunks: Sequence[Chunk],
    sources: Sequence[Source],
    links: Sequence[NoteLink],
    *,
    files: Collection[str] = (),
    left_out: Collection[str] = (),
) -> ResolvedLinks:
    """Find what the links of notes lead to within the notes folder.

    Args:
        chunks: all passages of all sources.
        sources: the notes, and the files beside them.
        links: all links of all notes, in order.
        files: ids of the sources that are no notes; they get the places that link to them.
        left_out: names of files that lie in the folder but are no source.
    """
    names = NoteNames(sources, chunks)
    resolver = _Resolver(names, frozenset(left_out))
    web: list[NoteLink] = []
    rows: dict[str, LedgerRow] = {}
    led: list[_Led] = []
    for link in links:
        row, source = resolver.row(link)
        if row is None:
            web.append(link)
            continue
        known = rows.get(row.canonical)
        if known:
            both = tuple(dict.fromkeys(known.linked_from + row.linked_from))
            row = replace(known, linked_from=both)
        rows[row.canonical] = row
        if source:
            led.append(_Led(link, source, row.canonical))
    where = _origins(led, files)
    return ResolvedLinks(
        [
            replace(chunk, linked_from=where[chunk.source]) if chunk.source in where else chunk
            for chunk in _with_links(chunks, led)
        ],
        [replace(one, linked_from=where[one.id]) if one.id in where else one for one in sources],
        web,
        list(rows.values()),
    )


@dataclass(frozen=True, slots=True)
class _Led:
    """A link that leads to a source; `target` names its heading as well."""

    link: NoteLink
    source: str
    target: str


class _Resolver:
    """Makes the row of a link within the notes folder."""

    def __init__(self, names: NoteNames, left_out: frozenset[str]) -> None:
        self._names = names
        self._left_out = left_out

    def row(self, link: NoteLink) -> tuple[LedgerRow | None, str]:
        """The row of a link, and the source it leads to; no row when it leads to the web, or is a
        picture in a note."""
        wiki = wiki_target(link.url)
        if wiki is not None:
            found = self._names.by_name(wiki.name, link.where.source)
            if found:
                return self._found(link, found, wiki.heading)
            _, reason = self._why_not(wiki.name, link.where.source, _UNWRITTEN)
            # a name that no note has yet is how such notes are written, and no failure
            return _row(link, f"[[{wiki.name}]]", "unsupported_type", reason), ""
        url = link.url.strip()
        if link.image or not url or has_scheme(url) or url.startswith("//"):
            return None, ""
        path, _, fragment = url.partition("#")
        found = self._names.by_path(path, link.where.source)
        if found:
            return self._found(link, found, fragment)
        status, reason = self._why_not(path, link.where.source, _MISSING)
        return _row(link, _whole(path, link.where.source), status, reason), ""

    def _found(self, link: NoteLink, source: str, heading: str) -> tuple[LedgerRow, str]:
        label = self._names.heading(source, heading) if heading else ""
        return _row(link, f"{source}#{label}" if label else source, "ok", ""), source

    def _why_not(self, path: str, base: str, missing: str) -> tuple[LinkStatus, str]:
        whole = _whole(path, base)
        if whole in self._left_out or unquote(path) in self._left_out:
            return "unsupported_type", _LEFT_OUT
        if whole.startswith("../"):
            return "unsupported_type", _OUTSIDE
        kind = classify(f"https://example.com/{path.partition('?')[0].lstrip('/')}")
        if kind in ("image", "other"):
            return "unsupported_type", _IMAGE if kind == "image" else _NO_TEXT
        if self._names.is_folder(path, base):
            return "unsupported_type", _FOLDER
        return "not_found", missing


def _whole(path: str, base: str) -> str:
    """The path within the notes folder that a link's path means, by its letters."""
    plain = unquote(path)
    joined = (
        plain.lstrip("/")
        if plain.startswith("/")
        else posixpath.join(posixpath.dirname(base), plain)
    )
    return posixpath.normpath(joined)


def _row(link: NoteLink, canonical: str, status: LinkStatus, reason: str) -> LedgerRow:
    return LedgerRow(
        url=link.url,
        canonical=canonical,
        kind=_KIND,
        status=status,
        reason=reason,
        linked_from=(link.where,),
    )


def _origins(led: Iterable[_Led], files: Collection[str]) -> dict[str, tuple[Provenance, ...]]:
    """The places that link to files that are no notes."""
    where: dict[str, dict[Provenance, None]] = {}
    wanted = frozenset(files)
    for one in led:
        if one.source in wanted and one.source != one.link.where.source:
            where.setdefault(one.source, {})[one.link.where] = None
    return {source: tuple(places) for source, places in where.items()}


def _with_links(chunks: Sequence[Chunk], led: Sequence[_Led]) -> list[Chunk]:
    """The passages with what the links on their lines lead to."""
    mine: dict[str, list[int]] = {}
    for position, chunk in enumerate(chunks):
        if chunk.locator.start_line is not None:
            mine.setdefault(chunk.source, []).append(position)
    for positions in mine.values():
        positions.sort(key=lambda position: chunks[position].locator.start_line or 0)
    found: dict[int, dict[str, None]] = {}
    starts = {
        source: [chunks[position].locator.start_line or 0 for position in positions]
        for source, positions in mine.items()
    }
    for one in led:
        source, line = one.link.where.source, one.link.where.line
        if source not in mine:
            continue
        last = bisect_right(starts[source], line)
        for position in _holding(chunks, mine[source][:last], one.link):
            found.setdefault(position, {})[one.target] = None
    return [
        replace(chunk, links=tuple(found[position])) if position in found else chunk
        for position, chunk in enumerate(chunks)
    ]


def _holding(chunks: Sequence[Chunk], positions: Sequence[int], link: NoteLink) -> list[int]:
    """Those passages that a link stands in, of those that begin before it; a line that is cut into
    several has it where its label is shown."""
    line = link.where.line
    at = [one for one in positions if line <= (chunks[one].locator.end_line or 0)]
    shown = [one for one in at if link.label and link.label in chunks[one].text]
    return shown or at
