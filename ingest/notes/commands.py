"""Commands of site generators in the lines of a note, also those written over several lines."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.notes.line_syntax import SPACES
from ingest.notes.lines import Line
from ingest.notes.shortcodes import closed_names, may_hold_commands, without_commands

_COMMAND_LINES = 30  # a command written over more lines is none


def commands_read(lines: Sequence[Line]) -> list[Line]:
    """The lines with commands reduced to what they say."""
    if not any(may_hold_commands(line.text) for line in lines if line.role != "code"):
        return list(lines)
    closed = closed_names("\n".join(line.text for line in lines if line.role != "code"))
    read: list[Line] = []
    for line in _joined(lines):
        if line.role == "code" or not may_hold_commands(line.text):
            read.append(line)
            continue
        text = without_commands(line.text, closed)
        if text.strip(SPACES + "-*+|>"):
            read.append(line.saying(text))
    return read


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Lines of which none ends within a command."""
    joined: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if (
            line.role != "code"
            and (opened := max(line.text.rfind("{{<"), line.text.rfind("{{%"))) >= 0
        ):
            closing = line.text[opened + 2].replace("<", ">") + "}}"
            parts = [line.text]
            ahead = at
            while closing not in parts[-1] and ahead < min(at + _COMMAND_LINES, len(lines)):
                if lines[ahead].role == "code":
                    break
                parts.append(lines[ahead].text.strip())
                ahead += 1
            if len(parts) > 1 and closing in parts[-1] and closing not in line.text[opened:]:
                line = Line(" ".join(parts), line.start, lines[ahead - 1].end)
                at = ahead
        joined.append(line)
    return joined
