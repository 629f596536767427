"""Commands with the embedded model import none of the libraries that take seconds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("torch", "transformers", "sentence_transformers", "tokenizers", "langchain_core")
PROGRAM = """
import runpy, sys
def run(module, *arguments):
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        assert not end.code, end.code
folder, data = sys.argv[1:]
run("ingest", "--corpus", folder, "--data", data, "--offline", "--json")
for command in ("search", "ask"):
    run("rag", command, "When does the workshop open?", "--data", data, "--json")
import ui.app
from rag.pipeline import Pipeline
from rag.settings import load_settings
Pipeline(load_settings(data_dir=data)).warm()
print(file=sys.stderr)
print("loaded:", *(name for name in %r if name in sys.modules), file=sys.stderr)
"""


def test_search_ask_ingest_and_the_page_start_light(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "workshop.md").write_text("# Workshop\n\n- It opens at ten.\n", encoding="utf-8")
    program = [sys.executable, "-c", PROGRAM % (HEAVY,), str(notes), str(tmp_path / "data")]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    loaded = [line for line in done.stderr.splitlines() if line.startswith("loaded:")]
    assert [line.strip() for line in loaded] == ["loaded:"], done.stderr
    kept = {file.name.partition("-")[0] for file in (tmp_path / "data" / "models").iterdir()}
    assert kept == {"embedding", "reader"}
