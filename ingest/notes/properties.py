"""Properties of a note (front matter, Logseq, Notion): which of them a person would ask about."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TITLES = frozenset({"title"})
_NAMES = frozenset(
    {"aliases", "alias", "tags", "tag", "topics", "categories", "category", "keywords"}
)
_DATES = re.compile(
    r"^(?:date|created|published|day|日付|作成日|日時|更新日|updated|modified)", re.IGNORECASE
)
# fields by which the builders of sites put pages in order and dress them
_MACHINERY = re.compile(
    r"^(?:id|uid|uuid|slug|permalink|url|aliases|layout|template|lang|locale|emoji|icon|css\w*|"
    r"redirect\w*|menu\b.*|sidebar.*|nav.*|toc.*|pagination.*|hide.*|show.*|build\b.*|outputs|cascade.*|"
    r"image|cover|banner|thumbnail|hero.*|features.*|head\b.*|math|katex|mermaid|comments|robots|plugin.*|"
    r"weight|order|position|index|collapsed|heading|excalidraw.*|kanban.*|obsidian.*|"
    r"dg-.*|query-.*|background.*|file|filters|public|og:.*|twitter:.*)$"
    r"|[_-](?:weight|order|position|index|url|id|class)$",
    re.IGNORECASE,
)
_SWITCH = re.compile(r"(?:true|false|yes|no|on|off|null|none|~)$", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{16,}$|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_PICTURE = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|ico|avif)(?:[?#]\S*)?$", re.IGNORECASE)
_PATH = re.compile(
    r"\.{0,2}/\S*$|#[0-9a-fA-F]{6}$|[\w-]+(?:/[\w.-]+){2,}/?$|[\w-]+(?:/[\w-]+)*\.[a-z]{2,4}$"
)
_TEMPLATE = re.compile(r"\{\{|<%|\$\{|\$\(")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Property:
    """A field with what it says, on lines `start`..`end`; `values` are its parts as text."""

    key: str
    values: tuple[str, ...]
    start: int
    end: int

    @property
    def text(self) -> str:
        """As it is shown."""
        return f"{self.key}: {', '.join(self.values)}"

    @property
    def names(self) -> bool:
        """Whether it holds tags or other names of the note."""
        return self.key.casefold() in _NAMES

    @property
    def title(self) -> bool:
        """Whether it is the title."""
        return self.key.casefold() in _TITLES

    @property
    def dated(self) -> bool:
        """Whether it says when the note was made."""
        return bool(_DATES.match(self.key))

    @property
    def asked_for(self) -> bool:
        """Whether a person would ask about it: it is neither empty nor there for a machine."""
        if self.names or self.title:
            return False
        said = [value for value in self.values if _says_something(value)]
        if _MACHINERY.search(self.key):  # which holds a word or a number, never a phrase
            said = [value for value in said if " " in value.strip()]
        return bool(said)


def _says_something(value: str) -> bool:
    return bool(
        _LETTER.search(value)
        and not _TEMPLATE.search(value)
        and not any(form.match(value) for form in (_SWITCH, _ID, _PICTURE, _PATH))
    )


def cleaned(value: str) -> str:
    """A value without quotes, links' marks and white space at its ends."""
    value = value.strip().strip("\"'").strip()
    if _TEMPLATE.search(value):
        return ""
    return re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]", r"\1", value)
