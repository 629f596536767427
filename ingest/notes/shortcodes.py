"""Commands of site generators (`{{< >}}`, `{% %}`, `{{ }}`, `{: }`) and what they say."""

from __future__ import annotations

import re

_COMMAND = re.compile(
    r"(?P<ticks>`+)|\\[{`]"
    r"|\{\{(?P<kind>[<%])(?P<site>(?:(?!\{\{)[^\n]){0,3000}?)[%>]\}\}"
    r"|\{%-?(?P<liquid>(?:(?!\{%)[^\n]){0,600}?)-?%\}"
    r"|\{\{(?P<value>[^{}\n]{0,300})\}\}"
    r"|\{::?[^{}\n]{0,300}\}"
)
_NAMED = re.compile(
    r"\b(?:title|text|label|caption|summary|heading|alt|name|header)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|“([^”]*)”)"
)
_QUOTED = re.compile(r"(?:^|\s)\"([^\"]*)\"|(?:^|\s)'([^']*)'")
_NAME = re.compile(r"\s*(/|end)?\s*([\w./:-]+)")
_ADDRESS = re.compile(r"[/#]|\.\w{1,5}$|://")
CONTAINER = ":::"


def may_hold_commands(text: str) -> bool:
    """Whether a line is worth reading for commands."""
    return "{{" in text or "{%" in text or "{:" in text


def without_commands(text: str, closed: frozenset[str]) -> str:
    """A line with its commands reduced to what they say.

    A line that is one command with a title whose end stands further below (`closed`) becomes the
    start of a container, its end the end.
    """
    alone = _COMMAND.fullmatch(text.strip())
    if alone and (alone["site"] is not None or alone["liquid"] is not None):
        body = alone["site"] if alone["site"] is not None else alone["liquid"]
        name = _NAME.match(body)
        label = label_of(body)
        indent = text[: len(text) - len(text.lstrip())]
        if name and name[2] in closed:
            if name[1]:
                return indent + CONTAINER
            return f"{indent}{CONTAINER}x {label}".rstrip()
        return indent + label
    parts: list[str] = []
    at = done = 0
    while match := _COMMAND.search(text, at):
        at = match.end()
        if match["ticks"]:
            close = text.find(match["ticks"], at)
            at = close + len(match["ticks"]) if close > 0 else at
            continue
        if match[0].startswith("\\") or text.endswith("](", 0, match.start()):
            continue
        parts.append(text[done : match.start()])
        body = match["site"] if match["site"] is not None else match["liquid"]
        if body is not None:
            label, name = label_of(body), _NAME.match(body)
            titled = label and name and name[2] in closed and text[at : at + 1].strip()
            parts.append(f"{label}: " if titled else label)
        done = at
    return "".join([*parts, text[done:]])


def label_of(body: str) -> str:
    """What a command says to a reader: its title, its caption, its words in quotes."""
    named = _NAMED.search(body)
    if named:
        return next((part for part in named.groups() if part), "").strip()
    quoted = _QUOTED.search(body)
    said = next((part for part in quoted.groups() if part), "").strip() if quoted else ""
    return (
        ""
        if _ADDRESS.search(said) or (said.isascii() and " " not in said and said.islower())
        else said
    )


def closed_names(text: str) -> frozenset[str]:
    """Names of commands that a note also ends."""
    found = re.findall(r"\{\{[<%]\s*/\s*([\w./:-]+)|\{%-?\s*end([\w-]+)", text)
    return frozenset(name for pair in found for name in pair if name)
