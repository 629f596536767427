"""`python -m ingest`: bring the index up to the notes and the articles they link to."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from tqdm import tqdm

from rag.errors import ShioriError
from rag.logs import configure_logs, no_trace
from rag.settings import load_settings

_STEPS = {
    "read": "Reading notes",
    "links": "Following links",
    "load": "Loading the model",
    "embed": "Embedding",
}

app = typer.Typer(add_completion=False)


class _Bars:
    """One progress bar a step, on stderr; on a pipe a line at each tenth of a step."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._step = ""

    def tell(self, step: str, done: int, total: int, what: str) -> None:
        """Show how far a step is."""
        if step != self._step or self._bar is None:
            self.close()
            label = _STEPS.get(step, step)
            # a pipe gets few lines: the page that started this program shows them as they come
            often = 0.1 if sys.stderr.isatty() else 2.0
            self._bar = tqdm(
                desc=label, total=total, file=sys.stderr, mininterval=often, leave=True
            )
            self._step = step
        self._bar.total = total
        if what:
            self._bar.set_postfix_str(what[-60:], refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """End the bar at hand."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None


@app.command()
def main(
    corpus: Annotated[
        Path | None,
        typer.Option(help="Folder of the corpus: its notes/ (or itself) holds the notes."),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the index and the caches.")] = None,
    offline: Annotated[
        bool, typer.Option(help="Send nothing: use the copies of articles at hand.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option(help="Ask again for the links that failed recently.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as one JSON object.")
    ] = False,
) -> None:
    """Bring the index up to the notes and the articles they link to."""
    from ingest.pipeline import ingest

    bars = _Bars()
    try:
        settings = load_settings(corpus_dir=corpus, data_dir=data)
        configure_logs(settings)
        summary = ingest(settings, offline=offline, retry_failed=retry_failed, tell=bars.tell)
    except ShioriError as error:
        bars.close()
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    bars.close()
    for item in summary.skipped:
        typer.echo(f"Left out: {item.name} {item.reason}", err=True)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(summary.sources.items()))
    links = summary.links
    typer.echo(f"Indexed {summary.chunks} passages of {kinds} in {summary.seconds:.1f} s.")
    typer.echo(f"Embedded {summary.embedded}, reused {summary.reused}, removed {summary.removed}.")
    typer.echo(f"Links: {links['ok']} ok, {links['failed']} failed, {links['skipped']} skipped.")
    if not summary.changed:
        typer.echo("Nothing has changed; the index stays as it is.")


if __name__ == "__main__":
    with no_trace():
        app()
