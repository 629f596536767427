"""A CSV file as passages: a row is a segment that stands under the header.

A passage is as many rows as fit under the header, which is repeated in each. Where one row does not
fit, its columns are dealt out to several passages, each with their part of the header and with the
row's first cell in the breadcrumb.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.articles.chunking import CHUNK_SIZE
from ingest.articles.layout import weigh
from ingest.chunk_ids import chunk_id
from ingest.formats.context import blank_chunk
from ingest.formats.table_syntax import Record, read_records
from ingest.notes.chunking import Note
from ingest.notes.files import Skipped
from rag.text.sentences import sentence_spans
from rag.types import Chunk, Locator, Segment, Source

_BETWEEN = " | "
_LONGEST_CELL = 300  # characters; a longer one is cut where a sentence ends, or anywhere
_LABEL = 60


@dataclass(frozen=True, slots=True)
class _Passage:
    """Rows, or parts of one, that make a chunk; `label` is the row's name where it is a part."""

    header: tuple[str, ...]
    rows: tuple[Record, ...]
    label: str = ""


def chunk_table(name: str, text: str) -> tuple[Note, tuple[Skipped, ...]]:
    """Cut a CSV file into passages.

    Args:
        name: its path within the notes folder.
        text: its text, with `\\n` line ends.

    Returns:
        The passages, and what could not be read as it is written.
    """
    read = read_records(text)
    blank = blank_chunk(name)
    before, header, rows = _parts(read.records)
    source = Source(name, "note", blank.title, text.removeprefix("\ufeff"))
    chunks: list[Chunk] = []
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    passages = [_Passage((), (one,)) for one in before]
    passages += _packed(header.cells if header else (), rows)
    if header and not rows:
        passages.append(_Passage((), (header,)))
    fresh = True
    for passage in passages:
        chunk = _chunk(blank, passage, header, first=fresh)
        fresh = fresh and not passage.header
        key = (chunk.path, chunk.text)
        identifier = chunk_id(name, *key, seen[key])
        seen[key] += 1
        chunks.append(replace(chunk, id=identifier, order=len(chunks)))
    return Note(source, tuple(chunks), ()), _told(name, read.unclosed)


def _told(name: str, unclosed: Sequence[int]) -> tuple[Skipped, ...]:
    if not unclosed:
        return ()
    some = ", ".join(map(str, unclosed[:5])) + (" and more" if len(unclosed) > 5 else "")
    reason = f"holds a quote that nothing closes (line {some}); such a line is read by itself"
    return (Skipped(name, reason),)


def _parts(
    records: Sequence[Record],
) -> tuple[Sequence[Record], Record | None, Sequence[Record]]:
    """What stands above a table, its header if it has one, and its rows."""
    widest = max((_filled(record) for record in records), default=0)
    at = 0
    while at < len(records) and widest > 1 and _filled(records[at]) == 1:
        at += 1
    if at < len(records) and _is_header(records[at]):
        return records[:at], records[at], records[at + 1 :]
    return records[:at], None, records[at:]


def _filled(record: Record) -> int:
    return sum(bool(cell) for cell in record.cells)


def _is_header(record: Record) -> bool:
    """Whether a first row names columns: words, and no word twice."""
    cells = [cell for cell in record.cells if cell]
    words = all(any(char.isalpha() for char in cell) for cell in cells)
    return words and len(set(cells)) == len(cells)


def _packed(header: tuple[str, ...], rows: Sequence[Record]) -> Iterator[_Passage]:
    top = weigh(_BETWEEN.join(header))
    run: list[Record] = []
    size = top
    for row in rows:
        own = weigh(_BETWEEN.join(row.cells))
        if run and size + own > CHUNK_SIZE:
            yield _Passage(header, tuple(run))
            run, size = [], top
        if top + own > CHUNK_SIZE:
            yield from _dealt(header, row)
        else:
            run.append(row)
            size += own
    if run:
        yield _Passage(header, tuple(run))


def _dealt(header: tuple[str, ...], row: Record) -> Iterator[_Passage]:
    """A row that is too long: its columns in groups, long cells in pieces."""
    label = next((cell for cell in row.cells if cell), "")[:_LABEL]
    heads: list[str] = []
    cells: list[str] = []
    size = 0.0
    for column, cell in enumerate(row.cells):
        head = header[column] if column < len(header) else ""
        for piece in _pieces(cell):
            own = weigh(head) + weigh(piece)
            if cells and size + own > CHUNK_SIZE:
                yield _Passage(tuple(heads), (replace(row, cells=tuple(cells)),), label)
                heads, cells, size = [], [], 0.0
            heads.append(head)
            cells.append(piece)
            size += own
    if cells:
        yield _Passage(tuple(heads), (replace(row, cells=tuple(cells)),), label)


def _pieces(cell: str) -> Iterator[str]:
    """A cell, in pieces where it is long."""
    if len(cell) <= _LONGEST_CELL:
        yield from [cell] if cell else []
        return
    begin = last = 0
    for start, end in sentence_spans(cell):
        if last > begin and end - begin > _LONGEST_CELL:
            yield cell[begin:last]
            begin = start
        last = end
        while last - begin > 2 * _LONGEST_CELL:
            yield cell[begin : begin + _LONGEST_CELL]
            begin += _LONGEST_CELL
    yield cell[begin:last]


def _chunk(blank: Chunk, passage: _Passage, header: Record | None, *, first: bool) -> Chunk:
    segments: list[Segment] = []
    shown = _shown(passage.header)
    if shown and header:
        place = Locator(start_line=header.start, end_line=header.end)
        segments.append(Segment("header", shown, place, leads=True, context=not first))
    for row in passage.rows:
        place = Locator(start_line=row.start, end_line=row.end)
        segments.append(Segment("row", _shown(row.cells), place, parent=0 if shown else -1))
    start = passage.rows[0].start
    if first and shown and header:
        start = header.start
    lines = [("  " if one.parent >= 0 else "") + one.text for one in segments]
    return replace(
        blank,
        path=(*blank.path, passage.label) if passage.label else blank.path,
        text="\n".join(lines),
        locator=Locator(start_line=start, end_line=passage.rows[-1].end),
        segments=tuple(segments),
    )


def _shown(cells: Sequence[str]) -> str:
    """Cells as a line; those at the end that are empty fall out."""
    whole = list(cells)
    while whole and not whole[-1]:
        whole.pop()
    return _BETWEEN.join(whole)
