"""Question answering over an index of notes and linked articles.

What programs may rely on is named here and is imported when it is first used, so that `import rag`
costs nothing:

>>> from rag import Filters, Pipeline, Turn, load_settings
>>> pipeline = Pipeline(load_settings())  # or: load_settings(data_dir="elsewhere", search_k=5)
>>> answer = pipeline.ask("what changed for CloudFormation?")
>>> answer.refused, answer.language, answer.citations[0].chunk.source
(False, 'en', 'reinvent-2023.md')
>>> all(citation.verified for citation in answer.citations)
True

A follow-up is asked with what was said before; a search may look at a part of the sources:

>>> before = [Turn("what changed for CloudFormation?", answer.text)]
>>> pipeline.ask("and for Lambda?", before).standalone != "and for Lambda?"
True
>>> [hit.rank for hit in pipeline.search("Lambda", 3, Filters(kinds=("note",)))]
[1, 2, 3]

What goes wrong is a `ShioriError` whose message says what to do:

>>> pipeline.ask("")
Traceback (most recent call last):
    ...
rag.errors.QuestionError: ...

Everything else may move. Beside it, `rag.integrations.langchain` has a retriever for LangChain, and
the commands of `python -m rag` print JSON for programs in other languages.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.errors import (
        BaselineError,
        CorpusError,
        DiskFull,
        IndexBroken,
        IndexMismatch,
        IndexMissing,
        IngestRunning,
        ModelError,
        QuestionError,
        QuestionFileError,
        SettingsError,
        ShioriError,
        UsageError,
    )
    from rag.pipeline import Pipeline
    from rag.retrieval.filters import Filters
    from rag.serialization import answer_json, hit_json
    from rag.settings import Settings, load_settings
    from rag.types import (
        Answer,
        Chunk,
        Citation,
        Delta,
        Event,
        Finished,
        Hit,
        Kind,
        Language,
        Locator,
        Provenance,
        Searched,
        Segment,
        Sentence,
        Source,
        Turn,
    )

__all__ = [
    "Answer",
    "BaselineError",
    "Chunk",
    "Citation",
    "CorpusError",
    "Delta",
    "DiskFull",
    "Event",
    "Filters",
    "Finished",
    "Hit",
    "IndexBroken",
    "IndexMismatch",
    "IndexMissing",
    "IngestRunning",
    "Kind",
    "Language",
    "Locator",
    "ModelError",
    "Pipeline",
    "Provenance",
    "QuestionError",
    "QuestionFileError",
    "Searched",
    "Segment",
    "Sentence",
    "Settings",
    "SettingsError",
    "ShioriError",
    "Source",
    "Turn",
    "UsageError",
    "answer_json",
    "hit_json",
    "load_settings",
]

_MODULES = (  # the light ones first: a type costs no model
    "rag.types",
    "rag.errors",
    "rag.settings",
    "rag.serialization",
    "rag.retrieval.filters",
    "rag.pipeline",
)


def __getattr__(name: str) -> Any:
    """A public name, from the module that has it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    modules = map(import_module, _MODULES)
    found = next(getattr(module, name) for module in modules if hasattr(module, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
