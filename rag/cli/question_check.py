"""`python -m rag questions check`: are the question files right, and do the places still stand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import typer

from rag.cli.console import say
from rag.cli.evaluate import (
    CorpusOption,
    DataOption,
    JsonOption,
    QuestionsOption,
    open_pipeline,
    questions_of,
    reported,
    settings_of,
)
from rag.evaluation.dataset.question import Question, QuestionSet
from rag.evaluation.dataset.questions import load_questions
from rag.evaluation.dataset.staleness import PlaceCheck, check_question, is_stale
from rag.evaluation.wording import counted


@reported
def check(
    questions: QuestionsOption = None,
    corpus: CorpusOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the question files, and that every expected place stands in the corpus.

    Exit 1 when a place is gone or in no passage, 2 when a file is not as it should be.
    """
    settings = settings_of(corpus, data)
    found = load_questions(questions_of(questions, settings))
    index = open_pipeline(settings).index()
    checks = [
        (one, check_question(one, index.chunks, index.sources))
        for one in (*found.questions, *found.drafts)
    ]
    told = [(one, each) for one, all_of in checks for each in all_of if each.message()]
    wrong = [each for one, each in told if each.state != "stands" and not one.draft]
    stale = sum(is_stale(all_of) for one, all_of in checks if not one.draft)
    if as_json:
        typer.echo(json.dumps(_check_as_json(found, told, stale), ensure_ascii=False))
    else:
        for one, each in told:
            mark = " (draft)" if one.draft else ""
            say(f"{one.file}:{each.place.line}: {one.id}{mark}: {each.message()}")
        say(_counts(found))
        say(f"{stale} stale, {counted(len(wrong), 'place')} to look at")
    if wrong:
        raise typer.Exit(1)


def _check_as_json(
    found: QuestionSet, told: Sequence[tuple[Question, PlaceCheck]], stale: int
) -> dict[str, object]:
    places = [
        {
            "id": one.id,
            "file": one.file,
            "line": each.place.line,
            "draft": one.draft,
            "state": each.state,
            "message": each.message(),
            "nearest": each.nearest,
        }
        for one, each in told
    ]
    return {
        "questions": len(found.questions),
        "drafts": len(found.drafts),
        "stale": stale,
        "places": places,
    }


def _counts(found: QuestionSet) -> str:
    total = len(found.questions)
    lines = [f"{counted(total, 'question')}, {counted(len(found.drafts), 'draft')}"]
    for what, values in (
        ("language", [one.language for one in found.questions]),
        ("half", [one.split for one in found.questions]),
        ("kind", [one.kind for one in found.questions]),
        ("answerable", ["yes" if one.answerable else "no" for one in found.questions]),
    ):
        shares = ", ".join(f"{name} {n}" for name, n in Counter(values).most_common())
        lines.append(f"  by {what}: {shares}")
    return "\n".join(lines)
