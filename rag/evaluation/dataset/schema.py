"""What a question file holds, and every way in which one can be wrong.

```yaml
questions:
  - id: hosts-en                  # unique in the whole set
    question: "Which Git hosts can it sync from?"
    lang: en                      # en | ja
    split: dev                    # dev | test; dev unless given
    answerable: true              # true unless given
    kind: list                    # fact | list | comparison | definition | why | topic | follow-up
    tags: [paraphrase]
    expect:                       # places a right answer points at; all keys of one must hold
      - quote: "the words of the note"
      - {source: notes.md, lines: 84-86}
      - path: [Updates, CI/CD]
      - source: https://example.org/article
    facts:                        # what it must say, each with its accepted wordings
      - ["GitHub Enterprise Server", "GHES"]
    history: [{question: "...", answer: "..."}]
    standalone: "..."             # a follow-up asked in full
    note: "for people"
    draft: true                   # read and checked, never counted
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, cast

import yaml

from rag.evaluation.dataset.question import (
    KINDS,
    LANGUAGES,
    SPLITS,
    Place,
    Question,
    QuestionKind,
    Split,
)
from rag.evaluation.dataset.yaml_nodes import (
    Problems,
    choice,
    compose,
    compose_text,
    entries,
    items,
    line_of,
    text,
    truth,
)
from rag.types import Language, Turn

_FIELDS = (
    "id", "question", "lang", "split", "answerable", "kind", "tags", "expect", "facts", "history",
    "standalone", "note", "draft",
)  # fmt: skip
_PLACE_FIELDS = ("quote", "source", "lines", "path")
_ID = re.compile(r"\w[\w.\-]*")
_LINES = re.compile(r"(\d{1,7})(?:\s*-\s*(\d{1,7}))?")
_MAX_QUESTION = 2_000
T = TypeVar("T")


def read_file(path: Path, problems: Problems) -> list[Question]:
    """The questions of one file, drafts included; what is wrong goes to `problems`."""
    return _questions(compose(path, problems), problems)


def read_text(text: str, problems: Problems) -> list[Question]:
    """The questions of a file that is not written yet, as `read_file` would find them."""
    return _questions(compose_text(text, problems), problems)


def _questions(root: yaml.Node | None, problems: Problems) -> list[Question]:
    if root is None:
        return []
    top = entries(root, problems, ("questions",))
    if "questions" not in top:
        if not problems.found:
            problems.add(root, "expected the key 'questions' with a list of questions")
        return []
    listed = top["questions"]
    if isinstance(listed, yaml.ScalarNode) and not listed.value:
        return []  # the last draft was moved elsewhere
    return [_question(node, problems) for node in items(listed, problems, "questions")]


def _question(node: yaml.Node, problems: Problems) -> Question:
    values = entries(node, problems, _FIELDS)
    if not isinstance(node, yaml.MappingNode):
        return Question("", "", "en")  # that it is none has been said
    for name in ("id", "question", "lang"):
        if name not in values:
            problems.add(node, f"'{name}' is missing")

    def get(name: str, read: Callable[[yaml.Node, Problems, str], T], default: T) -> T:
        return read(values[name], problems, name) if name in values else default

    found = Question(
        id=get("id", _identifier, ""),
        text=get("question", _asked, ""),
        language=cast(Language, get("lang", _one_of(LANGUAGES), "en")),
        split=cast(Split, get("split", _one_of(SPLITS), "dev")),
        answerable=get("answerable", truth, True),
        kind=cast(QuestionKind, get("kind", _one_of(KINDS), "fact")),
        tags=get("tags", _texts, ()),
        expect=get("expect", _places, ()),
        facts=get("facts", _facts, ()),
        history=get("history", _history, ()),
        standalone=get("standalone", text, ""),
        note=get("note", text, ""),
        draft=get("draft", truth, False),
        file=str(problems.path),
        line=line_of(node),
    )
    _check_whole(found, values, node, problems)
    return found


def _check_whole(
    found: Question, values: Mapping[str, yaml.Node], node: yaml.Node, problems: Problems
) -> None:
    if found.answerable and not found.expect and "expect" not in values and not found.draft:
        problems.add(node, "answerable, but 'expect' names no place that answers it")
    if not found.answerable:
        for name in ("expect", "facts"):
            if name in values:
                problems.add(values[name], f"not answerable, yet '{name}' is given")
    if found.kind == "follow-up" and not found.history:
        problems.add(node, "a follow-up needs the 'history' it follows")
    if found.kind == "follow-up" and not found.standalone:
        problems.add(node, "a follow-up needs 'standalone', the question asked in full")
    if found.standalone and not found.history:
        problems.add(values["standalone"], "'standalone' is only for a question with 'history'")


def _one_of(allowed: tuple[str, ...]) -> Callable[[yaml.Node, Problems, str], str]:
    return lambda node, problems, what: choice(node, problems, what, allowed)


def _identifier(node: yaml.Node, problems: Problems, what: str) -> str:
    value = text(node, problems, what)
    if value and not _ID.fullmatch(value):
        problems.add(node, f"id '{value}': letters, digits, '.', '_' and '-' only")
    return value


def _asked(node: yaml.Node, problems: Problems, what: str) -> str:
    value = text(node, problems, what)
    if len(value) > _MAX_QUESTION:
        problems.add(node, f"question is longer than {_MAX_QUESTION} characters")
    return value


def _texts(node: yaml.Node, problems: Problems, what: str) -> tuple[str, ...]:
    return tuple(text(item, problems, what) for item in items(node, problems, what))


def _facts(node: yaml.Node, problems: Problems, what: str) -> tuple[tuple[str, ...], ...]:
    facts: list[tuple[str, ...]] = []
    for item in items(node, problems, what):
        one = isinstance(item, yaml.ScalarNode)
        wordings = (text(item, problems, "fact"),) if one else _texts(item, problems, "fact")
        if not wordings:
            problems.add(item, "a fact without any wording")
        facts.append(wordings)
    return tuple(facts)


def _history(node: yaml.Node, problems: Problems, what: str) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for item in items(node, problems, what):
        values = entries(item, problems, ("question", "answer"))
        asked = text(values["question"], problems, "question") if "question" in values else ""
        if "question" not in values and isinstance(item, yaml.MappingNode):
            problems.add(item, "a turn of 'history' needs a 'question'")
        answered = text(values["answer"], problems, "answer") if "answer" in values else ""
        turns.append(Turn(asked, answered))
    return tuple(turns)


def _places(node: yaml.Node, problems: Problems, what: str) -> tuple[Place, ...]:
    places = tuple(_place(item, problems) for item in items(node, problems, what))
    if not places:
        problems.add(node, "'expect' names no place")
    return places


def _place(node: yaml.Node, problems: Problems) -> Place:
    values = entries(node, problems, _PLACE_FIELDS)
    if not values and isinstance(node, yaml.MappingNode):
        problems.add(node, "a place needs a quote, a source, lines of a source, or a path")
    if "lines" in values and "source" not in values:
        problems.add(values["lines"], "'lines' need the 'source' they are in")
    return Place(
        quote=text(values["quote"], problems, "quote") if "quote" in values else "",
        source=text(values["source"], problems, "source") if "source" in values else "",
        lines=_lines(values["lines"], problems) if "lines" in values else None,
        path=_texts(values["path"], problems, "path") if "path" in values else (),
        line=line_of(node),
    )


def _lines(node: yaml.Node, problems: Problems) -> tuple[int, int] | None:
    value = text(node, problems, "lines")
    match = _LINES.fullmatch(value)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last:
        if value:
            problems.add(node, f"lines '{value}': expected a line or a range, such as 84-86")
        return None
    return first, last
