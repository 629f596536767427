"""What to search in."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Chunk, Kind


@dataclass(frozen=True, slots=True)
class Filters:
    """What to search in; empty means everything.

    `kinds` and `sources` name what is allowed; `section` is text that a step of the breadcrumb must
    contain, upper or lower case.
    """

    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    section: str = ""

    def allows(self, chunk: Chunk) -> bool:
        """Whether a chunk may be returned."""
        if self.kinds and chunk.kind not in self.kinds:
            return False
        if self.sources and chunk.source not in self.sources:
            return False
        wanted = self.section.casefold()
        return not wanted or any(wanted in step.casefold() for step in chunk.path)
