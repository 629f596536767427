"""YAML of people, read as nodes: what a few lines of can take hours, or the stack, is refused."""

from __future__ import annotations

from typing import cast

import yaml

DEEPEST = 12


class Refused(yaml.MarkedYAMLError):
    """YAML that could be read, but is not."""


class BoundedLoader(yaml.SafeLoader):
    """Refuses aliases, and lists within lists beyond what people write."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node, with a complaint at its line where it is none that people write."""
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        at = cast(yaml.Mark, event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            complaint = f"the alias '*{event.anchor}' is not read; write out what it stands for"
            raise Refused(problem=complaint, problem_mark=at)
        if self._depth > DEEPEST:
            raise Refused(problem=f"more than {DEEPEST} levels within each other", problem_mark=at)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def compose(text: str) -> yaml.Node | None:
    """The root node of a text; None where it is empty.

    Raises:
        yaml.YAMLError: it is no YAML, or none that is read; `Refused` says why not.
    """
    return yaml.compose(text, Loader=BoundedLoader)
