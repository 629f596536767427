"""A data folder with a small index, written once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from index_fakes import LINES, note, write


@pytest.fixture(scope="session")
def _written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("written")
    write(data, note("a.md", LINES), note("b.md", ["to be deleted"]))
    return data


@pytest.fixture
def data(_written: Path, tmp_path: Path) -> Path:
    """Holds an index of `LINES` as a.md and of one line as b.md."""
    return Path(shutil.copytree(_written, tmp_path / "data"))
