"""What the commands print for people."""

from __future__ import annotations

import typer

from rag.text.visible import visible


def say(text: str = "", *, err: bool = False) -> None:
    """Print a text that may come from anywhere: nothing in it commands the terminal, or hides."""
    typer.echo(visible(text), err=err)
