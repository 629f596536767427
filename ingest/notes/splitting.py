"""Blocks that are too long for a chunk, cut at rows, at the ends of sentences, or anywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.notes.outline import Outline
from ingest.notes.rendering import LABEL_LENGTH, block_lines

# Sizes are in weighted characters, see `weight`; measured on public Japanese and parallel sets, see
# ARCHITECTURE.md.
PIECE_SIZE = 400

_SENTENCE_END = re.compile(
    r"(?<=[。．！？!?])(?![。．！？!?」』）)\]])\s*|(?<=[.;:])\s+(?=[\"'(\[]?[A-Z0-9぀-ヿ一-鿿])"
)
_WEAK_END = re.compile(r"(?<=[、，,；;:：)）」』])\s*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a block: its first and last line, its text, the header row it belongs under."""

    start: int
    end: int
    text: str
    header: str = ""


def weight(text: str) -> float:
    """The size of a text: a full-width character counts 1, a half-width one 1/2.

    Both carry about that much.
    """
    half = sum(character < "\u2000" for character in text)
    return len(text) - half / 2


def pieces_of(outline: Outline, index: int) -> Iterator[Piece]:
    """Cut a block; a table's parts keep its header in the breadcrumb."""
    block = outline.blocks[index]
    lines = block_lines(outline, block)
    header = lines[0][1].strip() if block.kind == "table" and len(lines) > 2 else ""
    if weight(header) > LABEL_LENGTH * 2:
        header = header[: LABEL_LENGTH * 2 - 1].rstrip() + "…"
    spans: list[tuple[int, str]] = []
    size = 0.0
    under = ""
    for number, text in _spans(lines):
        if spans and size + weight(text) > PIECE_SIZE:
            yield _piece(spans, under)
            spans, size, under = [], 0.0, header
        spans.append((number, text))
        size += weight(text)
    if spans:
        yield _piece(spans, under)


def _piece(spans: list[tuple[int, str]], header: str) -> Piece:
    filled = [number for number, text in spans if text.strip()] or [spans[0][0]]
    text = ""
    for position, (line, span) in enumerate(spans):
        glue = "\n" if position and line != spans[position - 1][0] else ""
        text += glue + span
    return Piece(filled[0], filled[-1], text.strip("\n"), header)


def _spans(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; those too long for a piece in parts."""
    for number, line in lines:
        if weight(line) <= PIECE_SIZE:
            yield number, line
            continue
        for sentence in cut(line, _SENTENCE_END):
            parts = [sentence] if weight(sentence) <= PIECE_SIZE else cut(sentence, _WEAK_END)
            for part in parts:
                yield from ((number, piece) for piece in _hard_cut(part))


def _hard_cut(text: str) -> Iterator[str]:
    """Components of at most `PIECE_SIZE` characters, but for marks that join the last one."""
    start = 0
    while start < len(text):
        end = start + PIECE_SIZE
        while end < len(text) and _joins(text[end]):
            end += 1
        yield text[start:end]
        start = end


def _joins(character: str) -> bool:
    """Whether a character is a part of the one before it, as ゛ of が written as two."""
    return bool(unicodedata.combining(character)) or character in "ﾞﾟ"


def cut(text: str, at: re.Pattern[str]) -> list[str]:
    """Cut a text after every match of `at`; the parts joined are the text."""
    parts: list[str] = []
    start = 0
    for match in at.finditer(text):
        if match.end() > start:
            parts.append(text[start : match.end()])
            start = match.end()
    return [*parts, text[start:]] if start < len(text) else parts
