"""Blocks that are too long for a chunk, cut between their segments."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.notes.drafts import Draft
from ingest.notes.weights import PIECE_SIZE, weight

Piece = tuple[int, ...]
"""The numbers, among a block's segments, of those that one chunk holds."""


def pieces_of(drafts: Sequence[Draft]) -> list[Piece]:
    """The segments of a block in parts that fit a chunk each; no lead is parted from its first."""
    pieces: list[Piece] = []
    piece: list[int] = []
    size = 0.0
    for number, draft in enumerate(drafts):
        own = weight(draft.text)
        leads = piece and drafts[piece[-1]].leads
        if piece and size + own > PIECE_SIZE and not leads:
            pieces.append(tuple(piece))
            piece, size = [], 0.0
        piece.append(number)
        size += own
    return [*pieces, tuple(piece)] if piece else pieces
