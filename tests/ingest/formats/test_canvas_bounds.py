"""A canvas of many groups and cards is read once, and nothing of it is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.formats import canvas
from ingest.formats.canvas import canvas_text


def _many(count: int) -> str:
    groups = [
        {"type": "group", "label": f"g{at}", "x": at * 10, "y": 0, "width": 5, "height": 5}
        for at in range(count)
    ]
    cards = [{"type": "text", "text": f"c{at}", "x": at * 10, "y": 1} for at in range(count)]
    return json.dumps({"nodes": [*groups, *cards]})


def test_work_grows_with_the_number_of_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    made = canvas._box
    calls: list[int] = []

    def counted(node: dict[str, Any]) -> canvas.Box:
        calls.append(1)
        return made(node)

    monkeypatch.setattr(canvas, "_box", counted)
    counts = []
    for count in (100, 800):
        calls.clear()
        text = canvas_text(_many(count))
        counts.append(len(calls))
        lines = set(text.splitlines())
        assert {f"# g{at}" for at in range(count)} | {f"c{at}" for at in range(count)} <= lines
    assert counts[1] <= 9 * counts[0]


def test_cards_stand_under_their_group() -> None:
    assert canvas_text(_many(2)) == "# g0\n\nc0\n\n# g1\n\nc1\n"
