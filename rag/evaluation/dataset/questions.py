"""The question files of a corpus: found, read, and checked as one set.

The files are `*.yaml` under `corpus/questions/`, written and edited by people; `schema` says what
they hold. Drafts are read and checked too, but never counted.
"""

from __future__ import annotations

from pathlib import Path

from rag.errors import QuestionFileError
from rag.evaluation.dataset.question import Question, QuestionSet
from rag.evaluation.dataset.schema import read_file
from rag.evaluation.dataset.yaml_nodes import Problems

THRESHOLDS_FILE = "thresholds.yaml"
DRAFTS_FILE = "drafts.yaml"

_LONGEST_LIST_OF_PROBLEMS = 30


def question_files(path: Path) -> list[Path]:
    """The question files of a folder in order of their names, or the one file."""
    if path.is_dir():
        found = sorted(file for end in ("yaml", "yml") for file in path.rglob(f"*.{end}"))
        return [file for file in found if file.name != THRESHOLDS_FILE]
    return [path]


def load_questions(path: Path) -> QuestionSet:
    """Read a question file or all those of a folder.

    Raises:
        QuestionFileError: there are no files, or lines in them that cannot be used; the message
            has one line a problem, `file:line: what`.
    """
    found, complaints = _read(path)
    _refuse(complaints or _missing(path, found))
    return QuestionSet(
        tuple(one for one in found if not one.draft), tuple(one for one in found if one.draft)
    )


def load_drafts(path: Path) -> tuple[Question, ...]:
    """The drafts alone, also of a set in which nothing counts yet.

    Raises:
        QuestionFileError: as for `load_questions`, but for a set without questions.
    """
    found, complaints = _read(path)
    _refuse(complaints)
    return tuple(one for one in found if one.draft)


def _read(path: Path) -> tuple[list[Question], list[str]]:
    """All questions of the files, and what is wrong with them."""
    files = question_files(path)
    if not path.exists() or not files:
        raise QuestionFileError(
            f"{path}: no question files (*.yaml) there; `python -m rag questions add` starts one"
        )
    found: list[Question] = []
    complaints: list[str] = []
    for file in files:
        problems = Problems(file)
        found += read_file(file, problems)
        complaints += problems.lines()
    return found, complaints + _repeated(found)


def _refuse(complaints: list[str]) -> None:
    if complaints:
        more = len(complaints) - _LONGEST_LIST_OF_PROBLEMS
        shown = complaints[:_LONGEST_LIST_OF_PROBLEMS] + ([f"... and {more} more"] * (more > 0))
        raise QuestionFileError("\n".join(shown))


def _repeated(questions: list[Question]) -> list[str]:
    first: dict[str, Question] = {}
    complaints: list[str] = []
    for one in questions:
        before = first.setdefault(one.id, one)
        if one.id and before is not one:
            where = f"{before.file}:{before.line}"
            complaints.append(f"{one.file}:{one.line}: id '{one.id}' is taken by {where}")
    return complaints


def _missing(path: Path, questions: list[Question]) -> list[str]:
    counted = [one for one in questions if not one.draft]
    if not counted:
        drafts = f" (only {len(questions)} drafts, which do not count)" if questions else ""
        return [f"{path}: holds no questions{drafts}"]
    if not any(one.answerable for one in counted):
        return [f"{path}: no answerable question at all: quality cannot be told from silence"]
    return []
