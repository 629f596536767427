"""The page around a pipeline that answers what the tests know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ui_fakes import FakePipeline

import ui.state.backend
import ui.state.session
from rag.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(corpus_dir=tmp_path / "corpus", data_dir=tmp_path / "data")


@pytest.fixture
def pipeline(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePipeline]:
    """The pipeline that the page gets; change it before the page is drawn."""
    fake = FakePipeline()
    monkeypatch.setattr(ui.state.backend, "open_pipeline", lambda _settings: fake)
    monkeypatch.setattr(ui.state.backend, "_CHOSEN", ui.state.backend._Chosen(settings))
    monkeypatch.setattr(ui.state.session, "_reader", lambda: "a" * 32)  # AppTest has no request
    ui.state.backend.backend.clear()
    yield fake
    fake.gate.set()
    fake.loading.set()
    ui.state.backend.backend.clear()
