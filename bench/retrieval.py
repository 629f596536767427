"""What Shiori finds beside what tutorial pipelines find, on the corpus's own questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from langchain_core.embeddings import Embeddings

from bench import rivals
from bench.report import Row, Table
from bench.scoring import Retrieve, score
from rag.evaluation.dataset.places import passage
from rag.evaluation.dataset.question import Question
from rag.evaluation.dataset.questions import load_questions
from rag.settings import Settings

TITLE = "Retrieval on the corpus's questions"
NOTE = (
    "hit1200: the quote stands within the first 1,200 characters retrieved; Shiori's breadcrumbs "
    "count as characters. One index a pipeline, at most 10 passages."
)


def measure(settings: Settings, split: str, with_llamaindex: bool) -> Table:
    """A table with a row a pipeline and language."""
    folder = settings.corpus_dir / "questions"
    if not folder.is_dir() or not any(folder.glob("*.yaml")):
        return Table(TITLE, (), skipped=f"no questions in {folder}")
    questions = load_questions(folder).only(split).questions
    notes_folder = settings.corpus_dir / "notes"
    rows = _rows("Shiori", questions, shiori(settings))
    for name, build in pipelines(notes_folder, with_llamaindex):
        rows += _rows(name, questions, build())
    return Table(f"{TITLE} ({split})", tuple(rows), NOTE)


def shiori(settings: Settings) -> Retrieve:
    """Shiori's own search, over the index in the settings' data folder."""
    from rag.pipeline import Pipeline

    pipeline = Pipeline(settings)
    return lambda question: [passage(hit.chunk) for hit in pipeline.search(question, k=rivals.K)]


def pipelines(folder: Path, with_llamaindex: bool) -> list[tuple[str, Callable[[], Retrieve]]]:
    """The rivals by name, built when called."""
    texts = rivals.notes(folder)
    kinds = [("LangChain tutorial", rivals.langchain)]
    if with_llamaindex:
        kinds.append(("LlamaIndex default", rivals.llamaindex))
    return [
        (f"{kind}, {model}", partial(_build, build, texts, model))
        for kind, build in kinds
        for model in (rivals.EMBEDDED, rivals.DEFAULT)
    ]


def _build(
    build: Callable[[dict[str, str], Embeddings], Retrieve], texts: dict[str, str], model: str
) -> Retrieve:
    return build(texts, rivals.embeddings(model))


def _rows(name: str, questions: Sequence[Question], retrieve: Retrieve) -> list[Row]:
    return [
        Row(f"{name} [{language}]", figures)
        for language, figures in score(questions, retrieve).items()
    ]
