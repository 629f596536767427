"""Notebooks and canvases as Markdown, and what is no notebook."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.formats.canvas import CanvasError, canvas_text
from ingest.formats.notebook import NotebookError, notebook_text
from ingest.notes.chunking import chunk_note


def cell(kind: str, *source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": list(source), "metadata": {}, **more}


BOOK = {
    "nbformat": 4,
    "metadata": {"language_info": {"name": "Python"}},
    "cells": [
        cell(
            "markdown", "# Tides\r\n", "How the tide is computed.\n", "```sh\n", "tide --left-open"
        ),
        cell("code", "import tide\n", "tide.show()", outputs=[{"text": "printed"}]),
        cell("markdown", "## Result\n", "The tide is high at nine."),
        cell("code", 'text = """\n```\nfenced\n```\n"""'),
        cell("raw", "left as it is"),
        cell("code", "  \n"),
        "no cell",
    ],
}


def test_cells_are_text_and_fenced_code() -> None:
    text = notebook_text(json.dumps(BOOK))
    assert text == (
        "# Tides\nHow the tide is computed.\n```sh\ntide --left-open\n```\n\n"
        "```python\nimport tide\ntide.show()\n```\n\n"
        "## Result\nThe tide is high at nine.\n\n"
        '````python\ntext = """\n```\nfenced\n```\n"""\n````\n\n'
        "left as it is\n"
    )
    note = chunk_note("tides.ipynb", text)
    assert note.source.title == "Tides"
    (result,) = [chunk for chunk in note.chunks if "high at nine" in chunk.text]
    assert result.path[-1] == "Result"
    lines = text.split("\n")
    assert lines[(result.locator.start_line or 0) - 1] == "The tide is high at nine."


def test_an_older_notebook_is_read() -> None:
    heading = {"cell_type": "heading", "level": 2, "source": "Tides"}
    code = {"cell_type": "code", "input": ["x = 1"], "language": "python"}
    book = {"worksheets": [{"cells": [heading, code]}, {}, None]}
    assert notebook_text(json.dumps(book)) == "## Tides\n\n```\nx = 1\n```\n"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "is no notebook"),
        ("{nope", "is no notebook"),
        ('{"cells": [', "is no notebook"),
        ("[]", "holds no cells"),
        ('{"cells": {}}', "holds no cells"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"cells": [' + "9" * 5000 + "]}", "is no notebook"),
    ],
)
def test_what_is_no_notebook_says_why(raw: str, reason: str) -> None:
    with pytest.raises(NotebookError, match=reason):
        notebook_text(raw)


def test_odd_cells_do_no_harm() -> None:
    odd = [{"cell_type": "markdown", "source": source} for source in (None, 3, {}, [1, "said"])]
    text = notebook_text(json.dumps({"cells": [*odd, {}], "metadata": [], "nbformat": "x"}))
    assert text == "said\n"


def test_a_canvas_is_read_group_by_group() -> None:
    def node(kind: str, x: object, y: object, **more: object) -> dict[str, object]:
        return {"type": kind, "x": x, "y": y, "width": 100, "height": 50, **more}

    nodes = [
        node("text", 10, 220, text="Oil the\r\nhinges"),
        node("group", 0, 200, label="In spring"),
        node("text", 0, 0, text="The garden"),
        node("file", 200, 0, file="plan.md", subpath="#Beds"),
        node("link", 300, 0, url="https://example.com/"),
        node("text", 10**400, None, text="far away"),
        node("file", 0, 0),
        "no node",
    ]
    assert canvas_text(json.dumps({"nodes": nodes, "edges": []})) == (
        "The garden\n\nfar away\n\n[[plan.md#Beds]]\n\n<https://example.com/>\n\n"
        "# In spring\n\nOil the\nhinges\n"
    )
    assert canvas_text("") == ""


@pytest.mark.parametrize("raw", ["{nope", "[]", '{"nodes": 1}', "[" * 100_000])
def test_what_is_no_canvas_says_why(raw: str) -> None:
    with pytest.raises(CanvasError):
        canvas_text(raw)
