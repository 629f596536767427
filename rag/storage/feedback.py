"""What readers said about answers: the file that the page writes, and its reader.

`feedback.jsonl` in the data folder holds one JSON object a line with the fields of `Feedback`; a
later line replaces an earlier one with the same `id`, and one with an empty verdict withdraws it.
`python -m rag questions add` makes draft questions of it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rag.errors import DiskFull, ShioriError
from rag.text.surrogates import storable
from rag.types import Answer, Turn

FEEDBACK_FILE = "feedback.jsonl"
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's verdict on an answer, with all that a test question can be made of.

    `id` names the exchange, `verdict` is `up`, `down` or empty (withdrawn), `time` is ISO 8601 in
    UTC, `history` what was said before the question, `comment` what the reader missed; `answer`
    holds the question, the standalone question, citations and hits.
    """

    id: str
    verdict: str
    time: str
    answer: Answer
    history: tuple[Turn, ...] = ()
    comment: str = ""


_ROW = TypeAdapter(Feedback)


def add_feedback(data_dir: Path, feedback: Feedback) -> None:
    """Append a verdict.

    Raises:
        DiskFull: the data folder cannot be written.
    """
    _append(data_dir / FEEDBACK_FILE, [json.dumps(asdict(storable(feedback)), ensure_ascii=False)])


def read_feedback(data_dir: Path) -> list[Feedback]:
    """The verdicts that hold, in the order in which they were first given.

    Raises:
        ShioriError: the file is damaged; names the line.
    """
    path = data_dir / FEEDBACK_FILE
    latest: dict[str, Feedback] = {}
    for number, line in enumerate(_lines(path), 1):
        try:
            row = _ROW.validate_json(line)
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            raise ShioriError(f"{path}, line {number}, is damaged: {problem}.") from None
        latest[row.id] = row
    return [row for row in latest.values() if row.verdict]


def forget_feedback(data_dir: Path, ids: Collection[str]) -> None:
    """Take the verdicts on these exchanges out of the file.

    Raises:
        DiskFull: the data folder cannot be written.
    """
    path = data_dir / FEEDBACK_FILE
    with _WRITING:
        lines = _lines(path)
        kept = [line for line in lines if _id_of(line) not in ids]
        if len(kept) == len(lines):
            return
        new = path.with_suffix(".new")
        try:
            new.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
            new.replace(path)
        except OSError as error:
            raise DiskFull(f"{path} cannot be written: {error}.") from error


def _append(path: Path, lines: Sequence[str]) -> None:
    with _WRITING:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in lines))
        except OSError as error:
            raise DiskFull(f"{path} cannot be written: {error}.") from error


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ShioriError(f"{path} cannot be read: {error}.") from error


def _id_of(line: str) -> str:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return ""
