"""Follow-ups find what the same questions find when they are asked in full."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from rag.pipeline import Pipeline
from rag.types import Hit, Turn

ROWS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "followups.yaml").read_text(encoding="utf-8")
)
_BUDGET = 1200


def _found(hits: Sequence[Hit], quote: str) -> bool:
    read = ""
    for hit in hits:
        read += " > ".join(hit.chunk.path) + "\n" + hit.chunk.text + "\n"
    return quote in read[:_BUDGET]


def test_follow_ups_find_what_full_questions_find(shipped_pipeline: Pipeline) -> None:
    pipeline = shipped_pipeline
    missed: list[str] = []
    for row in ROWS:
        history = [Turn(asked, answered) for asked, answered in row["history"]]
        assert _found(pipeline.search(row["full"]), row["quote"]), row["full"]
        if not _found(pipeline.search(row["question"], history=history), row["quote"]):
            missed.append(row["question"])
    assert len(ROWS) >= 24
    assert len(missed) * 20 <= len(ROWS), missed  # within 5 points
