"""What is passed over without a word: `.shioriignore` files in gitignore syntax, and defaults.

The syntax is that of pathspec's `GitIgnoreSpec` (https://python-path-specification.readthedocs.io),
which follows git where gitignore's manual leaves things open. A file rules its folder and what is
below; the nearest one that says something decides, and any of them overrides the defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from ingest.encoding.detection import UndecodableError, decode

IGNORE_FILE = ".shioriignore"

DEFAULTS = (
    ".*",  # .git, .obsidian, .trash, .venv and all that hides
    "node_modules/",
    "__pycache__/",
    "venv/",
    "logseq/bak/",
    "logseq/version-files/",
    "Thumbs.db",
    "desktop.ini",
)
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules that hold in a folder: `layers` of (the folder's path with `/`, spec), outermost
    first; paths are those within the corpus."""

    layers: tuple[tuple[str, GitIgnoreSpec], ...]

    def ignores(self, path: str, *, folder: bool = False) -> bool:
        """Whether a file or folder is passed over.

        Args:
            path: within the corpus, with `/`.
            folder: whether it is a folder.
        """
        for base, spec in reversed(self.layers):
            within = path[len(base) :] + ("/" if folder else "")
            decided = spec.check_file(within).include
            if decided is not None:
                return decided
        return False

    def within(self, folder: Path, base: str) -> tuple[IgnoreRules, str]:
        """The rules below a folder, and what is wrong with its file (empty if nothing).

        Args:
            folder: the folder.
            base: its path within the corpus, with `/` at the end; empty for the corpus itself.
        """
        file = folder / IGNORE_FILE
        try:
            if file.is_symlink() or not file.is_file():
                return self, ""
            if file.stat().st_size > _MAX_BYTES:
                return self, f"is larger than {_MAX_BYTES:,} bytes and is not followed"
            lines = decode(file.read_bytes())[0].splitlines()
        except OSError as error:
            return self, f"cannot be read and is not followed: {error.strerror}"
        except UndecodableError as error:
            return self, f"is not text in a known encoding and is not followed: {error}"
        spec, wrong = _spec(lines)
        what = f"line {wrong} is no pattern and is passed over" if wrong else ""
        return IgnoreRules((*self.layers, (base, spec))), what


def default_rules() -> IgnoreRules:
    """What is passed over where no file says otherwise."""
    return IgnoreRules((("", GitIgnoreSpec.from_lines(DEFAULTS)),))


def _spec(lines: Iterable[str]) -> tuple[GitIgnoreSpec, int]:
    """The patterns that can be read, and the number of the first line that cannot (0 for none)."""
    patterns: list[GitIgnoreSpecPattern] = []
    wrong = 0
    for number, line in enumerate(lines, 1):
        try:
            patterns.extend(GitIgnoreSpec.from_lines([line]).patterns)
        except (GitIgnorePatternError, re.error):
            wrong = wrong or number
    return GitIgnoreSpec(patterns), wrong
