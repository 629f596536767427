"""`python -m ui`: serve the chat page on this machine.

Takes the next free port when the wanted one is taken, prints the address, and opens the browser
where there is a display.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from rag.errors import ShioriError, UsageError
from rag.logs import configure_logs
from rag.settings import Settings, load_settings
from rag.storage.private import private_files

_TRIES = 50
_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - only compared


def main(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="First port to try.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="Folder of the corpus.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of index and history.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser where there is one.")] = True,
) -> None:
    """Serve the chat page."""
    try:
        settings = load_settings(ui_host=host, ui_port=port, corpus_dir=corpus, data_dir=data)
        configure_logs(settings)
        free = free_port(settings.ui_host, settings.ui_port)
        serve(settings, free, open_browser=browser)
    except ShioriError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(error.exit_code) from None


def serve(settings: Settings, port: int, *, open_browser: bool) -> None:
    """Serve until stopped."""
    from streamlit import config

    from ui.server.asgi import create_app
    from ui.server.host_names import allowed_hosts
    from ui.server.request_target import read_whole_targets
    from ui.state.backend import choose_settings

    hosts = allowed_hosts(settings.ui_host, settings.ui_hosts)
    choose_settings(settings)
    read_whole_targets()
    url = address(settings.ui_host, port)

    def started() -> None:
        if port != settings.ui_port:
            typer.echo(f"Port {settings.ui_port} is taken, so this is on {port}.")
        typer.echo(f"Shiori is at {url} (Ctrl+C stops it)")
        if open_browser and not config.get_option("server.headless"):
            _soon(lambda: webbrowser.open(url))

    sys.argv = [sys.argv[0]]  # Streamlit hands the rest on to the page, which takes none
    # Ctrl+C is how one stops it
    with private_files(), contextlib.suppress(KeyboardInterrupt):
        create_app(started, hosts).run(
            config={
                "server.address": settings.ui_host,
                "server.port": port,
                "browser.gatherUsageStats": False,
            }
        )


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the first one above it that is free.

    Raises:
        UsageError: none of the next ports is free, or the address is not of this machine.
    """
    for port in range(wanted, min(wanted + _TRIES, 65_536)):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            if sys.platform != "win32":  # there it would allow what is in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                    raise UsageError(f"Cannot listen on {host}: {error.strerror}.") from None
            else:
                return int(probe.getsockname()[1])
    raise UsageError(f"No free port from {wanted} on. Name another with --port.")


def address(host: str, port: int) -> str:
    """The URL to open on this machine."""
    name = "localhost" if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _soon(work: Callable[[], object]) -> None:
    threading.Timer(0.3, work).start()


if __name__ == "__main__":
    typer.run(main)
