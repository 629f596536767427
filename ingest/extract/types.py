"""What extraction gives: a document as blocks of text, each with its place, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rag.errors import ShioriError
from rag.types import Kind

BlockKind = Literal["heading", "paragraph", "list", "table", "code"]
ExtractStatus = Literal[
    "empty", "unsupported_type", "needs_login", "no_transcript", "too_large", "error"
]


class ExtractError(ShioriError):
    """A document yields no text; `status` is its row in the ledger, the message says why."""

    def __init__(self, status: ExtractStatus, message: str) -> None:
        super().__init__(message)
        self.status: ExtractStatus = status


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list, table or piece of code.

    `text` is what a reader sees; a list has one item a line, each after `- ` (two more spaces a
    level), a table one row a line with ` | ` between cells. `level` is 1..6 for headings and 0 for
    the rest. `page` counts from 1 (PDF), `seconds` from the start (video), and `anchor` is the id
    of the element in the page (HTML); they are None or empty where they don't apply. `times` says
    where in the text each line of subtitles begins, and at which second (video).
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    seconds: float | None = None
    anchor: str = ""
    times: tuple[tuple[int, float], ...] = ()


def block_of(values: Mapping[str, Any]) -> Block:
    """A block from what JSON made of it; older ones have no times.

    Raises:
        TypeError: it is something else.
    """
    times = tuple((int(offset), float(second)) for offset, second in values.get("times", ()))
    return Block(**{**values, "times": times})


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document's own text, without what surrounds it, and what it says about itself.

    `published` is an ISO date (`2023-11-28`) or empty; `language` is a two-letter code or empty.
    `page` holds all visible text of an HTML page in runs that a text fragment may quote, what
    surrounds the main text included: a quote must stand once in it.
    """

    kind: Kind
    title: str
    blocks: tuple[Block, ...]
    site: str = ""
    author: str = ""
    published: str = ""
    language: str = ""
    page: tuple[str, ...] = ()
