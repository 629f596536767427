"""`--batch`: a line of JSON for a line of JSON, in order, whatever a line holds."""

from __future__ import annotations

import codecs
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from tqdm import tqdm

from rag.cli.console import say
from rag.errors import QuestionError, ShioriError, UsageError
from rag.logs import unexpected
from rag.text.surrogates import storable
from rag.types import Turn

_DEEPEST = 50  # lists within lists of an id
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
        asked = problem = ""
        try:
            row = _parsed(line, number)
            asked = _asked(row, number)
            result = answer(asked, _history(row, number))
        except QuestionError as error:
            problem = str(error)
        except ShioriError:  # no line could be answered: the index is missing, or the model is
            raise
        except Exception as error:  # noqa: BLE001 - a line that fails must not cost the others
            problem = unexpected(error)
        if problem:
            failed += 1
            result = {"question": asked, **empty, "error": problem}
        print_json({"id": row["id"], **result} if "id" in row else result)
    if failed:
        say(f"Error: {failed} of {len(lines)} lines could not be answered.", err=True)
        raise typer.Exit(1)


def _lines(batch: str) -> list[tuple[int, bytes]]:
    """The lines that are not empty, with their numbers."""
    name = "standard input" if batch == "-" else f"the file {batch}"
    try:
        data = sys.stdin.buffer.read() if batch == "-" else Path(batch).read_bytes()
    except OSError as error:
        raise UsageError(f"Cannot read {name}: {error.strerror}.") from None
    lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    try:
        text = line.decode("utf-8")  # whatever the terminal uses
    except UnicodeDecodeError:
        raise QuestionError(f"Line {number} is not UTF-8.") from None
    try:
        row = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise QuestionError(f"Line {number} is not JSON.") from None
    if not isinstance(row, dict):
        raise QuestionError(f"Line {number} is not a JSON object.")
    if _is_deep(row):
        raise QuestionError(f"Line {number} has more than {_DEEPEST} lists within each other.")
    return row


def _is_deep(value: object) -> bool:
    """Whether there are so many lists within lists that it may not be printed again."""
    level = [value]
    for _ in range(_DEEPEST):
        lists = [one.values() if isinstance(one, dict) else one for one in level
                 if isinstance(one, dict | list)]  # fmt: skip
        level = [item for one in lists for item in one]
    return bool(level)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    """A number that can be printed again."""
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number too large")
    return value


def _asked(row: dict[str, Any], number: int) -> str:
    question = row.get("question")
    if not isinstance(question, str):
        raise QuestionError(f'Line {number} holds no "question".')
    return question


def _history(row: dict[str, Any], number: int) -> list[Turn]:
    try:
        return [
            storable(Turn(str(turn["question"]), str(turn["answer"])))
            for turn in row.get("history") or ()
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
