"""`python -m rag evaluate`: exit 0 fine, 1 worse, 2 wrong usage."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec, TypeVar

import typer

from rag.cli.console import say
from rag.cli.evaluation_output import print_changes, print_run, run_as_json
from rag.errors import BaselineError, ShioriError
from rag.evaluation.dataset.questions import load_questions
from rag.evaluation.regression.baseline import (
    BASELINE_FILE,
    Baseline,
    baseline_of,
    load_baseline,
    save_baseline,
)
from rag.evaluation.regression.thresholds import load_thresholds
from rag.evaluation.regression.verdict import NO_BASELINE, judge
from rag.evaluation.service import baseline_changes, evaluate_pipeline, write_reports
from rag.logs import configure_logs
from rag.settings import Settings, load_settings
from rag.storage.private import mend

if TYPE_CHECKING:
    from rag.evaluation.metrics.llm_judge import Judge
    from rag.pipeline import Pipeline

P = ParamSpec("P")
T = TypeVar("T")


Split = Literal["dev", "test", "all"]
CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="Folder of the corpus.")]
DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of the index.")]
QuestionsOption = Annotated[
    Path | None, typer.Option(help="Question file or folder [default: questions/ of the corpus].")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def reported(command: Callable[P, T]) -> Callable[P, T]:
    """Turn an error for users into its message on stderr and its exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except ShioriError as error:
            say(f"Error: {error}", err=True)
            raise typer.Exit(error.exit_code) from None

    return run


def settings_of(corpus: Path | None, data: Path | None, llm: str | None = None) -> Settings:
    """The settings with what the command line says; logs go to stderr from here on."""
    settings = load_settings(corpus_dir=corpus, data_dir=data, llm=llm)
    configure_logs(settings)
    mend(settings.data_dir)
    return settings


def questions_of(questions: Path | None, settings: Settings) -> Path:
    """Where the questions are: as the command line says, or in the corpus."""
    return questions or settings.corpus_dir / "questions"


def open_pipeline(settings: Settings) -> Pipeline:
    """The pipeline that is evaluated; imported late, as it loads models."""
    from rag.pipeline import Pipeline

    return Pipeline(settings)


@reported
def evaluate(
    questions: QuestionsOption = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for the reports [default: in the data folder].")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Baseline [default: baseline.json by the questions].")
    ] = None,
    thresholds: Annotated[
        Path | None,
        typer.Option(help="YAML or pyproject.toml [default: by the questions, or pyproject.toml]."),
    ] = None,
    split: Annotated[Split, typer.Option(help="Which questions to ask.")] = "all",
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Make this run the baseline.")
    ] = False,
    llm: Annotated[str | None, typer.Option(help="Answer with this model.")] = None,
    repeat: Annotated[
        int, typer.Option(min=1, max=20, help="Ask each question so often; tells flaky answers.")
    ] = 1,
    judge_model: Annotated[
        str | None, typer.Option("--judge", help="Let this model judge the answers as well.")
    ] = None,
    corpus: CorpusOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score the answers against questions the team expects answered."""
    settings = settings_of(corpus, data, llm)
    where = questions_of(questions, settings)
    asked = load_questions(where)
    limits = load_thresholds(thresholds, where, Path())
    place = baseline or (where if where.is_dir() else where.parent) / BASELINE_FILE
    before = _baseline(place, named=baseline is not None, updating=update_baseline)
    pipeline = open_pipeline(settings)
    judging = _judge(judge_model, settings) if judge_model else None
    evaluation = evaluate_pipeline(
        pipeline,
        asked,
        embedding=embedding_name(pipeline),
        answerer=settings.llm,
        split=split,
        judge=judging,
        repeat=repeat,
        progress=True,
    )
    if judging and judging.silent:
        say(f"The judge left {judging.silent} answers without a verdict.", err=True)
    changes = baseline_changes(evaluation, before) if update_baseline else []
    verdict = judge(evaluation, limits, None if update_baseline else before)
    if update_baseline:  # there is one in a moment
        verdict = replace(
            verdict, notes=tuple(note for note in verdict.notes if note != NO_BASELINE)
        )
    reports = write_reports(evaluation, verdict, settings.data_dir, report)
    if update_baseline:
        save_baseline(baseline_of(evaluation), place)
    if as_json:
        say(json.dumps(run_as_json(evaluation, verdict, reports.html, changes), ensure_ascii=False))
    else:
        print_run(evaluation, verdict, reports.html)
        if update_baseline:
            print_changes(changes, place)
    if verdict.worse:
        raise typer.Exit(1)


def _baseline(path: Path, *, named: bool, updating: bool) -> Baseline | None:
    if not path.is_file():
        if named and not updating:
            raise BaselineError(f"{path}: no baseline there; --update-baseline makes one")
        return None
    try:
        return load_baseline(path)
    except BaselineError:
        if updating:  # what cannot be read is replaced
            return None
        raise


def embedding_name(pipeline: Pipeline) -> str:
    """The embedding model by the index's own manifest."""
    return str(pipeline.index().manifest.fingerprint["embedding"])


def _judge(name: str, settings: Settings) -> Judge:
    from rag.embedding import load_embedder
    from rag.evaluation.metrics.llm_judge import Judge, chat_of
    from rag.llm.chat_model import load_chat_model

    chat = chat_of(load_chat_model(name, settings))
    embedder = load_embedder(settings.embedding_model, settings.data_dir)
    return Judge(chat, name, embedder.encode_queries, settings.data_dir / "judge")
