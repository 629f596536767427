"""The command line of `python -m rag`.

Human text by default, one JSON object a line with `--json`; progress, logs and errors go to stderr;
exit 0 done, 1 the operation failed, 2 wrong usage.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.answering.messages import sentence_lines
from rag.cli.batch import print_json, run_batch
from rag.cli.chunks import chunks, place
from rag.cli.console import say
from rag.cli.evaluate import evaluate
from rag.cli.questions import questions_app
from rag.errors import ShioriError, UsageError
from rag.locators import citation_url
from rag.logs import configure_logs, no_trace
from rag.pipeline import Pipeline
from rag.retrieval.filters import Filters
from rag.serialization import answer_json, hit_json
from rag.settings import Settings, env_example, load_settings
from rag.storage.link_ledger import read_ledger
from rag.storage.private import mend
from rag.types import Answer, Hit, Kind, Turn

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Ask the notes.")
app.command()(evaluate)
app.command()(chunks)
app.add_typer(questions_app, name="questions")

Question = Annotated[str | None, typer.Argument(help="The question.")]
Batch = Annotated[
    str | None, typer.Option(help="File of JSON lines with a question each; - for standard input.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the index and the caches.")]
Corpus = Annotated[Path | None, typer.Option(help="Folder of the corpus.")]
K = Annotated[int | None, typer.Option("-k", min=1, max=100, help="How many passages.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="note, html, pdf or video.")]
Sources = Annotated[list[str] | None, typer.Option("--source", help="Only this note or URL.")]
Section = Annotated[str, typer.Option(help="Only below a heading or bullet with this text.")]


def main() -> None:
    """Run the command line."""
    with no_trace():
        app()


@contextmanager
def reported() -> Iterator[None]:
    """Turn errors into a line on stderr and an exit code."""
    try:
        yield
    except ShioriError as error:
        say(f"Error: {error}", err=True)
        raise typer.Exit(error.exit_code) from None


@app.command()
def search(
    question: Question = None,
    batch: Batch = None,
    k: K = None,
    kind: Kinds = None,
    source: Sources = None,
    section: Section = "",
    as_json: Json = False,
    data: Data = None,
    corpus: Corpus = None,
) -> None:
    """Find the passages nearest to a question."""
    with reported():
        pipeline = _open(data, corpus)
        filters = _filters(kind, source, section)

        def answer(asked: str, history: list[Turn]) -> dict[str, Any]:
            hits = pipeline.search(asked, k, filters, history)
            return {"question": asked, "hits": [hit_json(hit) for hit in hits]}

        if batch is not None:
            run_batch(batch, question, answer, {"hits": []})
            _tell_problem(pipeline)
            return
        asked = _one(question)
        hits = pipeline.search(asked, k, filters)
        _tell_problem(pipeline)
    if as_json:
        print_json({"question": asked, "hits": [hit_json(hit) for hit in hits]})
    else:
        say("\n\n".join(_shown(hit) for hit in hits) or "Nothing was found.")


@app.command()
def ask(
    question: Question = None,
    batch: Batch = None,
    model: Annotated[str | None, typer.Option(help="Answer with this model.")] = None,
    explain: Annotated[
        bool, typer.Option(help="Tell of each sentence of a model what became of it.")
    ] = False,
    kind: Kinds = None,
    source: Sources = None,
    section: Section = "",
    as_json: Json = False,
    data: Data = None,
    corpus: Corpus = None,
) -> None:
    """Answer a question, with citations."""
    with reported():
        pipeline = _open(data, corpus)
        filters = _filters(kind, source, section)

        def answer(asked: str, history: list[Turn]) -> dict[str, Any]:
            return answer_json(pipeline.ask(asked, history, filters=filters, model=model))

        if batch is not None:
            run_batch(batch, question, answer, {"hits": [], "citations": []})
            return
        found = pipeline.ask(_one(question), filters=filters, model=model)
    if as_json:
        print_json(answer_json(found))
    else:
        _show_answer(found)
        for line in sentence_lines(found.sentences, explain, found.language):
            say(line, err=True)


@app.command()
def status(as_json: Json = False, data: Data = None, corpus: Corpus = None) -> None:
    """Show what is indexed and what became of the links."""
    from rag.cli.index_status import index_status, status_lines

    with reported():
        settings = _settings(data, corpus)
        found = index_status(settings)
        ledger = read_ledger(settings.data_dir)
    if as_json:
        print_json({**found, "links": [row.as_dict() for row in ledger]})
    else:
        say("\n".join(status_lines(found, ledger)))


@app.command()
def settings() -> None:
    """Print every setting with its default, as .env.example holds them."""
    typer.echo(env_example(), nl=False)


def _settings(data: Path | None, corpus: Path | None) -> Settings:
    chosen = load_settings(data_dir=data, corpus_dir=corpus)
    configure_logs(chosen)
    mend(chosen.data_dir)
    return chosen


def _tell_problem(pipeline: Pipeline) -> None:
    """Say where an older index was searched: an answer says so itself."""
    if pipeline.index_problem:
        say(pipeline.index_problem, err=True)


def _open(data: Path | None, corpus: Path | None) -> Pipeline:
    return Pipeline(_settings(data, corpus))


def _filters(kind: list[str] | None, source: list[str] | None, section: str) -> Filters | None:
    if not (kind or source or section):
        return None
    kinds: list[Kind] = []
    for name in kind or ():
        if name not in ("note", "html", "pdf", "video"):
            raise UsageError(f"There is no kind {name!r}. Choose from note, html, pdf and video.")
        kinds.append(name)  # type: ignore[arg-type]
    return Filters(tuple(kinds), tuple(source or ()), section)


def _one(question: str | None) -> str:
    if question is None:
        raise UsageError("Give a question, or a file of them with --batch.")
    return question


def _shown(hit: Hit) -> str:
    chunk = hit.chunk
    where = f"{chunk.source}{place(chunk.locator)}"
    return f"{hit.rank}. {' > '.join(chunk.path)}\n   {where}  ({hit.score:.2f})\n{chunk.text}"


def _show_answer(answer: Answer) -> None:
    if answer.notice:
        say(answer.notice, err=True)
    say(answer.text)
    if answer.citations:
        say("")
    for citation in answer.citations:
        address = citation_url(citation)
        url = f"  {address}" if address else ""
        where = f"{citation.chunk.source}{place(citation.locator)}"
        say(f"[{citation.number}] {where}{url}")
