"""YAML read as nodes, so that every complaint can name the line it is about.

Scalars are taken as written: `id: 2023` and `question: yes` are texts, not a number and a boolean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import yaml

from rag.text import bounded_yaml

NULL = "tag:yaml.org,2002:null"
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(slots=True)
class Problems:
    """What is wrong in a file, in reading order of the checks: (line, message)."""

    path: Path
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, where: yaml.Node | int, message: str) -> None:
        """Note a problem at a node or a line (from 1)."""
        self.found.append((where if isinstance(where, int) else line_of(where), message))

    def lines(self) -> list[str]:
        """One line a problem, `file:line: message`, sorted by line."""
        return [f"{self.path}:{line}: {message}" for line, message in sorted(self.found)]


def line_of(node: yaml.Node) -> int:
    """The line a node starts in, from 1."""
    return int(node.start_mark.line) + 1


def compose(path: Path, problems: Problems) -> yaml.Node | None:
    """The file's root node; None where it is empty or cannot be read, which is noted."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(1, f"not UTF-8 (byte {error.start}); save the file as UTF-8")
        return None
    except OSError as error:
        problems.add(1, f"cannot be read: {error.strerror or error}")
        return None
    return compose_text(text, problems)


def compose_text(text: str, problems: Problems) -> yaml.Node | None:
    """The root node of a file's text; None where it is empty or no YAML, which is noted."""
    try:
        return bounded_yaml.compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(mark.line + 1 if mark else 1, _complaint(error))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.add(line, f"not YAML: it may not hold the character U+{error.character:04X}")
    return None


def _complaint(error: yaml.MarkedYAMLError) -> str:
    said = error.problem or str(error)
    if isinstance(error, bounded_yaml.Refused):
        return said
    if "'\\t'" in said:
        return "not YAML: a tab where only spaces may indent"
    return f"not YAML: {said}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)`, or nothing where nothing is near."""
    near = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""


def entries(node: yaml.Node, problems: Problems, known: Iterable[str]) -> dict[str, yaml.Node]:
    """A mapping's values by key; unknown and repeated keys are noted and left out."""
    if not isinstance(node, yaml.MappingNode):
        problems.add(node, f"expected keys and values, found {kind_of(node)}")
        return {}
    names = list(known)
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in names:
            problems.add(key, f"unknown key '{name}'{did_you_mean(name, names)}")
        elif name in found:
            problems.add(key, f"key '{name}' is there twice")
        else:
            found[name] = value
    return found


def items(node: yaml.Node, problems: Problems, what: str) -> Iterator[yaml.Node]:
    """The items of a list; anything else is noted."""
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    else:
        problems.add(node, f"{what}: expected a list, found {kind_of(node)}")


def text(node: yaml.Node, problems: Problems, what: str) -> str:
    """A scalar as written, stripped; empty ones and other nodes are noted."""
    if not isinstance(node, yaml.ScalarNode):
        problems.add(node, f"{what}: expected text, found {kind_of(node)}")
        return ""
    value = "" if node.tag == NULL else str(node.value).strip()
    if not value:
        problems.add(node, f"{what} is empty")
    return value


def truth(node: yaml.Node, problems: Problems, what: str) -> bool:
    """A boolean; anything else is noted and counts as false."""
    value = node.value.lower() if isinstance(node, yaml.ScalarNode) and not node.style else ""
    if value not in _TRUTH:
        problems.add(node, f"{what}: expected true or false")
    return _TRUTH.get(value, False)


def choice(node: yaml.Node, problems: Problems, what: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words; anything else is noted, and the first stands in for it."""
    value = text(node, problems, what)
    if value in allowed:
        return value
    if value:
        options = ", ".join(allowed)
        hint = did_you_mean(value, allowed)
        problems.add(node, f"{what}: '{value}' is none of {options}{hint}")
    return allowed[0]


def kind_of(node: yaml.Node) -> str:
    """What a node is, in words."""
    if isinstance(node, yaml.MappingNode):
        return "keys and values"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "nothing" if node.tag == NULL else f"the text '{str(node.value)[:40]}'"
