"""The files a stranger meets first: lock files, `.env.example`, what the documents promise."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rag.cli.main import app as questions
from rag.settings import env_example
from shiori.command import app

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
PIN = re.compile(r"^[A-Za-z0-9._-]+==[A-Za-z0-9._+!-]+( ; .+)?$")
DOCUMENTS = [
    ROOT / name for name in ("README.md", "README.ja.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
]
PACKAGES = ("rag", "ingest", "ui", "shiori", "bench", "tests", "examples")


def pins(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines]


def here(name: str) -> dict[str, str]:
    """Versions that the lock gives on this machine, by name."""
    fitting = [pin for pin in pins(name) if not pin.marker or pin.marker.evaluate()]
    return {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin in fitting}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_exact_versions_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert [line for line in text.splitlines() if not PIN.match(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_leaves_torch_and_what_only_gpus_need_to_pip(lock: str) -> None:
    names = {canonicalize_name(pin.name) for pin in pins(lock)}
    assert not {
        name for name in names if name == "torch" or name.startswith(("nvidia", "cuda", "triton"))
    }
    assert "llama-cpp-python" not in names  # compiles for minutes


@pytest.mark.parametrize(("smaller", "larger"), [LOCKS[:2], LOCKS[1:]])
def test_lock_files_agree(smaller: str, larger: str) -> None:
    assert here(smaller).items() <= here(larger).items()


def test_the_lock_fits_what_the_project_asks_for() -> None:
    locked = here("requirements.lock")
    locked["torch"] = pyproject()["tool"]["uv"]["constraint-dependencies"][0].partition("==")[2]
    asked = [Requirement(line) for line in pyproject()["project"]["dependencies"]]
    asked = [want for want in asked if not want.marker or want.marker.evaluate()]
    assert asked
    for want in asked:
        version = locked.get(canonicalize_name(want.name), "missing")
        assert want.specifier.contains(version, prereleases=True), f"{want}: locked is {version}"


def test_the_dev_lock_fits_what_tests_ask_for() -> None:
    locked = here("requirements-dev.lock")
    group = pyproject()["dependency-groups"]["dev"]
    for want in (Requirement(line) for line in group if isinstance(line, str)):
        version = locked.get(canonicalize_name(want.name), "missing")
        assert want.specifier.contains(version, prereleases=True), f"{want}: locked is {version}"


def test_env_example_names_every_setting_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert text == env_example(), "run: python -m rag settings > .env.example"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_commands_in_the_documents_exist(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    fenced = re.findall(r"```.*?```", text, re.DOTALL)
    rest = re.findall(r"^    .+$|`(?:make|python) [^`\n]+`", text, re.MULTILINE)
    code = "\n".join(fenced + rest)
    promised = set(re.findall(r"\bmake ([a-z][a-z-]*)", code))
    assert promised <= targets
    modules = set(re.findall(r"\bpython -m ([a-z_.]+)", code)) - {"venv", "pip", "pytest"}
    paths = [ROOT / name.replace(".", "/") for name in modules]
    missing = [
        path
        for path in paths
        if not (path / "__main__.py").is_file() and not path.with_suffix(".py").is_file()
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_places_that_the_documents_name_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    tops = "|".join(PACKAGES)
    paths = set(re.findall(rf"`((?:{tops})/[\w./-]*)`", text))
    paths |= set(re.findall(rf"^ +((?:{tops})/\w+)", text, re.MULTILINE))
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    for name in set(re.findall(r"`((?:rag|ingest|ui)\.[\w.]+)`", text)):
        place = ROOT / name.replace(".", "/")
        assert place.is_dir() or place.with_suffix(".py").is_file(), name


def test_every_stage_of_rag_and_ingest_is_told_of() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    ways = text[: text.index("## What is surprising")]
    for package in ("rag", "ingest"):
        rooms = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
        assert {room for room in rooms if room not in ways} == set()


def test_commands_of_shiori_in_the_documents_exist() -> None:

    names = {group.name for group in questions.registered_groups} | {
        command.name or str(getattr(command.callback, "__name__", ""))
        for command in [*app.registered_commands, *questions.registered_commands]
    }
    for document in DOCUMENTS:
        told = re.findall(r"^    shiori ([a-z]+)", document.read_text("utf-8"), re.MULTILINE)
        assert set(told) <= names


def test_make_help_lists_every_public_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    told = set(re.findall(r"^([a-z-]+):.*  ## ", makefile, re.MULTILINE))
    assert set(phony[1].split()) == told | {"browser"}


def test_the_changelog_starts_with_what_is_not_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert headings[0] == "Unreleased"
