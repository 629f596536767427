"""`make check` can fail, and CI runs it once."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMMANDS = {
    "style": [str(BIN / "ruff"), "check", "--output-format", "concise", "."],
    "imports": [str(BIN / "lint-imports")],
}


def run(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(COMMANDS[name], cwd=folder, capture_output=True, text=True, timeout=600)


def test_ci_runs_the_checks_once_and_all_tests() -> None:
    """What `.ci/run` runs is the whole verdict; the workflow adds nothing to it."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^make (.+)$", script, re.MULTILINE) == [
        "check", "test", 'test-all ARGS="-m slow"',
    ]  # fmt: skip
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert "bash .ci/run" in workflow
    assert "make " not in workflow


def test_make_check_runs_every_check() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(r"^check:.*\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    assert found
    for name in ("ruff check .", "ruff format --check .", "mypy", "lint-imports"):
        assert f"$(VENV)/bin/{name}\n" in found[1]


@pytest.mark.slow
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
