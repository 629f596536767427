"""Plain text and Markdown pages, as paragraphs."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from ingest.encoding.detection import UndecodableError, decode, name_of
from ingest.extract.language import language_of
from ingest.extract.types import Block, Extracted, ExtractError

_DAMAGE = 0.001
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S[^\n]*?)[ \t]*#*")
_PARTS = re.compile(r"\n[ \t\u3000]*\n+")


def extract_text(data: bytes, *, charset: str | None, url: str) -> Extracted:
    """A plain text as paragraphs; lines that look like Markdown headings are headings.

    Raises:
        ExtractError: `empty`, or `error` when the encoding cannot be told.
    """
    try:
        text = decode(data, name_of(charset), damage=_DAMAGE)[0]
    except UndecodableError as error:
        raise ExtractError("error", f"{url}: {error}") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = tuple(block for part in _PARTS.split(text) for block in _blocks(part))
    if not blocks:
        raise ExtractError("empty", f"{url} is an empty document.")
    first = next((block.text for block in blocks if block.kind == "heading"), "")
    runs = (line.strip() for line in text.expandtabs(8).split("\n"))
    return Extracted(
        kind="html",
        title=first or title_from(url),
        blocks=blocks,
        site=urlsplit(url).hostname or "",
        language=language_of(text),
        page=tuple(run for run in runs if run),
    )


def _blocks(part: str) -> list[Block]:
    blocks: list[Block] = []
    lines: list[str] = []
    for line in part.split("\n"):
        heading = _HEADING.fullmatch(line.strip())
        if heading is None:
            lines.append(line.rstrip())
            continue
        blocks += _paragraph(lines)
        lines = []
        blocks.append(Block("heading", heading[2], level=len(heading[1])))
    return blocks + _paragraph(lines)


def _paragraph(lines: list[str]) -> list[Block]:
    text = "\n".join(lines).strip("\n")
    return [Block("paragraph", text)] if text.strip() else []


def title_from(url: str) -> str:
    """A title for what has none: the file name in its address, or the host."""
    parts = urlsplit(url)
    name = unquote(parts.path.rstrip("/").rpartition("/")[2])
    return name or parts.hostname or url
