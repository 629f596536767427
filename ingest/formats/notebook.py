"""A Jupyter notebook as Markdown: its cells of text as they are, its code fenced.

Read as plain JSON, not through nbformat: that checks against a schema and refuses, with 30
packages, notebooks that people open every day; here each cell stands for itself. What code printed
is left out: it is not the notebook's own text, and holds its pictures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


class NotebookError(ValueError):
    """A file that is no notebook; says why in words."""


def notebook_text(raw: str) -> str:
    """The Markdown of a notebook, an empty line between cells.

    Args:
        raw: the file.

    Raises:
        NotebookError: it is not JSON, or holds no cells.
    """
    try:
        book = json.loads(raw)
    except RecursionError:
        raise NotebookError("is nested too deeply to be a notebook") from None
    except ValueError as error:
        raise NotebookError(f"is no notebook: {error}") from None
    cells = _cells(book)
    if cells is None:
        raise NotebookError("is no notebook: it holds no cells")
    language = _language(book)
    texts = (_text(cell, language) for cell in cells if isinstance(cell, dict))
    return "\n\n".join(text for text in texts if text.strip()) + "\n"


def _cells(book: Any) -> list[Any] | None:
    """The cells of version 4, or of version 3 with its worksheets."""
    if not isinstance(book, dict):
        return None
    if isinstance(book.get("cells"), list):
        return list(book["cells"])
    sheets = book.get("worksheets")
    if not isinstance(sheets, list):
        return None
    return [
        cell
        for sheet in sheets
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
        for cell in sheet["cells"]
    ]


def _language(book: dict[str, Any]) -> str:
    about = book.get("metadata")
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        inner = about.get(part) if isinstance(about, dict) else None
        name = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(name, str) and re.fullmatch(r"[\w+#.-]{1,30}", name):
            return name.lower()
    return ""


def _text(cell: dict[str, Any], language: str) -> str:
    kind = cell.get("cell_type")
    text = _joined(cell.get("input" if kind == "code" and "source" not in cell else "source"))
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        return ""
    if kind == "code":
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}{language}\n{text}\n{fence}"
    if kind == "heading":  # version 3
        level = cell.get("level")
        return "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + f" {text}"
    return "\n".join(_closed(text))


def _joined(source: Any) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _closed(text: str) -> Iterator[str]:
    """The lines of a cell, with the fence closed that it leaves open: a cell ends where it ends."""
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if match and not fence and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
        elif match and fence and match[1].startswith(fence) and not match[2].strip():
            fence = ""
        yield line
    if fence:
        yield fence
