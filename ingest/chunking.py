"""From an outline to chunks: runs of blocks that belong together, each under its breadcrumb.

Every chunk is a run of consecutive blocks, so nothing is orphaned and nothing is lost: a bullet
stays with its explanation while both fit, a bullet that is too long for one chunk leads the first
of its parts and stands in the breadcrumb of the others, and only what is too long by itself is cut,
at the ends of sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.links import find_links, find_references
from ingest.notes import Block, Outline, indent_of, item_marker, parse_outline, walk_up
from rag.chunk_id import chunk_id
from rag.types import Chunk, Locator, NoteLink, Provenance, Source

CHUNKER_VERSION = "outline-1"

# Sizes in weighted characters: a full-width one counts 1, a half-width one 1/2, as both carry
# about that much; measured on public Japanese and parallel sets, see ARCHITECTURE.md.
TOPIC_SIZE = 330
GROUP_SIZE = 200
PIECE_SIZE = 400
LABEL_LENGTH = 80

_SENTENCE_END = re.compile(
    r"(?<=[。．！？!?])(?![。．！？!?」』）)\]])\s*|(?<=[.;:])\s+(?=[\"'(\[]?[A-Z0-9぀-ヿ一-鿿])"
)
_WEAK_END = re.compile(r"(?<=[、，,；;:：)）」』])\s*|\s+")
_MARKS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_MAY_LINK = re.compile(r"://|\]")
_OPEN, _CLOSE = "（(「『[【", "）)」』]】"


@dataclass(frozen=True, slots=True)
class _Run:
    """Blocks `first`..`last` (indices) that are one chunk; `piece` where a block had to be cut."""

    first: int
    last: int
    piece: tuple[int, int, str] | None = None  # start line, end line, text
    header: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note, cut up: the source itself, its chunks and the links that stand in it."""

    source: Source
    chunks: tuple[Chunk, ...]
    links: tuple[NoteLink, ...]


def chunk_note(name: str, text: str) -> Note:
    """Cut a note into chunks.

    Args:
        name: its path within the notes folder, with `/`.
        text: its text.
    """
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    outline = parse_outline(text, stem)
    # a heading repeats the title in nearly every note; otherwise the title opens the breadcrumb
    named = outline.title != stem and all(block.label != outline.title for block in outline.blocks)
    root = (outline.title,) if named else ()
    source = Source(name, "note", outline.title, "\n".join(outline.lines))
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    chunks: list[Chunk] = []
    for run in _runs(outline):
        content = run.piece[2] if run.piece else _render(outline, run.first, run.last)
        if not content.strip():
            continue
        start = run.piece[0] if run.piece else outline.blocks[run.first].start
        end = (
            run.piece[1]
            if run.piece
            else max(b.end for b in outline.blocks[run.first : run.last + 1])
        )
        path = root + breadcrumb(outline, run.first) + ((run.header,) if run.header else ())
        identifier = chunk_id(name, path, content, seen[path, content])
        seen[path, content] += 1
        locator = Locator(start_line=start, end_line=end)
        chunks.append(
            Chunk(identifier, name, "note", outline.title, path, content, locator, len(chunks))
        )
    return Note(source, tuple(chunks), tuple(_links(outline, name, root)))


def breadcrumb(outline: Outline, index: int) -> tuple[str, ...]:
    """The labels of what a block stands in, outermost first."""
    return tuple(label_of(block.label) for block in walk_up(outline, index) if block.label)[::-1]


def label_of(text: str) -> str:
    """A heading or bullet as a step of a breadcrumb: without markup, not longer than a line."""
    label = _MARKS.sub(r"\2", readable(text)).strip()
    if len(label) <= LABEL_LENGTH // 2:
        return label
    depth = 0
    for position, character in enumerate(label):
        depth += (character in _OPEN) - (character in _CLOSE)
        ends = character == "：" or (
            character == ":" and label[position + 1 : position + 2] in " 　"
        )
        if depth <= 0 and ends and position > 1:
            return label[:position].strip()
    return label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1].rstrip() + "…"


def readable(markdown: str) -> str:
    """Markdown with links and images reduced to their labels; bare URLs stay."""
    parts: list[str] = []
    end = 0
    for link in find_links(markdown):
        if link.syntax in ("bare", "autolink") or link.start < end:  # an image within a link
            continue
        parts += [markdown[end : link.start], link.label]
        end = link.end
    return "".join([*parts, markdown[end:]])


def weight(text: str) -> float:
    """The size of a text in full-width characters."""
    half = sum(character < "\u2000" for character in text)
    return len(text) - half / 2


def _runs(outline: Outline) -> Iterator[_Run]:
    """The runs of blocks that become chunks, in reading order."""
    blocks = outline.blocks
    below = outline.children()
    sizes, lasts = _subtrees(outline)
    open_run: _Run | None = None
    room = 0.0
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if block.kind in ("heading", "rule"):
            if open_run:
                yield open_run
                open_run = None
            if block.kind == "heading" and not below[index]:
                yield _Run(index, index)
            index += 1
            continue
        fits = sizes[index] <= TOPIC_SIZE
        lead = not fits and block.kind == "item" and bool(below[index])
        last = lasts[index] if fits else index
        own = sizes[index] if fits else _size(outline, block)
        topic = fits and bool(below[index])
        if not fits and own > PIECE_SIZE:
            if open_run:
                yield open_run
                open_run = None
            yield from _pieces(outline, index)
            index += 1
            continue
        if open_run and _joins(outline, open_run, index, topic) and own <= room:
            open_run = _Run(open_run.first, last)
            room -= own
        else:
            if open_run:
                yield open_run
            open_run = _Run(index, last)
            room = (TOPIC_SIZE if lead else GROUP_SIZE) - own
        if topic:  # an explained bullet is a chunk of its own; only what leads to it stands before
            yield open_run
            open_run = None
        index = last + 1
    if open_run:
        yield open_run


def _subtrees(outline: Outline) -> tuple[list[float], list[int]]:
    """For every block the size of it with all it holds, and the index of the last of them."""
    blocks = outline.blocks
    sizes = [_size(outline, block) for block in blocks]
    lasts = list(range(len(blocks)))
    for index in range(len(blocks) - 1, -1, -1):
        parent = blocks[index].parent
        if parent >= 0:
            sizes[parent] += sizes[index]
            lasts[parent] = max(lasts[parent], lasts[index])
    return sizes, lasts


def _joins(outline: Outline, run: _Run, index: int, topic: bool) -> bool:
    """Whether a block may stand in the run before it: its siblings, or what leads to it."""
    blocks = outline.blocks
    parent = blocks[index].parent
    if parent >= run.first:  # the run leads to it
        return True
    return not topic and parent == blocks[run.first].parent


def _size(outline: Outline, block: Block) -> float:
    text = "\n".join(outline.lines[block.start - 1 : block.end])
    return weight(re.sub(r"\]\([^)\s]*\)|https?://\S+", "https://example.com", text.strip()))


def _render(outline: Outline, first: int, last: int) -> str:
    """The text of a run: its lines without what they are indented by in common."""
    depths: dict[int, int] = {}
    lines: list[str] = []
    for index in range(first, last + 1):
        block = outline.blocks[index]
        depth = depths.get(block.parent, -1) + 1
        depths[index] = depth
        lines += _block_lines(outline, block, "  " * depth)
    return "\n".join(lines)


def _block_lines(outline: Outline, block: Block, indent: str) -> list[str]:
    raw = outline.lines[block.start - 1 : block.end]
    if block.kind == "code" or (block.kind == "item" and _has_fence(block)):
        margin = min((indent_of(line) for line in raw if line.strip()), default=0)
        return [indent + _dedent(line, margin) for line in raw]
    stripped = [line.strip(" \t　\u00a0") for line in raw]
    marker = item_marker(raw[0]) if block.kind == "item" else ""
    first = marker.rstrip() + " " if marker else ""
    text = [readable(line) for line in (stripped[0][len(marker) :], *stripped[1:])]
    hang = indent + " " * len(first)
    return [indent + first + text[0], *(hang + line for line in text[1:] if line)]


def _has_fence(block: Block) -> bool:
    return block.label.startswith(("```", "~~~"))


def _dedent(line: str, margin: int) -> str:
    position = 0
    while (
        position < len(line)
        and line[position] in " \t　\u00a0"
        and indent_of(line[:position]) < margin
    ):
        position += 1
    return line[position:]


def _pieces(outline: Outline, index: int) -> Iterator[_Run]:
    """Cut a block that is too long by itself; a table's parts keep its header in the breadcrumb."""
    block = outline.blocks[index]
    lines = _block_lines(outline, block, "")
    header = lines[0].strip() if block.kind == "table" and len(lines) > 2 else ""
    spans = _spans(lines, block)
    piece: list[tuple[int, str]] = []
    size = 0.0
    first = True
    for line, text in spans:
        if piece and size + weight(text) > PIECE_SIZE:
            yield _piece(index, piece, "" if first else header)
            piece, size, first = [], 0.0, False
        piece.append((line, text))
        size += weight(text)
    if piece:
        yield _piece(index, piece, "" if first else header)


def _piece(index: int, spans: Sequence[tuple[int, str]], header: str) -> _Run:
    text = ""
    for position, (line, span) in enumerate(spans):
        glue = "\n" if position and line != spans[position - 1][0] else ""
        text += glue + span
    return _Run(index, index, (spans[0][0], spans[-1][0], text.strip("\n")), header)


def _spans(lines: Sequence[str], block: Block) -> Iterator[tuple[int, str]]:
    """The lines of a block with their numbers; those too long for a piece at sentence ends."""
    for number, line in enumerate(lines, block.start):
        if weight(line) <= PIECE_SIZE:
            yield number, line
            continue
        for sentence in cut(line, _SENTENCE_END):
            parts = [sentence] if weight(sentence) <= PIECE_SIZE else cut(sentence, _WEAK_END)
            for part in parts:
                for start in range(0, max(len(part), 1), PIECE_SIZE):
                    yield number, part[start : start + PIECE_SIZE]


def cut(text: str, at: re.Pattern[str]) -> list[str]:
    """Cut a text after every match of `at`; the parts joined are the text."""
    parts: list[str] = []
    start = 0
    for match in at.finditer(text):
        if match.end() > start:
            parts.append(text[start : match.end()])
            start = match.end()
    return [*parts, text[start:]] if start < len(text) else parts


def _links(outline: Outline, name: str, root: tuple[str, ...]) -> Iterator[NoteLink]:
    """Every link of a note, images too, with the bullet or paragraph it stands in."""
    references = find_references("\n".join(outline.lines))
    for index, block in enumerate(outline.blocks):
        if block.kind == "code":
            continue
        for number in range(block.start, block.end + 1):
            line = outline.lines[number - 1]
            for link in find_links(line, references) if _MAY_LINK.search(line) else ():
                path = root + breadcrumb(outline, index)
                text = label_of(block.label or readable(line.strip()))
                yield NoteLink(
                    link.url,
                    link.label,
                    Provenance(name, number, path, text),
                    image=link.syntax == "image",
                )
