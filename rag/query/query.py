"""A question that stands alone, with what all stages ask of its words; made once, handed on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.language import question_language
from rag.text.names import names_of
from rag.text.sentences import sentences_of
from rag.text.tokenization import fold
from rag.types import Language

_SHORTEST_SENTENCE = 8  # characters
_MOST_SENTENCES = 4
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched, read and judged.

    `sentences` are those of a question that has several (one may set the scene, another one ask),
    empty for a single one; `names` are its names and Latin terms, `years` its years.
    """

    text: str
    language: Language
    sentences: tuple[str, ...]
    names: tuple[str, ...]
    years: tuple[str, ...]


def query_of(text: str) -> Query:
    """The query that a question is, cleaned and standing alone.

    >>> query_of("What changed for CloudFormation in 2023?").names
    ('CloudFormation',)
    """
    parts = [part for part in sentences_of(text) if len(part) >= _SHORTEST_SENTENCE]
    return Query(
        text=text,
        language=question_language(text),
        sentences=tuple(parts[:_MOST_SENTENCES]) if len(parts) > 1 else (),
        names=names_of(text),
        years=tuple(dict.fromkeys(_YEAR.findall(fold(text)))),
    )
