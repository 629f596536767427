"""Questions for the parts of a corpus that nobody asks about yet: drafts, never more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rag.evaluation.dataset.drafts import draft, place_of
from rag.evaluation.dataset.places import holds
from rag.evaluation.dataset.question import Place, Question
from rag.evaluation.metrics.judge_prompts import ask_suggestion
from rag.evaluation.metrics.llm_judge import Chat, parsed_json
from rag.text.language import passage_language
from rag.types import Chunk, Language

_TEMPLATES: dict[Language, str] = {
    "en": "What is said about {topic}?",
    "ja": "{topic}について、どんなことが書かれていますか？",
}


def uncovered(chunks: Sequence[Chunk], questions: Iterable[Question]) -> list[Chunk]:
    """One passage for every breadcrumb that no question expects a place in, longest text first.

    A breadcrumb is covered when a question expects any passage under it.
    """
    places = [place for one in questions for place in one.expect]
    asked = [chunk for chunk in chunks if any(holds(chunk, place) for place in places)]
    covered = {chunk.path[:depth] for chunk in asked for depth in range(len(chunk.path) + 1)}
    first: dict[tuple[str, ...], Chunk] = {}
    weight: dict[tuple[str, ...], int] = {}
    for chunk in chunks:
        if chunk.path and chunk.path not in covered:
            first.setdefault(chunk.path, chunk)
            weight[chunk.path] = weight.get(chunk.path, 0) + len(chunk.text)
    return sorted(first.values(), key=lambda chunk: (-weight[chunk.path], chunk.path))


def suggest_by_template(
    chunks: Sequence[Chunk], questions: Iterable[Question], limit: int, language: Language | None
) -> list[Question]:
    """A question about the heading of every uncovered part, up to `limit`."""
    found = uncovered(chunks, questions)[:limit]
    return [_by_template(chunk, language) for chunk in found]


def suggest_by_model(
    chat: Chat,
    chunks: Sequence[Chunk],
    questions: Iterable[Question],
    limit: int,
    language: Language | None,
) -> Iterator[Question]:
    """A question that a model makes of a passage of every uncovered part.

    What the model says is taken as a suggestion only: a draft with the passage as its place. Where
    its answer cannot be read, the template stands in.

    Raises:
        ModelError: the model gives no reply.
    """
    for chunk in uncovered(chunks, questions)[:limit]:
        spoken = language or passage_language(chunk.text)
        said = parsed_json(chat(*ask_suggestion(chunk, spoken)))
        asked = said.get("question") if isinstance(said, dict) else None
        if not isinstance(asked, str) or not 3 < len(asked.strip()) < 400:
            yield _by_template(chunk, language)
            continue
        yield draft(
            asked,
            [place_of(chunk, chunks)],
            language=spoken,
            tags=("suggested",),
            note="suggested by a model",
        )


def _by_template(chunk: Chunk, language: Language | None) -> Question:
    topic = chunk.path[-1]
    spoken = language or passage_language("".join(chunk.path) + chunk.text)
    return draft(
        _TEMPLATES[spoken].format(topic=topic),
        [Place(source=chunk.source, path=chunk.path)],
        language=spoken,
        tags=("suggested",),
        note="suggested by template: " + " > ".join(chunk.path),
    )
