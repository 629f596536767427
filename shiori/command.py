"""`shiori run | ingest | ask | search | ...`: one command for what `python -m` starts one by one.

`run` is this module's own; `ingest` is that of `python -m ingest`, and all the others are those of
`python -m rag`, whatever they are. Unlike `python -m`, an installed command imports nothing from
the folder that it is started in, which is a folder of notes and whatever lies beside them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import ingest.__main__
import ui.__main__
from rag.cli.main import app as questions
from rag.errors import ShioriError
from rag.logs import no_trace
from rag.settings import load_settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Ask your notes. Start in their folder with: shiori run",
)


def main() -> None:
    """Run the command line."""
    with no_trace():
        app(prog_name="shiori")


@app.command()
def run(
    corpus: Annotated[Path | None, typer.Option(help="Folder of the notes.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of index and history.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="First port to try.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser where there is one.")] = True,
    offline: Annotated[bool, typer.Option(help="Fetch no linked pages.")] = False,
) -> None:
    """Index the notes of this folder and open the chat page on them.

    The notes are those of `--corpus`, else of CORPUS_DIR, else of `corpus/`, else of this folder;
    index and history go to `.data/` in it. Linked pages are fetched when the index is first made;
    later starts index what has changed and leave fetching to `shiori ingest` and the page.
    """
    try:
        settings = load_settings(corpus_dir=corpus, data_dir=data)
    except ShioriError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    indexed = (settings.data_dir / "CURRENT").exists()
    try:
        ingest.__main__.main(corpus, data, offline=offline or indexed)
    except typer.Exit:
        if not indexed:
            raise
        typer.echo("The page starts with the index of before.", err=True)
    ui.__main__.main(host, port, corpus, data, browser)


app.command("ingest")(ingest.__main__.main)
app.add_typer(questions)
