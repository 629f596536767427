"""`--batch`: a line of JSON for a line of JSON, in order, whatever a line holds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from tqdm import tqdm

from rag.errors import QuestionError, UsageError
from rag.types import Turn

_LINE_ENDS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"}


def run_batch(
    batch: str,
    question: str | None,
    answer: Callable[[str, list[Turn]], dict[str, Any]],
    empty: dict[str, Any],
) -> None:
    """Answer a line for a line, in order; a line that fails says why, and the rest go on."""
    if question is not None:
        raise UsageError("Give either a question or --batch, not both.")
    failed = 0
    lines = _lines(batch)
    for number, line in tqdm(lines, desc="Questions", file=sys.stderr):
        row: dict[str, Any] = {}
        asked = ""
        try:
            row = _parsed(line, number)
            asked = _asked(row, number)
            result = answer(asked, _history(row, number))
        except QuestionError as error:
            failed += 1
            result = {"question": asked, **empty, "error": str(error)}
        print_json({"id": row["id"], **result} if "id" in row else result)
    if failed:
        typer.echo(f"Error: {failed} of {len(lines)} lines could not be answered.", err=True)
        raise typer.Exit(1)


def _lines(batch: str) -> list[tuple[int, str]]:
    """The lines that are not empty, with their numbers; UTF-8 whatever the terminal uses."""
    name = "standard input" if batch == "-" else f"the file {batch}"
    try:
        data = sys.stdin.buffer.read() if batch == "-" else Path(batch).read_bytes()
        lines = data.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(f"Cannot read {name}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"Cannot read {name}: line {line} is not UTF-8.") from None
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise QuestionError(f"Line {number} is not JSON.") from None
    if not isinstance(row, dict):
        raise QuestionError(f"Line {number} is not a JSON object.")
    return row


def _asked(row: dict[str, Any], number: int) -> str:
    question = row.get("question")
    if not isinstance(question, str):
        raise QuestionError(f'Line {number} holds no "question".')
    return question


def _history(row: dict[str, Any], number: int) -> list[Turn]:
    try:
        return [
            Turn(str(turn["question"]), str(turn["answer"])) for turn in row.get("history") or ()
        ]
    except (KeyError, TypeError):
        raise QuestionError(
            f'Line {number}: "history" holds objects with "question" and "answer".'
        ) from None


def print_json(value: dict[str, Any]) -> None:
    """Print one line of JSON to standard output."""
    text = json.dumps(value, ensure_ascii=False)
    # a question may hold lone surrogates, which UTF-8 cannot carry, and what some readers take for
    # the end of a line
    text = text.encode("utf-8", "replace").decode("utf-8")
    typer.echo(text.translate(_LINE_ENDS))
