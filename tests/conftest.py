"""What every suite shares: a clean environment, an index of the shipped notes, a browser.

No test reaches beyond loopback: pytest-socket (configured in pyproject.toml) guards this process,
and the variables set below keep model hubs and telemetry out of it and of what it starts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from bench.chromium import HOW_TO_GET, find_chromium, launch
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from rag.embedding import Embedder
    from rag.pipeline import Pipeline

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Start from the defaults, whatever the environment and `.env` of the one who tests say."""
    mine = ROOT / ".env"
    lines = mine.read_text(encoding="utf-8").splitlines() if mine.is_file() else []
    in_file = {line.partition("=")[0].strip().upper() for line in lines}
    for name, field in Settings.model_fields.items():
        os.environ.pop(name.upper(), None)
        os.environ.pop(name, None)
        if name.upper() in in_file:  # the environment wins over the file, also in child processes
            os.environ[name.upper()] = _as_text(field.default)
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", ANONYMIZED_TELEMETRY="False")


def _as_text(default: object) -> str:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, str | Path):
        return str(default)
    return json.dumps(list(default) if isinstance(default, tuple) else default)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests and run them last.

    Playwright's synchronous interface leaves an event loop running in the main thread for as long
    as the browser is open: `asyncio.run` in a test after it would fail.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skip as a failure where CI=true: what CI does not run, nobody runs."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.longrepr = f"CI=true does not allow it. {why}"
    return report


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The embedded model, loaded once for all suites."""
    from rag.embedding import load_embedder

    return load_embedder()


@pytest.fixture(scope="session")
def shipped_index(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose data folder holds an index of the shipped notes (no articles).

    Shared by all suites: read it only. A test that ingests takes its own folder.
    """
    from ingest.pipeline import ingest

    data = tmp_path_factory.mktemp("shipped")
    settings = load_settings(corpus_dir=ROOT / "corpus", data_dir=data)
    ingest(settings, offline=True)
    return settings


@pytest.fixture(scope="session")
def shipped_pipeline(shipped_index: Settings) -> Pipeline:
    """The pipeline over the shipped notes, with its models and its index loaded once for all."""
    from rag.pipeline import Pipeline

    return Pipeline(shipped_index)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once; a test takes pages from it or uses the fixture `page`."""
    if find_chromium() is None:
        pytest.skip(HOW_TO_GET)
    with launch() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page in a context of its own, as wide as a laptop."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    try:
        yield context.new_page()
    finally:
        context.close()
