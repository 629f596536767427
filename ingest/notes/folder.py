"""Which folder of a corpus holds the notes, and the files in it, each under its own name."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.notes.file_kinds import form_of
from ingest.notes.ignore_rules import IGNORE_FILE, IgnoreRules, default_rules
from rag.errors import CorpusError

_INNER = "notes"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not indexed, or not to its end, and why, in words."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file below the notes folder; `name` is its path within it, with `/`, in NFC where that
    tells it from all others."""

    path: Path
    name: str


def notes_folder(corpus_dir: Path) -> Path:
    """Where the notes of a corpus are: in its `notes/`, where nothing else there can be read.

    `questions/` and `snapshots/` may lie beside it (see `is_companion`); a corpus with notes
    elsewhere as well is read whole.

    Raises:
        CorpusError: there is no such folder, or its `notes` is a symbolic link that leaves it.
    """
    if not corpus_dir.is_dir():
        what = "is not a folder" if corpus_dir.exists() else "does not exist"
        raise CorpusError(
            f"The corpus {corpus_dir} {what}. Name a folder of Markdown notes with --corpus."
        )
    inner = corpus_dir / _INNER
    if not inner.is_dir() or _notes_beside(corpus_dir, inner):
        return corpus_dir
    if not inner.resolve().is_relative_to(corpus_dir.resolve()):
        raise CorpusError(
            f"{inner} is a symbolic link that leaves the corpus. Name the folder that it leads to "
            "with --corpus, or copy the notes."
        )
    return inner


def is_companion(corpus_dir: Path, name: str) -> bool:
    """Whether a folder at the top of a corpus is read by another part: questions, saved pages."""
    folder = corpus_dir / name
    if name == "questions":
        return any(folder.glob("*.yaml")) or any(folder.glob("*.yml"))
    if name == "snapshots":
        return (folder / "links.yaml").is_file() or (corpus_dir / _INNER).is_dir()
    return False


def files_of(corpus_dir: Path, folder: Path, skipped: list[Skipped]) -> list[FoundFile]:
    """All files of the notes folder but what is ignored, sorted by name.

    Links that lead out of the folder are refused, those within it are passed over, since what they
    lead to is read anyway.

    Args:
        corpus_dir: the corpus, whose `.shioriignore` holds as well.
        folder: what `notes_folder` said.
        skipped: gets what cannot be listed or followed.
    """
    found = _named(list(_Walk(corpus_dir, folder, skipped).files()), folder)
    if folder != corpus_dir:
        skipped += [
            Skipped(f"../{path.name}", f"lies beside {_INNER}/, which alone is read")
            for path in sorted(corpus_dir.iterdir())
            if path.is_file() and not path.name.startswith(".") and form_of(path.name)
        ]
    return found


def shown(path: Path, folder: Path) -> str:
    """A path within the folder as text; bytes of a name that are not UTF-8 become U+FFFD."""
    within = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
    return within.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _notes_beside(corpus_dir: Path, inner: Path) -> bool:
    """Whether anything that can be read lies in a corpus, but not in its `notes/`.

    A README at the top is about the corpus where `questions/` or `snapshots/` say that it is one.
    """
    own = inner.resolve()
    made = any(is_companion(corpus_dir, name) and (corpus_dir / name).is_dir() for name in _OTHERS)
    for path in _Walk(corpus_dir, corpus_dir, []).files():
        about = path.parent == corpus_dir and path.stem.lower() == "readme"
        if form_of(path.name) and not path.resolve().is_relative_to(own) and not (made and about):
            return True
    return False


_OTHERS = ("questions", "snapshots")


class _Walk:
    """Goes through a folder; each folder's ignore file holds for what is below it."""

    def __init__(self, corpus_dir: Path, folder: Path, skipped: list[Skipped]) -> None:
        self._corpus = corpus_dir
        self._folder = folder
        self._root = folder.resolve()
        self._skipped = skipped

    def files(self) -> Iterator[Path]:
        """The files, folder by folder."""
        rules = default_rules()
        if self._folder != self._corpus:
            rules = self._rules(rules, self._corpus)
        waiting = [(self._folder, rules)]
        while waiting:
            here, rules = waiting.pop()
            entries = self._listed(here)
            if any(entry.name == IGNORE_FILE for entry in entries):
                rules = self._rules(rules, here)
            below: list[tuple[Path, IgnoreRules]] = []
            for path, is_folder in self._kept(here, entries, rules):
                if is_folder:
                    below.append((path, rules))
                else:
                    yield path
            waiting += reversed(below)

    def _rules(self, above: IgnoreRules, folder: Path) -> IgnoreRules:
        base = self._within(folder)
        rules, wrong = above.within(folder, f"{base}/" if base else "")
        if wrong:
            self._skip(folder / IGNORE_FILE, wrong)
        return rules

    def _listed(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as listing:
                return sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self._skip(folder, f"cannot be listed: {error.strerror}")
            return []

    def _kept(
        self, folder: Path, entries: list[os.DirEntry[str]], rules: IgnoreRules
    ) -> Iterator[tuple[Path, bool]]:
        """What lies in a folder and is not ignored, with whether it is a folder itself."""
        names = {entry.name for entry in entries}
        for entry in entries:
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if rules.ignores(self._within(path), folder=is_folder):
                continue
            if entry.is_symlink():
                self._check_link(path)
            elif not is_folder:
                yield path, False
            elif not self._is_other(folder, entry.name, names):
                yield path, True

    def _is_other(self, folder: Path, name: str, names: set[str]) -> bool:
        """Whether a folder belongs to something else: a saved page's pictures and styles, or what
        another part of Shiori reads."""
        stem, _, ending = name.rpartition("_" if name.endswith("_files") else ".")
        if ending == "files" and names & {f"{stem}.html", f"{stem}.htm"}:
            return True
        return folder == self._corpus and name in _OTHERS and is_companion(folder, name)

    def _within(self, path: Path) -> str:
        """The path within the corpus, as the patterns of ignore files see it."""
        within = path.relative_to(self._corpus).as_posix()
        return "" if within == "." else within

    def _skip(self, path: Path, reason: str) -> None:
        self._skipped.append(Skipped(shown(path, self._folder), reason))

    def _check_link(self, path: Path) -> None:
        """A symbolic link is never followed; one that leaves the notes folder is named."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            self._skip(path, "is a symbolic link that leads nowhere")
            return
        if not target.is_relative_to(self._root):
            self._skip(path, "is a symbolic link that leaves the notes folder; copy the file")


def _named(paths: list[Path], folder: Path) -> list[FoundFile]:
    """Names that are NFC, unless that is the name of another file too."""
    raw = [shown(path, folder) for path in paths]
    taken = Counter(raw)
    named: dict[str, Path] = {}
    for path, name in zip(paths, raw, strict=True):
        if taken[name] > 1:  # bytes that are no UTF-8 were all that told them apart
            within = os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")
            named[within] = path
            continue
        composed = unicodedata.normalize("NFC", name)
        free = composed not in named and (composed == name or composed not in taken)
        named[composed if free else name] = path
    return [FoundFile(named[name], name) for name in sorted(named)]
