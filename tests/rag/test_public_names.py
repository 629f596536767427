"""What programs may import from `rag`: all of it is there, and costs nothing before it is used."""

from __future__ import annotations

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import rag
import rag.errors
import rag.types
from rag.settings import Settings

# Taking one of these away, or giving it another name, breaks the programs of others.
PUBLIC = {
    "Pipeline", "Settings", "load_settings", "Filters", "answer_json", "hit_json",
    "Answer", "Chunk", "Citation", "Hit", "Locator", "Provenance", "Segment", "Sentence", "Source",
    "Turn", "Kind", "Language", "Event", "Searched", "Delta", "Finished",
    "ShioriError", "UsageError", "SettingsError", "QuestionError", "QuestionFileError",
    "BaselineError", "CorpusError", "IndexMissing", "IndexMismatch", "IndexBroken",
    "IngestRunning", "DiskFull", "ModelError",
}  # fmt: skip


def test_the_public_names_are_these() -> None:
    assert set(rag.__all__) == PUBLIC
    assert list(rag.__all__) == sorted(rag.__all__)
    assert set(rag.__all__) <= set(dir(rag))


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_name_is_the_thing_itself(name: str) -> None:
    found = getattr(rag, name)
    assert found is getattr(rag, name)
    home = getattr(found, "__module__", None)
    if home and home.startswith("rag"):
        assert getattr(importlib.import_module(home), name) is found


def test_every_error_of_users_is_public() -> None:
    errors = {name for name, one in vars(rag.errors).items() if isinstance(one, type)}
    assert errors <= PUBLIC


def test_what_type_checkers_see_is_what_there_is() -> None:
    tree = ast.parse(Path(rag.__file__).read_text(encoding="utf-8"))
    (seen,) = [node for node in tree.body if isinstance(node, ast.If)]
    imported = [one for one in seen.body if isinstance(one, ast.ImportFrom)]
    assert {alias.name for one in imported for alias in one.names} == PUBLIC
    for one in imported:
        module = importlib.import_module(str(one.module))
        assert all(getattr(rag, alias.name) is getattr(module, alias.name) for alias in one.names)


def test_a_name_that_is_not_there_is_said_so() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Answers'"):
        _ = rag.Answers  # type: ignore[attr-defined]
    with pytest.raises(ImportError):
        exec("from rag import Answers")


LIGHT = """
import sys
import rag
assert not {name for name in sys.modules if name.startswith("rag.")}, "import rag imports nothing"
from rag import Answer, IndexMissing, load_settings
load_settings()
heavy = {"numpy", "torch", "chromadb", "sentence_transformers", "langchain_core", "streamlit"}
print(sorted(heavy & set(sys.modules)))
from rag import Pipeline
print(sorted({"torch", "chromadb", "sentence_transformers", "streamlit"} & set(sys.modules)))
"""


def test_types_errors_and_settings_load_no_library_and_the_pipeline_no_model() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == ["[]", "[]"]


@pytest.mark.parametrize("module", ["rag", "rag.integrations.langchain"])
def test_the_examples_in_docstrings_hold(
    module: str, shipped_index: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORPUS_DIR", str(shipped_index.corpus_dir))
    monkeypatch.setenv("DATA_DIR", str(shipped_index.data_dir))
    tests = doctest.DocTestFinder().find(importlib.import_module(module))
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    told: list[str] = []
    for test in tests:
        runner.run(test, out=told.append)
    assert runner.tries >= 3
    assert not runner.failures, "".join(told)


def test_the_examples_in_docstrings_of_text_hold() -> None:
    tried = 0
    for file in sorted(Path(rag.__file__).parent.glob("text/*.py")):
        found = doctest.testmod(
            importlib.import_module(f"rag.text.{file.stem}".removesuffix(".__init__"))
        )
        assert not found.failed, file.name
        tried += found.attempted
    assert tried
