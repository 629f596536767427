"""What must turn the verdict red, broken on purpose, over a corpus that is not ours.

Everything runs through the real pipeline and the real command; the vectors of questions are kept
between runs, as only the mutation of the prefix changes them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shipped_set import Vectors
from typer.testing import CliRunner

import rag.pipeline
import rag.retrieval.retriever
from bench.training.fit_answerability import OBSERVATORY
from ingest.notes.chunking import CHUNKER_VERSION
from rag.cli.main import app
from rag.embedding import load_embedder
from rag.index import ingest_lock, write_generation
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.types import Answer, Chunk

CORPUS = OBSERVATORY

pytestmark = pytest.mark.slow


def arguments(data: Path, baseline: Path) -> list[str]:
    where = ["--corpus", str(CORPUS), "--data", str(data)]
    return ["evaluate", *where, "--baseline", str(baseline)]


@dataclass(frozen=True)
class Observatory:
    """The second corpus, ingested, with the baseline of the pipeline as it is."""

    data: Path
    baseline: Path
    pipeline: Pipeline
    folder: Path

    def evaluate(
        self, pipeline: object | None = None, report: Path | None = None
    ) -> tuple[int, str]:
        """Exit code and last line of the command."""
        more = ["--report", str(report)] if report else []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("rag.cli.evaluate.open_pipeline", lambda _: pipeline or self.pipeline)
            done = CliRunner().invoke(
                app,
                [*arguments(self.folder / "reports", self.baseline), *more],
            )
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout.rstrip().split("\n")[-1]

    def reindexed(self, name: str, change: Callable[[Chunk], Chunk | None]) -> Pipeline:
        """A pipeline over an index with every chunk changed, or left out where it gives None."""
        data = self.folder / name
        shutil.copytree(self.data, data)
        index = self.pipeline.index()
        chunks = [changed for chunk in index.chunks if (changed := change(chunk))]
        with ingest_lock(data):
            write_generation(
                data,
                list(index.sources.values()),
                chunks,
                load_embedder(),
                chunker_version=CHUNKER_VERSION,
            )
        return Pipeline(load_settings(corpus_dir=CORPUS, data_dir=data))


@pytest.fixture(scope="module")
def kept_vectors(vectors: Vectors) -> Iterator[None]:
    with vectors.kept():
        yield


@pytest.fixture(scope="module")
def observatory(kept_vectors: None, tmp_path_factory: pytest.TempPathFactory) -> Observatory:
    folder = tmp_path_factory.mktemp("observatory")
    data, baseline = folder / "data", folder / "baseline.json"
    command = [sys.executable, "-m", "ingest", "--offline", "--corpus", str(CORPUS)]
    subprocess.run([*command, "--data", str(data)], check=True, capture_output=True, timeout=600)
    done = CliRunner().invoke(
        app,
        [*arguments(data, baseline), "--update-baseline"],
    )
    assert done.exit_code == 0, done.output
    pipeline = Pipeline(load_settings(corpus_dir=CORPUS, data_dir=data))
    return Observatory(data, baseline, pipeline, folder)


def named(line: str, *figures: str) -> bool:
    """Whether the line is a verdict that names one of the figures."""
    return line.startswith("Worse: ") and any(figure in line for figure in figures)


RETRIEVAL = ("hit@", "hit in 1,200", "recall@10", "MRR@10", "nDCG@10")


def test_the_pipeline_as_it_is_stays_green(observatory: Observatory) -> None:
    assert observatory.evaluate() == (0, "Fine: nothing got worse")


def test_the_same_run_twice_gives_the_same_figures(observatory: Observatory) -> None:
    found = []
    for name in ("first", "second"):
        folder = observatory.folder / name
        assert observatory.evaluate(report=folder)[0] == 0
        data = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        for timed in (data, data["summary"], *data["questions"]):
            timed.pop("created", None)
            timed.pop("seconds", None)
        found.append(data)
    assert found[0] == found[1]


def test_breadcrumb_dropped_from_chunks(observatory: Observatory) -> None:
    bare = observatory.reindexed("bare", lambda chunk: replace(chunk, path=()))
    code, line = observatory.evaluate(bare)
    # without headings, questions are also refused that were answered before
    assert (code, named(line, *RETRIEVAL, "citation recall")) == (1, True), line


def silent(real: Callable[..., Any]) -> Callable[..., Any]:
    """A leg of the retriever that finds everything equally unlike the question."""

    def scores(*args: Any) -> Any:
        found = real(*args)
        both = isinstance(found, tuple)
        return tuple(map(np.zeros_like, found)) if both else np.zeros_like(found)

    return scores


def test_reading_off(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without keywords nothing gets worse any more: reading puts right what they would have."""
    monkeypatch.setattr(rag.pipeline, "read", lambda query, hits, cross_encoder: tuple(hits))
    code, line = observatory.evaluate()
    told = (*RETRIEVAL, "false", "refusal AUC", "citation")
    assert (code, named(line, *told)) == (1, True), line


def test_dense_leg_off(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> None:
    leg = silent(rag.retrieval.retriever.dense_scores)
    monkeypatch.setattr(rag.retrieval.retriever, "dense_scores", leg)
    code, line = observatory.evaluate()
    assert (code, named(line, *RETRIEVAL, "false refusals", "citation recall")) == (1, True), line


def test_one_section_missing_from_the_index(observatory: Observatory) -> None:
    def without_safety(chunk: Chunk) -> Chunk | None:
        return None if chunk.source == "safety.md" else chunk

    code, line = observatory.evaluate(observatory.reindexed("gap", without_safety))
    assert code == 1
    assert re.search(
        r"Worse: 3 questions expect a place that stands in its source but in no passage of the "
        r"index any more \(Safety: 4\)",
        line,
    ), line


class Shifted(Pipeline):
    """Answers whose marks name the citation after the right one."""

    def ask(self, *args: Any, **more: Any) -> Answer:
        answer = super().ask(*args, **more)
        text = re.sub(r"\[(\d+)\]", lambda mark: f"[{int(mark[1]) + 1}]", answer.text)
        return replace(answer, text=text)


class Swapped(Pipeline):
    """Answers whose citations point at the passage of the one after them."""

    def ask(self, *args: Any, **more: Any) -> Answer:
        answer = super().ask(*args, **more)
        chunks = [one.chunk for one in answer.citations] + [hit.chunk for hit in answer.hits[-1:]]
        moved = zip(answer.citations, chunks[1:], strict=False)
        return replace(answer, citations=tuple(replace(one, chunk=chunk) for one, chunk in moved))


@pytest.mark.parametrize(
    ("kind", "figure"), [(Shifted, "mark validity"), (Swapped, "quote validity")]
)
def test_citations_shifted_by_one(
    observatory: Observatory, kind: type[Pipeline], figure: str
) -> None:
    code, line = observatory.evaluate(kind(observatory.pipeline.settings))
    assert (code, line.startswith(f"Worse: {figure} fell from")) == (1, True), line


def test_refusal_off(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> None:
    real = rag.pipeline.judge
    monkeypatch.setattr(
        rag.pipeline, "judge", lambda *args, **more: replace(real(*args, **more), answerable=True)
    )
    code, line = observatory.evaluate()
    assert (code, line.startswith("Worse: false answers rose from")) == (1, True), line
