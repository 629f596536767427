"""A draft becomes a question that counts: its line `draft: true` is taken out, all else stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rag.errors import QuestionFileError
from rag.evaluation.dataset.question import Question
from rag.evaluation.dataset.schema import read_text
from rag.evaluation.dataset.yaml_nodes import Problems
from rag.storage.atomic import write_text

_MARK = re.compile(r"\s*draft:\s*(?:true|yes|on)\s*(?:#.*)?", re.I)


def accept(drafts: Sequence[Question], ids: Sequence[str]) -> list[Question]:
    """Take the mark of the named drafts out of their files; all of them, or none.

    Args:
        drafts: the drafts there are, as they were read.
        ids: those to accept.

    Raises:
        QuestionFileError: there is no such draft, it is no whole question yet, or its mark does not
            stand on a line of its own.
        DiskFull: a file cannot be written.
    """
    by_id = {one.id: one for one in drafts}
    for name in ids:
        if name not in by_id:
            there = ", ".join(sorted(by_id)) or "none"
            raise QuestionFileError(f"there is no draft '{name}'; drafts: {there}")
    chosen = [by_id[name] for name in dict.fromkeys(ids)]
    texts = {
        Path(file): _without_marks(Path(file), chosen) for file in {one.file for one in chosen}
    }
    for path, text in texts.items():
        write_text(path, text)
    return chosen


def _without_marks(path: Path, chosen: Sequence[Question]) -> str:
    """The text of a file without the marks of the chosen drafts in it, read again as a check."""
    text = path.read_bytes().decode("utf-8-sig")  # its line ends as they are
    lines = text.split("\n")
    starts = sorted(one.line for one in read_text(text, Problems(path)))
    gone: set[int] = set()
    for one in chosen:
        if one.file == str(path):
            end = next((line for line in starts if line > one.line), len(lines) + 1)
            marks = [at for at in range(one.line - 1, end - 1) if _MARK.fullmatch(lines[at])]
            if len(marks) != 1:
                raise QuestionFileError(
                    f"{path}:{one.line}: '{one.id}' has no line of its own that says "
                    "'draft: true' and nothing else; take the mark out by hand"
                )
            gone.add(marks[0])
    blanked = "\n".join("" if at in gone else line for at, line in enumerate(lines))
    _check(path, blanked, {one.id for one in chosen if one.file == str(path)})
    return "\n".join(line for at, line in enumerate(lines) if at not in gone)


def _check(path: Path, text: str, ids: set[str]) -> None:
    problems = Problems(path)
    found = read_text(text, problems)
    if problems.found:
        told = "\n".join(problems.lines())
        raise QuestionFileError(f"not accepted, as it is no whole question yet:\n{told}")
    if ids - {one.id for one in found if not one.draft}:
        raise QuestionFileError(f"{path}: cannot be accepted here; take the mark out by hand")
