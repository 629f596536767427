"""A small corpus and a pipeline without models, for what does not depend on the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import ModelError
from rag.evaluation.dataset.places import plain
from rag.evaluation.dataset.question import Place, Question, QuestionSet
from rag.types import Answer, Chunk, Citation, Hit, Locator, Source, Turn

NOTE = """\
# Birds

- Robins lay blue eggs
  - Their nests hold four to six eggs
- The swift sleeps while it flies
  - It lands only to breed

# Trees

- An oak drops acorns in autumn
- The ginkgo has fan-shaped leaves
- 銀杏は秋に黄色くなる
"""


def chunk(
    order: int,
    path: tuple[str, ...],
    text: str,
    line: int,
    source: str = "nature.md",
    end: int | None = None,
) -> Chunk:
    return Chunk(
        f"c{order}",
        source,
        "note",
        "Nature",
        path,
        text,
        Locator(start_line=line, end_line=end or line),
        order,
    )


CHUNKS = (
    chunk(0, ("Birds",), "- Robins lay blue eggs\n  - Their nests hold four to six eggs", 3, end=4),
    chunk(1, ("Birds",), "- The swift sleeps while it flies\n  - It lands only to breed", 5, end=6),
    chunk(2, ("Trees",), "- An oak drops acorns in autumn", 10),
    chunk(3, ("Trees",), "- The ginkgo has fan-shaped leaves", 11),
    chunk(4, ("Trees",), "- 銀杏は秋に黄色くなる", 12),
)
SOURCES: Mapping[str, Source] = {"nature.md": Source("nature.md", "note", "Nature", NOTE)}


@dataclass(frozen=True)
class FakeManifest:
    fingerprint: Mapping[str, str] = field(default_factory=lambda: {"embedding": "e5"})


@dataclass(frozen=True)
class FakeIndex:
    chunks: Sequence[Chunk] = CHUNKS
    sources: Mapping[str, Source] = field(default_factory=lambda: dict(SOURCES))
    manifest: FakeManifest = field(default_factory=FakeManifest)


@dataclass
class FakePipeline:
    """Ranks by shared pairs of characters; answers with the best passage; refuses below `least`."""

    view: FakeIndex = field(default_factory=FakeIndex)
    least: float = 0.3
    broken_on: str = ""
    calls: int = 0

    def index(self) -> FakeIndex:
        return self.view

    def search(
        self, question: str, k: int = 10, filters: object = None, history: Sequence[Turn] = ()
    ) -> tuple[Hit, ...]:
        asked = pairs(question)
        scored = sorted(
            ((len(asked & pairs(one.text)) / len(asked), one) for one in self.view.chunks),
            key=lambda pair: -pair[0],
        )
        return tuple(Hit(at, score, one) for at, (score, one) in enumerate(scored[:k], 1))

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: object = None,
        model: str | None = None,
    ) -> Answer:
        self.calls += 1
        if self.broken_on and self.broken_on in question:
            raise ModelError("the model is not reachable")
        hits = self.search(question)
        language = "ja" if any("ぁ" <= char <= "ヺ" for char in question) else "en"
        sure = hits[0].score if hits else 0.0
        if not hits or hits[0].score < self.least:
            text = "その答えはノートにありません。" if language == "ja" else "The notes do not say."
            return Answer(
                question, question, language, text, True, (), hits, "fake", confidence=sure
            )  # type: ignore[arg-type]
        quote = hits[0].chunk.text.split("\n")[0].removeprefix("- ")
        opening = "ノートにはこうあります。" if language == "ja" else "The notes say:"
        cited = Citation(1, hits[0].chunk, quote, True, hits[0].chunk.locator)
        text = f"{opening}\n\n- {quote} [1]"
        return Answer(
            question, question, language, text, False, (cited,), hits, "fake", confidence=sure
        )  # type: ignore[arg-type]


def pairs(text: str) -> set[str]:
    bare = plain(text).casefold()
    return {bare[at : at + 2] for at in range(len(bare) - 1)} or {bare}


def question(identifier: str, text: str, quote: str = "", **more: object) -> Question:
    places = (Place(quote=quote, line=1),) if quote else ()
    values: dict[str, object] = {"language": "en", "answerable": bool(quote), "expect": places}
    return replace(Question(identifier, text, "en"), **(values | more))  # type: ignore[arg-type]


QUESTIONS = QuestionSet(
    (
        question("eggs", "Which eggs do robins lay?", "Robins lay blue eggs", facts=(("blue",),)),
        question("swift", "Where does the swift sleep?", "The swift sleeps while it flies"),
        question("oak", "When does an oak drop acorns?", "An oak drops acorns in autumn"),
        question("icho", "銀杏は秋に何色になる？", "銀杏は秋に黄色くなる", language="ja"),
        question("price", "How much per kWh?"),
    )
)


def write(folder: Path, text: str, name: str = "set.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
