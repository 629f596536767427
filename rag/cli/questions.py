"""`python -m rag questions add|suggest|check|accept`: from use to test, true to the corpus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from rag.cli.question_acceptance import accept_drafts
from rag.cli.question_check import check
from rag.errors import QuestionFileError, UsageError
from rag.evaluation.dataset.drafts import (
    Added,
    add_drafts,
    best_hits,
    draft,
    draft_from_feedback,
    place_of,
)
from rag.evaluation.dataset.question import Place, Question
from rag.evaluation.dataset.questions import DRAFTS_FILE, load_questions, question_files
from rag.evaluation.suggestions import suggest_by_model, suggest_by_template
from rag.evaluation.wording import counted
from rag.settings import Settings
from rag.storage.feedback import read_feedback
from rag.types import Hit, Language

if TYPE_CHECKING:
    from rag.evaluation.runner import Asked

questions_app = typer.Typer(
    help="Questions the answers are evaluated with: add drafts, check, suggest.",
    no_args_is_help=True,
)
questions_app.command("check")(check)
questions_app.command("accept")(accept_drafts)
_LINE = 100


LangOption = Annotated[Language | None, typer.Option(help="Language [default: by its script].")]


@questions_app.command("add")
@reported
def add(
    question: Annotated[
        str, typer.Argument(help="The question; left out: what readers marked as not helpful.")
    ] = "",
    pick: Annotated[
        str, typer.Option(help="Ranks of the retrieved passages that answer it, such as 1,3.")
    ] = "",
    quote: Annotated[list[str] | None, typer.Option(help="A quote that answers it.")] = None,
    source: Annotated[str, typer.Option(help="A note or address that answers it.")] = "",
    fact: Annotated[list[str] | None, typer.Option(help="What the answer must say.")] = None,
    unanswerable: Annotated[
        bool, typer.Option("--unanswerable", help="The corpus does not answer it.")
    ] = False,
    note: Annotated[str, typer.Option(help="A word to whoever reads the draft.")] = "",
    lang: LangOption = None,
    questions: QuestionsOption = None,
    corpus: CorpusOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add draft questions: one that is named here, or all that readers were not content with."""
    settings = settings_of(corpus, data)
    where = questions_of(questions, settings)
    if unanswerable and (pick or quote or source or fact):
        raise UsageError("--unanswerable goes with no --pick, --quote, --source or --fact")
    if question.strip():
        places = [Place(quote=one, source=source) for one in quote or ()]
        if source and not places:
            places = [Place(source=source)]
        if not unanswerable and not places:
            places = _picked(open_pipeline(settings), question, pick)
        drafts = [
            draft(
                question,
                places,
                answerable=not unanswerable,
                language=lang,
                facts=fact or (),
                note=note,
            )
        ]
    else:
        if pick or quote or source or fact or unanswerable:
            raise UsageError("name the question that --pick, --quote, --source or --fact are for")
        drafts = _from_feedback(settings)
    _say_added(_add(where, drafts), as_json)


def _picked(pipeline: Asked, question: str, pick: str) -> list[Place]:
    """The places of the retrieved passages that are named, or that the user picks now."""
    hits = pipeline.search(question, 10)
    ranks = _ranks(pick) if pick else _ask_for_ranks(hits)
    chunks = pipeline.index().chunks
    return [place_of(one, chunks) for one in best_hits(hits, ranks)]


def _ask_for_ranks(hits: Sequence[Hit]) -> list[int]:
    for hit in hits:
        text = " ".join(hit.chunk.text.split())[:_LINE]
        say(f"{hit.rank:3}  {' > '.join(hit.chunk.path)}\n     {text}", err=True)
    said = typer.prompt("Which of these answer it (such as 1,3)", err=True)
    return _ranks(str(said))


def _ranks(text: str) -> list[int]:
    parts = [part for part in text.replace(",", " ").split() if part]
    if not parts or not all(part.isdecimal() and len(part) < 5 for part in parts):
        raise UsageError(f"'{text}' is no list of ranks, such as 1,3")
    return [int(part) for part in parts]


def _from_feedback(settings: Settings) -> list[Question]:
    rows = [row for row in read_feedback(settings.data_dir) if row.verdict == "down"]
    if not rows:
        raise QuestionFileError(
            "no reader has marked an answer as not helpful; to add a question of your own: "
            'python -m rag questions add "..."'
        )
    chunks = open_pipeline(settings).index().chunks
    return [draft_from_feedback(row, chunks) for row in rows]


def _add(where: Path, drafts: Sequence[Question]) -> Added:
    path = where / DRAFTS_FILE if where.is_dir() or not where.suffix else where
    there = _everything(where) if where.is_dir() and question_files(where) else ()
    asked = {(one.text, one.history): one.id for one in there}
    # a draft that was accepted may have got another id
    new = [one for one in drafts if (one.text, one.history) not in asked]
    done = [asked[one.text, one.history] for one in drafts if one not in new]
    added = add_drafts(path, new, {one.id for one in there}) if new else Added(path, (), ())
    return replace(added, known=(*added.known, *done))


def _everything(where: Path) -> Sequence[Question]:
    """All questions, drafts included; a folder that holds drafts alone is no mistake here."""
    try:
        found = load_questions(where)
    except QuestionFileError as error:
        if "holds no questions" in str(error):
            return ()
        raise
    return (*found.questions, *found.drafts)


def _say_added(added: Added, as_json: bool) -> None:
    if as_json:
        ids = [one.id for one in added.added]
        found = {"path": str(added.path), "added": ids, "known": list(added.known)}
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in added.added:
        say(f"draft {one.id}: {one.text}")
        for place in one.expect:
            say(f"  {place.label()}")
    if added.known:
        say(f"already there: {', '.join(added.known)}")
    if added.added:
        say(
            f"{added.path}: {counted(len(added.added), 'draft')}, not counted until the mark is out"
        )


@questions_app.command("suggest")
@reported
def suggest(
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 20,
    llm: Annotated[str | None, typer.Option(help="Let this model word them.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print them, write nothing.")] = False,
    lang: LangOption = None,
    questions: QuestionsOption = None,
    corpus: CorpusOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft questions for the parts of the corpus that no question asks about."""
    settings = settings_of(corpus, data)
    where = questions_of(questions, settings)
    known = _everything(where) if where.exists() and question_files(where) else ()
    chunks = open_pipeline(settings).index().chunks
    if llm:
        from rag.evaluation.metrics.llm_judge import chat_of
        from rag.llm.chat_model import load_chat_model

        chat = chat_of(load_chat_model(llm, settings))
        drafts = list(suggest_by_model(chat, chunks, known, limit, lang))
    else:
        drafts = suggest_by_template(chunks, known, limit, lang)
    if not drafts:
        say("every part of the corpus has a question", err=True)
    if dry_run:
        for one in drafts:
            say(f"{one.id}: {one.text}  [{one.note}]")
        return
    _say_added(_add(where, drafts), as_json)
