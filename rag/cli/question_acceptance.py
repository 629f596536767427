"""`python -m rag questions accept`: drafts that a person has looked at count from now on."""

from __future__ import annotations

import json
from typing import Annotated

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
from rag.evaluation.dataset.acceptance import accept
from rag.evaluation.dataset.questions import load_drafts
from rag.evaluation.dataset.staleness import check_question, is_stale


@reported
def accept_drafts(
    ids: Annotated[list[str], typer.Argument(help="Ids of the drafts.")],
    questions: QuestionsOption = None,
    corpus: CorpusOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the mark out of drafts, so that they count; their places are looked up first."""
    settings = settings_of(corpus, data)
    where = questions_of(questions, settings)
    drafts = load_drafts(where)
    index = open_pipeline(settings).index()
    for one in drafts:
        checks = check_question(one, index.chunks, index.sources) if one.id in ids else ()
        if is_stale(checks):
            told = "; ".join(check.message() for check in checks if check.state == "stale")
            say(f"Error: {one.file}:{one.line}: {one.id}: {told}", err=True)
            raise typer.Exit(1)
    accepted = accept(drafts, ids)
    if as_json:
        typer.echo(json.dumps({"accepted": [one.id for one in accepted]}, ensure_ascii=False))
        return
    for one in accepted:
        say(f"accepted {one.id}: {one.text}")
    say("They count from the next evaluation, and are compared from the next baseline.")
