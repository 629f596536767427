"""`make check` as tests, so that a run of the tests is the whole verdict; and that it can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMMANDS = {
    "style": [str(BIN / "ruff"), "check", "--output-format", "concise", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "types": [str(BIN / "mypy")],
    "imports": [str(BIN / "lint-imports")],
}


def run(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(COMMANDS[name], cwd=folder, capture_output=True, text=True, timeout=600)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_project_passes(name: str) -> None:
    done = run(name, ROOT)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_a_forbidden_import_is_found(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("rag", "ingest", "ui", "shiori"):
        shutil.copytree(ROOT / package, tmp_path / package)
    wrong = {
        "rag/wrong.py": "import torch\nimport streamlit\nimport ingest\n",
        "ingest/wrong.py": "import chromadb\nimport ui\n",
    }
    for name, code in wrong.items():
        (tmp_path / name).write_text(code, encoding="utf-8")
    told = run("imports", tmp_path).stdout
    for name in ("rag.wrong -> torch", "rag.wrong -> streamlit", "rag.wrong -> ingest"):
        assert name in told
    for name in ("ingest.wrong -> chromadb", "ingest.wrong -> ui"):
        assert name in told


def test_reading_the_environment_elsewhere_is_found(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "rag").mkdir()
    (tmp_path / "rag" / "wrong.py").write_text(
        '"""A module."""\n\nimport os\n\nNAME = os.environ["HOME"]\n', encoding="utf-8"
    )
    done = run("style", tmp_path)
    assert done.returncode == 1
    assert "TID251" in done.stdout
