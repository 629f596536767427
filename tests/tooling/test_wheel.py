"""The built wheel in an environment of its own: the command, the types, the notes of a folder."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; the dependencies are those of this one."""
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    asked = [str(python), "-c", "import site; print(site.getsitepackages()[0])"]
    packages = Path(subprocess.check_output(asked, text=True, timeout=60).strip())
    install = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--no-deps", "--offline"]
    command = [*install, "--python", str(python), str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    # after the environment's own packages, and without what makes this checkout importable
    (packages / "dependencies.pth").write_text(site.getsitepackages()[0], encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few notes, and beside them files that carry the names of modules."""
    here = tmp_path / "notes of a team"
    here.mkdir()
    (here / "garden.md").write_text(
        "# Garden\n\n- Tomatoes need water every morning.\n", encoding="utf-8"
    )
    for name in ("rag", "ingest", "ui", "json", "random", "typing"):
        (here / f"{name}.py").write_text('raise SystemExit("imported")\n', encoding="utf-8")
    return here


def plain_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}


def test_the_wheel_holds_the_packages_their_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "rag", "ingest", "ui", "shiori",
    }  # fmt: skip
    assert {f"{name}/py.typed" for name in ("rag", "ingest", "ui", "shiori")} <= set(names)
    assert {"rag/embedding/reader.npz", "ui/style.css"} <= set(names)
    metadata = zipfile.ZipFile(wheel).read(
        next(name for name in names if name.endswith(".dist-info/METADATA"))
    )
    told = metadata.decode("utf-8")
    assert "Author: The Shiori authors" in told
    assert "License-Expression: MIT" in told
    assert "Classifier: Typing :: Typed" in told


def test_the_notes_of_the_folder_are_asked(environment: Path, folder: Path) -> None:
    shiori = str(environment / "bin" / "shiori")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [shiori, *arguments],
            cwd=folder,
            env=plain_environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Indexed 1 passages of 1 note" in run("ingest", "--offline")
    assert "Tomatoes need water every morning" in run("ask", "what do tomatoes need?")
    assert (folder / ".data" / "CURRENT").is_file()


@pytest.fixture
def page(environment: Path, folder: Path) -> Iterator[str]:
    """The address of `shiori run` in the folder."""
    command = [str(environment / "bin" / "shiori"), "run", "--no-browser", "--offline"]
    with subprocess.Popen(
        [*command, "--port", "8700"],
        cwd=folder,
        env=plain_environment() | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = next((line for line in process.stdout if line.startswith("Shiori is at")), "")
        yield told.split()[3] if told else ""
        process.terminate()


@pytest.mark.skipif(not shutil.which("sh"), reason="a POSIX system")
def test_run_indexes_the_folder_and_serves_the_page(page: str, folder: Path) -> None:
    assert page.startswith("http://127.0.0.1:")
    assert (folder / ".data" / "CURRENT").is_file()
    with urlopen(page, timeout=60) as answer:
        assert answer.status == 200
