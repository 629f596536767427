"""The web server: Streamlit's page, guarded; /healthz, /metrics and the evaluation's report."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import streamlit as st
import structlog
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit import config

from rag.errors import ShioriError
from ui.components.answer import error_html
from ui.components.script import SCRIPT
from ui.server.guard import Guard
from ui.server.host_names import HostNames, allowed_hosts
from ui.server.policy import REPORT_POLICY, page_policy
from ui.server.reports import REPORT_URL, latest_report
from ui.state.backend import Backend, backend
from ui.state.session import session

log = structlog.get_logger(__name__)

PAGE = Path(__file__).parent.parent / "app.py"


def create_app(
    on_start: Callable[[], None] | None = None, hosts: HostNames | None = None
) -> st.App:
    """The whole application.

    Args:
        on_start: called once the page is served.
        hosts: names under which the page may be asked for; those of loopback if not given.
    """

    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[None]:
        backend().serves_reports = True  # and models begin to load before the first reader comes
        if on_start:
            on_start()
        yield

    made: Callable[[st.App], AbstractAsyncContextManager[None]] = lifespan
    index_html = Path(st.__file__).with_name("static") / "index.html"
    policy = page_policy(index_html.read_text(encoding="utf-8"), SCRIPT)
    origins = config.get_option("server.corsAllowedOrigins")
    return st.App(
        PAGE,
        lifespan=made,
        on_script_error=tell_error,
        middleware=[
            Middleware(
                Guard,
                policy=policy,
                origins=origins,
                hosts=hosts or allowed_hosts("localhost"),
                readers=lambda: backend().readers,
            )
        ],
        routes=[
            Route("/healthz", healthz),
            Route("/metrics", metrics),
            Route(REPORT_URL, report),
        ],
    )


def tell_error(error: Exception) -> bool:
    """Show what a page ran into as one line; the log has the rest."""
    words = session().words
    if isinstance(error, ShioriError):
        text = words.failed.format(error=error)
    else:
        log.error("page_failed", exc_info=error)
        text = words.failed.format(error=words.unexpected)
    st.html(error_html(text))
    return True


def healthz(_request: Request) -> Response:
    """Whether the server lives, and whether questions are answered at once."""
    shared = backend()
    body = {"status": "ok", "ready": shared.ready, "state": shared.pipeline.state}
    if shared.error:
        body["error"] = str(shared.error)
    if shared.pipeline.index_problem:
        body["problem"] = shared.pipeline.index_problem
    return JSONResponse(body, headers={"cache-control": "no-store"})


def metrics(_request: Request) -> Response:
    """Figures in Prometheus' text format."""
    shared = backend()
    chunks, sources = _sizes(shared)
    text = shared.metrics.text(shared.pipeline.state, chunks, sources)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def report(_request: Request) -> Response:
    """The latest report of an evaluation, as a page that can reach nothing."""
    found = latest_report(backend().settings.data_dir)
    if not found:
        return PlainTextResponse("There is no report.", status_code=404)
    headers = {"content-security-policy": REPORT_POLICY, "cache-control": "no-store"}
    return FileResponse(found.html, media_type="text/html; charset=utf-8", headers=headers)


def _sizes(shared: Backend) -> tuple[int, int]:
    index = shared.index()
    return (len(index.chunks), len(index.sources)) if index else (0, 0)
