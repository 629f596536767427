"""Tags of HTML and of components (JSX) in a line of Markdown; `<name>` in prose is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

BLOCKS = frozenset(
    """
    address article aside base blockquote body caption center col colgroup dd details
    dialog div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5
    h6 head header hr html iframe legend li link main menu menuitem meta nav noframes
    object ol optgroup option p param picture pre search section select source summary svg
    table tbody td tfoot th thead title tr track ul video audio canvas embed template
    noscript br
    """.split()  # noqa: SIM905
)
INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big button cite code data del dfn em font i img input ins kbd
    label map mark meter output path area progress q rp rt rtc ruby rb s samp slot small
    span strike strong sub sup textarea time tt u var wbr use g rect circle line
    """.split()  # noqa: SIM905
)
_TAG = re.compile(
    r"(?P<ticks>`+)|\\[<`]"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w.-]{0,40})"
    r"(?P<attributes>(?:\s+[^<>\"'=\s{/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|\{[^{}]*\}|[^\s\"'<>]+))?"
    r"|\s*\{[^{}]*\})*)\s*/?>"
    r"|<(?P<fragment>/?)>"
)
_ATTRIBUTE = re.compile(
    r"([^\s\"'=<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^{}]*)[\"'`]\}|([^\s\"'<>{]+))"
)
_LABELS = ("title", "label", "summary", "caption", "heading", "alt")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag at `text[start:end]`; `name` is in lower case for HTML, empty for a JSX fragment."""

    name: str
    closing: bool
    attributes: str
    start: int
    end: int
    empty: bool = False  # closes itself

    @property
    def component(self) -> bool:
        """Whether it is one of a page's components rather than of HTML."""
        return self.name[:1].isupper()

    def label(self) -> str:
        """What the tag itself says to a reader."""
        if not self.attributes:
            return ""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.attributes):
            value = next((part for part in match.groups()[1:] if part), "")
            found.setdefault(match[1].lower(), value)
        return unescape(next((found[name] for name in _LABELS if found.get(name)), "")).strip()

    def attribute(self, name: str) -> str:
        """The value of an attribute, empty without."""
        for match in _ATTRIBUTE.finditer(self.attributes):
            if match[1].lower() == name:
                return unescape(next((part for part in match.groups()[1:] if part), ""))
        return ""


def tags_of(text: str, components: frozenset[str]) -> Iterator[Tag]:
    """The tags of a text outside code spans; `components` are names that the note closes."""
    at = 0
    while match := _TAG.search(text, at):
        at = match.end()
        if match["ticks"]:
            close = _same_run(text, at, match["ticks"])
            at = close if close > 0 else at
            continue
        if match["fragment"] is not None:
            yield Tag("", bool(match["fragment"]), "", match.start(), at)
            continue
        if not match["name"]:
            continue
        name = match["name"]
        known = name.lower() in BLOCKS or name.lower() in INLINE
        if known and not (name[:1].isupper() and name in components):
            yield Tag(name.lower(), bool(match["close"]), match["attributes"], match.start(), at)
        elif name[:1].isupper() and (
            match["close"]
            or name in components
            or "=" in match["attributes"]
            or match[0][-2] == "/"
        ):
            yield Tag(
                name,
                bool(match["close"]),
                match["attributes"],
                match.start(),
                at,
                match[0][-2] == "/",
            )


def _same_run(text: str, start: int, ticks: str) -> int:
    """The offset after the next run of as many backticks, 0 without."""
    for match in re.finditer(r"`+", text[start : start + 2000]):
        if match[0] == ticks:
            return start + match.end()
    return 0


def component_names(text: str) -> frozenset[str]:
    """Names of components that a note closes."""
    return frozenset(re.findall(r"</([A-Z][\w.]*)\s*>", text))
