"""A canvas (https://jsoncanvas.org) as Markdown: its cards in reading order, under their groups."""

from __future__ import annotations

import json
from typing import Any

Box = tuple[float, float, float, float]
_MOST_GROUPS = 200  # that cards are looked for in; those of later ones stand outside


class CanvasError(ValueError):
    """A file that is no canvas; says why in words."""


def canvas_text(raw: str) -> str:
    """The Markdown of a canvas: cards of text, links to the notes and pages that others show.

    Args:
        raw: the file.

    Raises:
        CanvasError: it is not JSON, or holds no cards.
    """
    if not raw.strip():
        return ""
    try:
        canvas = json.loads(raw)
    except RecursionError:
        raise CanvasError("is nested too deeply to be a canvas") from None
    except ValueError as error:
        raise CanvasError(f"is no canvas: {error}") from None
    nodes = canvas.get("nodes", []) if isinstance(canvas, dict) else None
    if not isinstance(nodes, list):
        raise CanvasError("is no canvas: it holds no cards")
    known = [node for node in nodes if isinstance(node, dict)]
    known.sort(key=lambda node: (_box(node)[1], _box(node)[0]))
    groups = [node for node in known if node.get("type") == "group" and _str(node, "label")]
    parts: list[str] = []
    boxes = [_box(group) for group in groups[:_MOST_GROUPS]]
    held: dict[int, list[str]] = {}
    for node in known:
        held.setdefault(_group(node, boxes), []).append(_card(node))
    for number in (-1, *range(len(groups))):
        if number >= 0:
            parts.append(f"# {' '.join(_str(groups[number], 'label').split())}")
        parts += held.get(number, [])
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _group(node: dict[str, Any], groups: list[Box]) -> int:
    """The group in which a card lies, -1 for none."""
    left, top, *_ = _box(node)
    for number, (x, y, width, height) in enumerate(groups):
        if x <= left <= x + width and y <= top <= y + height:
            return number
    return -1


def _card(node: dict[str, Any]) -> str:
    kind = node.get("type")
    if kind == "text":
        return _str(node, "text").replace("\r\n", "\n").replace("\r", "\n")
    if kind == "link":
        return f"<{_str(node, 'url')}>" if _str(node, "url") else ""
    file = _str(node, "file")
    return f"[[{file}{_str(node, 'subpath')}]]" if kind == "file" and file else ""


def _str(node: dict[str, Any], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _box(node: dict[str, Any]) -> Box:
    values = [node.get(key) for key in ("x", "y", "width", "height")]
    x, y, width, height = map(_number, values)
    return x, y, width, height


def _number(value: Any) -> float:
    try:
        return float(value) if isinstance(value, int | float) else 0.0
    except OverflowError:
        return 0.0
