"""A pipeline whose answers are known, over a small index, for tests of the page around it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.errors import QuestionError, ShioriError
from rag.types import (
    Answer,
    Chunk,
    Citation,
    Delta,
    Event,
    Finished,
    Hit,
    Language,
    Locator,
    Provenance,
    Searched,
    Sentence,
    Source,
    Turn,
)

NOTE_TEXT = """# Garden

- **Watering**: every morning
  - tomatoes need more than beans
  - the hose is in the shed
- Harvest: in August

## 道具

- じょうろは物置の左にある
"""
ARTICLE_URL = "https://garden.example/watering"


def note() -> Source:
    return Source("garden.md", "note", "Garden", NOTE_TEXT, language="en")


def article() -> Source:
    return Source(
        ARTICLE_URL,
        "html",
        "How to water",
        "Water early.\nPlants drink in the morning.\nNever at noon.",
        url=ARTICLE_URL,
        site="garden.example",
        published="2024-05-01",
        fetched="2024-06-02T10:00:00Z",
        linked_from=(Provenance("garden.md", 3, ("Garden",)),),
    )


def chunk(**changes: object) -> Chunk:
    values: dict[str, object] = {
        "id": "n1",
        "source": "garden.md",
        "kind": "note",
        "title": "Garden",
        "path": ("Garden",),
        "text": "- **Watering**: every morning\n  - tomatoes need more than beans",
        "locator": Locator(3, 4),
        "order": 0,
    }
    return Chunk(**{**values, **changes})  # type: ignore[arg-type]


def citation(
    number: int = 1, quote: str = "tomatoes need more than beans", **changes: object
) -> Citation:
    values: dict[str, object] = {"chunk": chunk(), "verified": True, "locator": Locator(4, 4)}
    return Citation(number=number, quote=quote, **{**values, **changes})  # type: ignore[arg-type]


def answer(**changes: object) -> Answer:
    values: dict[str, object] = {
        "question": "How do we water?",
        "standalone": "How do we water?",
        "language": "en",
        "text": "The notes say:\n\n- tomatoes need more than beans [1]",
        "refused": False,
        "citations": (citation(),),
        "hits": (Hit(1, 0.9, chunk()),),
        "model": "extractive",
        "seconds": {"total": 0.12},
    }
    return Answer(**{**values, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True)
class FakeIndex:
    chunks: Sequence[Chunk]
    sources: Mapping[str, Source]
    generation: str = "g1"


def small_index() -> FakeIndex:
    tools = chunk(
        id="n2", path=("道具",), text="- じょうろは物置の左にある", locator=Locator(10, 10), order=1
    )
    read = chunk(
        id="a1",
        source=ARTICLE_URL,
        kind="html",
        title="How to water",
        path=(),
        text="Plants drink in the morning.",
        locator=Locator(fragment=":~:text=Plants"),
        url=f"{ARTICLE_URL}#:~:text=Plants",
    )
    return FakeIndex((chunk(), tools, read), {"garden.md": note(), ARTICLE_URL: article()})


@dataclass
class FakePipeline:
    """Answers by words in the question: `weather` is refused, `boom` and `long` fail.

    `gate` holds back the second half of an answer to `slow`; `load_error` is raised by `warm`.
    """

    load_error: ShioriError | None = None
    models: tuple[str, ...] = ("extractive",)
    state: str = "cold"
    state_detail: str = ""
    index_problem: str = ""
    gate: threading.Event = field(default_factory=threading.Event)
    loading: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, tuple[Turn, ...], object, str | None]] = field(default_factory=list)
    held: Answer | None = None

    def __post_init__(self) -> None:
        self.loading.set()

    def warm(self) -> None:
        self.state, self.state_detail = "loading", "the index"
        self.loading.wait(20)
        if self.load_error:
            self.state, self.state_detail = "failed", str(self.load_error)
            raise self.load_error
        self.state, self.state_detail = "ready", ""

    def index(self) -> FakeIndex:
        return small_index()

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: object = None,
        model: str | None = None,
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history), filters, model))
        if "boom" in question:
            raise RuntimeError("a secret detail")
        if "long" in question:
            raise QuestionError("The question is longer than 20,000 characters.")
        given = self._answer(question)
        yield Searched(given.standalone, given.hits)
        half = len(given.text) // 2
        yield Delta(given.text[:half])
        if "slow" in question:
            self.gate.wait(20)
        yield Delta(given.text[half:])
        yield Finished(given)

    def _answer(self, question: str) -> Answer:
        language: Language = "ja" if any("ぁ" <= char <= "鿿" for char in question) else "en"
        common = {"question": question, "standalone": question, "language": language}
        if "weather" in question:
            text = "The notes do not say anything about that."
            return answer(
                **common, text=text, refused=True, citations=(), topics=("Watering", "道具")
            )
        if "model" in question:
            sentences = (Sentence("Kept.", True, (1,)), Sentence("Made up.", False, (), "number"))
            return answer(
                **{**common, "standalone": "What about beans?"},
                model="openai:x",
                notice="openai:x took too long.",
                sentences=sentences,
            )
        return answer(**common)
