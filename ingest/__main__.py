"""`python -m ingest`: bring the index up to the notes and the articles they link to."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from tqdm import tqdm

from rag.cli.console import say
from rag.errors import ShioriError
from rag.logs import configure_logs, no_trace
from rag.settings import load_settings
from rag.storage.private import private_files

if TYPE_CHECKING:
    from ingest.notes.files import Skipped

_STEPS = {
    "read": "Reading notes",
    "links": "Following links",
    "load": "Loading the model",
    "embed": "Embedding",
}

_LISTED = 10
_MOST_LISTED = 100

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


def left_out(skipped: Sequence[Skipped]) -> list[str]:
    """What was left out, in words: file by file, those of kinds that are not read in figures where
    they are many."""
    from ingest.notes.file_kinds import counted_by_ending, why_not_read

    kinds = [item for item in skipped if item.reason == why_not_read(item.name)]
    if len(kinds) > _LISTED:
        counted = counted_by_ending([item.name for item in kinds])
        lines = [f"Left out: {len(kinds):,} files of kinds that are not read ({counted})"]
        others = [item for item in skipped if item.reason != why_not_read(item.name)]
    else:
        lines, others = [], list(skipped)
    lines += [f"Left out: {_on_a_line(item.name)} {item.reason}" for item in others[:_MOST_LISTED]]
    if len(others) > _MOST_LISTED:
        lines.append(f"Left out: {len(others) - _MOST_LISTED:,} more; --json names them all")
    return lines


def _on_a_line(name: str) -> str:
    """A file's name, with what would break the line or hide shown as an escape."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)


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
        with private_files():
            summary = ingest(settings, offline=offline, retry_failed=retry_failed, tell=bars.tell)
    except ShioriError as error:
        bars.close()
        say(f"Error: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    bars.close()
    for line in left_out(summary.skipped):
        say(line, err=True)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(summary.sources.items()))
    links = summary.links
    say(f"Indexed {summary.chunks} passages of {kinds} in {summary.seconds:.1f} s.")
    say(f"Embedded {summary.embedded}, reused {summary.reused}, removed {summary.removed}.")
    say(f"Links: {links['ok']} ok, {links['failed']} failed, {links['skipped']} skipped.")
    if not summary.changed:
        say("Nothing has changed; the index stays as it is.")


if __name__ == "__main__":
    with no_trace():
        app()
