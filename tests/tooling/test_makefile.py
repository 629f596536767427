"""What make does and when, seen by its dry run in a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STAMPS = ("venv.stamp", "torch.stamp", "run.stamp", "dev.stamp", "bench.stamp")

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for lock in ROOT.glob("requirements*.lock"):
        shutil.copy(lock, folder)
    for file in folder.iterdir():
        os.utime(file, (1_000_000, 1_000_000))
    return folder


def make(
    folder: Path, *arguments: str, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path or os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"}
    return subprocess.run(
        [str(shutil.which("make")), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def set_up(folder: Path) -> None:
    (folder / ".venv").mkdir()
    for age, name in enumerate(STAMPS):
        stamp = folder / ".venv" / name
        stamp.touch()
        os.utime(stamp, (2_000_000 + age, 2_000_000 + age))


def test_the_first_run_installs_torch_by_pip_before_the_rest(copy: Path) -> None:
    told = make(copy, "-n", "run").stdout
    steps = ["-m venv", " torch==", "-r requirements.lock", "-e .", "-m ingest"]
    places = [told.index(step) for step in steps]
    assert places == sorted(places)
    assert "requirements-dev.lock" not in told


@pytest.mark.parametrize("target", ["run", "test", "check", "bench"])
def test_a_second_time_installs_nothing(copy: Path, target: str) -> None:
    set_up(copy)
    told = make(copy, "-n", target)
    assert told.returncode == 0
    assert " install " not in told.stdout


def test_a_changed_lock_installs_again_and_keeps_the_environment(copy: Path) -> None:
    set_up(copy)
    (copy / "requirements.lock").touch()
    told = make(copy, "-n", "run").stdout
    assert "-r requirements.lock" in told
    assert "-m venv" not in told


def test_the_index_for_torch_is_the_users_choice(copy: Path) -> None:
    told = make(copy, "-n", "run", "TORCH_INDEX_URL=file:///wheels").stdout
    assert "--extra-index-url file:///wheels" in told


def test_without_a_fitting_python_it_says_which_one_to_install(copy: Path) -> None:
    tools = copy / "tools"
    tools.mkdir()
    for name in ("sh", "sed", "touch"):
        (tools / name).symlink_to(str(shutil.which(name)))
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = make(copy, "run", path=str(tools))
    assert done.returncode != 0
    assert "needs Python 3.11 or 3.12" in done.stdout
    assert "apt-get install python3.11" in done.stdout


def test_without_a_browser_the_set_up_says_what_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "id").symlink_to(str(shutil.which("id")))
    done = subprocess.run(
        [str(shutil.which("sh")), str(ROOT / "tests" / "setup_browser.sh")],
        env={"PATH": str(tmp_path)},  # no browser and no apt-get on it
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0
    assert "browser tests are skipped" in done.stdout
    assert "apt-get install chromium fonts-noto-cjk" in done.stdout


@pytest.fixture
def ready(copy: Path) -> Path:
    """A project that is set up, whose python only writes down what it is asked to do."""
    set_up(copy)
    for folder in ("corpus/notes", "rag", "ingest"):
        (copy / folder).mkdir(parents=True)
    (copy / "corpus" / "notes" / "a.md").write_text("- a\n", encoding="utf-8")
    python = copy / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.write_text(
        '#!/bin/sh\necho "$@" >> asked.txt\n'
        'case "$*" in *ingest*) mkdir -p .data; exit $(cat fails 2>/dev/null || echo 0);; esac\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    return copy


def asked(folder: Path) -> list[str]:
    """What python was asked since the last time."""
    file = folder / "asked.txt"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.unlink()
    return [line.strip() for line in lines]


def test_the_first_run_indexes_and_later_ones_only_start_the_page(ready: Path) -> None:
    make(ready, "run")
    assert asked(ready) == ["-m ingest", "-m ui"]
    make(ready, "run", "ARGS=--port 8600")
    assert asked(ready) == ["-m ui --port 8600"]


@pytest.mark.parametrize("changed", ["corpus/notes/a.md", "corpus/notes/b.md", "rag/x.py", ".env"])
def test_a_run_after_a_change_indexes_it_without_fetching(ready: Path, changed: str) -> None:
    make(ready, "run")
    asked(ready)
    (ready / changed).write_text("LOG_LEVEL=INFO\n", encoding="utf-8")
    later = (ready / ".data" / "indexed.stamp").stat().st_mtime + 10
    os.utime(ready / changed, (later, later))
    make(ready, "run")
    assert asked(ready) == ["-m ingest --offline", "-m ui"]


def test_another_corpus_or_model_is_indexed_anew(ready: Path) -> None:
    make(ready, "run")
    (ready / "other").mkdir()
    os.utime(ready / "other", (1, 1))  # older than the index, and yet not in it
    asked(ready)
    make(ready, "run", "CORPUS_DIR=other")
    assert asked(ready) == ["-m ingest", "-m ui"]
    make(ready, "run", "CORPUS_DIR=other", "EMBEDDING_MODEL=some/model")
    assert asked(ready) == ["-m ingest", "-m ui"]
    make(ready, "run", "CORPUS_DIR=other", "EMBEDDING_MODEL=some/model")
    assert asked(ready) == ["-m ui"]


def test_the_data_folder_of_the_settings_is_looked_at(ready: Path) -> None:
    (ready / ".env").write_text("DATA_DIR=elsewhere\n", encoding="utf-8")
    (ready / "elsewhere").mkdir()
    make(ready, "run")
    assert asked(ready) == ["-m ingest", "-m ui"]
    assert (ready / "elsewhere" / "indexed.stamp").exists()


def test_a_first_index_that_fails_stops_and_a_later_one_does_not(ready: Path) -> None:
    (ready / "fails").write_text("1", encoding="utf-8")
    assert make(ready, "run").returncode != 0
    assert asked(ready) == ["-m ingest"]
    (ready / "fails").unlink()
    make(ready, "run")
    asked(ready)
    (ready / "fails").write_text("1", encoding="utf-8")
    later = (ready / ".data" / "indexed.stamp").stat().st_mtime + 10
    os.utime(ready / "corpus" / "notes" / "a.md", (later, later))
    done = make(ready, "run")
    assert asked(ready) == ["-m ingest --offline", "-m ui"]
    assert "the index of before" in done.stdout
