"""Ask every question through the pipeline that also serves the page and the CLI, and measure."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from tqdm import tqdm

from rag.errors import ModelError, QuestionError, ShioriError
from rag.evaluation.dataset.question import Question
from rag.evaluation.dataset.staleness import PlaceCheck, check_question, is_stale
from rag.evaluation.metrics.retrieval import DEPTH
from rag.evaluation.outcome import Row, failed_row, measured_row, merged_row, stale_row
from rag.types import Answer, Chunk, Hit, Source, Turn

if TYPE_CHECKING:
    from rag.evaluation.metrics.llm_judge import Judge


class IndexView(Protocol):
    """What the evaluation needs of an index."""

    @property
    def chunks(self) -> Sequence[Chunk]:
        """Every passage that can be retrieved."""

    @property
    def sources(self) -> Mapping[str, Source]:
        """Every source, whole, by its id."""


class Asked(Protocol):
    """What the evaluation needs of a pipeline."""

    def search(
        self, question: str, k: int = ..., *, history: Sequence[Turn] = ...
    ) -> tuple[Hit, ...]:
        """The k best passages."""

    def ask(
        self, question: str, history: Sequence[Turn] = ..., *, model: str | None = ...
    ) -> Answer:
        """The answer a reader would see."""

    def index(self) -> IndexView:
        """The index that is served now."""


def run(
    pipeline: Asked,
    questions: Sequence[Question],
    *,
    model: str | None = None,
    judge: Judge | None = None,
    repeat: int = 1,
    progress: bool = False,
) -> tuple[Row, ...]:
    """Ask the questions one after the other, in their order, each as often as wanted.

    Args:
        pipeline: what is evaluated; asked exactly as the CLI asks it.
        questions: what to ask; those with a place that is gone are marked and not asked.
        model: answers with this model instead of the one of the settings.
        judge: judges every answer as well, where one is wanted.
        repeat: how often each is asked: answers of a model vary, and are then said to be flaky.
        progress: shows a bar on stderr where that is a terminal.

    Raises:
        ShioriError: the index is empty, missing or broken. A question that cannot be answered
            because of itself or its model is a row with the reason `error`.
    """
    index = pipeline.index()
    chunks, sources = index.chunks, index.sources
    if not chunks:
        raise ShioriError("the index holds no passages: put notes into the corpus and run "
                          "`python -m ingest`")  # fmt: skip
    if questions:
        pipeline.search(questions[0].text, DEPTH)  # loads the models before time is taken
    bar = tqdm(questions, desc="Asking", unit="question", file=sys.stderr,
               disable=None if progress else True)  # fmt: skip
    rows: list[Row] = []
    for one in bar:
        checks = check_question(one, chunks, sources)
        times = [_row(pipeline, one, checks, sources, model, judge) for _ in range(max(1, repeat))]
        rows.append(merged_row(times) if len(times) > 1 else times[0])
    return tuple(rows)


def _row(
    pipeline: Asked,
    question: Question,
    checks: tuple[PlaceCheck, ...],
    sources: Mapping[str, Source],
    model: str | None,
    judge: Judge | None,
) -> Row:
    if is_stale(checks):
        return stale_row(question, checks)
    try:
        started = time.perf_counter()
        answer = pipeline.ask(question.text, question.history, model=model)
        taken = time.perf_counter() - started
        hits = answer.hits
        if len(hits) < DEPTH:  # fewer are shown than are measured
            # what was searched for is known now: a follow-up need not be rewritten a second time
            hits = pipeline.search(answer.standalone or question.text, DEPTH)
    except (ModelError, QuestionError) as error:
        return failed_row(question, checks, str(error))
    seconds = {"answer": taken}
    if "search" in answer.seconds:
        seconds["search"] = answer.seconds["search"]
    judged = judge.figures(answer) if judge and question.answerable else {}
    return measured_row(question, checks, hits[:DEPTH], answer, sources, seconds, judged)
