"""Turns trafilatura's tree of a main text into blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from ingest.extract.types import Block

_BLOCKS = frozenset(("head", "p", "list", "table", "quote", "code", "div", "item", "row"))
_SPACES = re.compile(r"[^\S\n]+")


def blocks_of(body: _Element, anchors: Mapping[str, str]) -> tuple[Block, ...]:
    """The blocks of a main text; `anchors` gives the ids of headings by their text."""
    return tuple(block for block in _walk(body, anchors) if block.text)


def _walk(parent: _Element, anchors: Mapping[str, str]) -> Iterator[Block]:
    loose = [parent.text or ""]
    for element in parent:
        if not _is_block(element):
            loose += [_inline(element), element.tail or ""]
            continue
        yield _paragraph(loose)
        loose = [element.tail or ""]
        yield from _block(element, anchors)
    yield _paragraph(loose)


def _block(element: _Element, anchors: Mapping[str, str]) -> Iterator[Block]:
    if element.tag == "head":
        text = " ".join(_tidy(_inline(element)).split())
        rank = (element.get("rend") or "h2")[-1]
        level = int(rank) if rank in "123456" else 2
        yield Block("heading", text, level=level, anchor=anchors.get(text, ""))
    elif element.tag == "list":
        yield Block("list", "\n".join(_items(element, 0)))
    elif element.tag == "table":
        rows = (" | ".join(_cells(row)) for row in element.iter("row"))
        yield Block("table", "\n".join(row for row in rows if row.strip(" |")))
    elif element.tag == "code":
        yield Block("code", _code("".join(element.itertext())))
    else:
        yield from _walk(element, anchors)


def _is_block(element: _Element) -> bool:
    if element.tag == "code":
        return "\n" in "".join(element.itertext()).strip("\n") or _alone(element)
    return element.tag in _BLOCKS


def _alone(element: _Element) -> bool:
    parent = element.getparent()
    return parent is None or parent.tag in ("body", "quote", "div")


def _inline(element: _Element) -> str:
    """The text of an element without its tail; line breaks are kept."""
    if element.tag == "lb":
        return "\n"
    if element.tag == "graphic":
        return ""
    parts = [element.text or ""]
    for child in element:
        gap = "\n" if _is_block(child) else ""
        parts += [gap, _inline(child), gap, child.tail or ""]
    return "".join(parts)


def _paragraph(parts: list[str]) -> Block:
    return Block("paragraph", _tidy("".join(parts)))


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _code(text: str) -> str:
    lines = [line.rstrip() for line in text.expandtabs(4).split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)


def _items(element: _Element, depth: int) -> Iterator[str]:
    for item in element:
        if item.tag == "list":  # a list straight in a list, without an item
            yield from _items(item, depth + 1)
            continue
        inner = 1 if (item.get("rend") or "").startswith("dd") else 0
        own = [item.text or ""]
        later: list[str] = []
        for child in item:
            if child.tag == "list":
                later += _items(child, depth + inner + 1)
                own.append("\n")
            else:
                gap = "\n" if _is_block(child) else ""
                own += [gap, _inline(child), gap]
            own.append(child.tail or "")
        text = " ".join(_tidy("".join(own)).split("\n"))
        if text:
            yield "  " * (depth + inner) + "- " + text
        yield from later


def _cells(row: _Element) -> Iterator[str]:
    for cell in row.iter("cell"):
        yield " ".join(_tidy(_inline(cell)).split())
