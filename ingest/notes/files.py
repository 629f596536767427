"""The notes of a corpus: which files they are, and their text."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.encoding.detection import UndecodableError, decode
from rag.errors import CorpusError

_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A note as read: `name` is its path within the notes folder, with `/`, in NFC."""

    name: str
    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not indexed, and why, in words."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """All notes of a folder, sorted by name, and what was left out."""

    notes: tuple[NoteFile, ...]
    skipped: tuple[Skipped, ...]


def notes_folder(corpus_dir: Path) -> Path:
    """Where the notes of a corpus are: in its `notes/`, or in the folder itself.

    Raises:
        CorpusError: there is no such folder, or its `notes` is a symbolic link that leaves it.
    """
    if not corpus_dir.is_dir():
        what = "is not a folder" if corpus_dir.exists() else "does not exist"
        raise CorpusError(
            f"The corpus {corpus_dir} {what}. Name a folder of Markdown notes with --corpus."
        )
    inner = corpus_dir / "notes"
    if not inner.is_dir():
        return corpus_dir
    if not inner.resolve().is_relative_to(corpus_dir.resolve()):
        raise CorpusError(
            f"{inner} is a symbolic link that leaves the corpus. Name the folder that it leads to "
            "with --corpus, or copy the notes."
        )
    return inner


def read_corpus(corpus_dir: Path) -> Corpus:
    """Read every Markdown file below the notes folder.

    A file that cannot be read or decoded is named in `skipped`; links that lead out of the folder
    are refused, those within it are passed over, since what they lead to is read anyway.

    Raises:
        CorpusError: the folder is missing, or no Markdown note in it can be read.
    """
    folder = notes_folder(corpus_dir)
    notes: dict[str, NoteFile] = {}
    skipped: list[Skipped] = []
    for path in _candidates(folder, skipped):
        name = unicodedata.normalize("NFC", _shown(path, folder))
        found = _read(path, name)
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            notes[name] = found
    if not notes:
        seen = "".join(f"\n  {item.name}: {item.reason}" for item in skipped[:10])
        raise CorpusError(
            f"There is no Markdown note to read in {folder} (files ending in .md or .markdown)."
            + (f" Left out:{seen}" if seen else "")
        )
    if not any(note.text.strip() for note in notes.values()):
        raise CorpusError(f"The Markdown notes in {folder} are all empty.")
    return Corpus(tuple(notes[name] for name in sorted(notes)), tuple(skipped))


def _candidates(folder: Path, skipped: list[Skipped]) -> Iterator[Path]:
    """Markdown files below a folder; hidden folders are not notes."""
    root = folder.resolve()

    def refuse(error: OSError) -> None:
        where = Path(error.filename or folder)
        skipped.append(Skipped(_shown(where, folder), f"cannot be listed: {error.strerror}"))

    for place, folders, files in os.walk(folder, onerror=refuse):
        here = Path(place)
        for entry in sorted(folders):
            if (here / entry).is_symlink():
                _check_link(here / entry, root, folder, skipped)
        folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
        for entry in sorted(files):
            path = here / entry
            if entry.startswith(".") or path.suffix.lower() not in _SUFFIXES:
                continue
            if path.is_symlink():
                _check_link(path, root, folder, skipped)
                continue
            yield path


def _check_link(path: Path, root: Path, folder: Path, skipped: list[Skipped]) -> None:
    """A symbolic link is never followed; one that leaves the notes folder is named."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        skipped.append(Skipped(_shown(path, folder), "is a symbolic link that leads nowhere"))
        return
    if not target.is_relative_to(root):
        reason = "is a symbolic link that leaves the notes folder; copy the file instead"
        skipped.append(Skipped(_shown(path, folder), reason))


def _shown(path: Path, folder: Path) -> str:
    """A path within the folder as text; bytes of a name that are not UTF-8 become U+FFFD."""
    shown = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
    return shown.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _read(path: Path, name: str) -> NoteFile | Skipped:
    try:
        if not path.is_file():
            return Skipped(name, "is not a regular file")
        if path.stat().st_size > _MAX_BYTES:
            return Skipped(name, f"is larger than {_MAX_BYTES // 1024 // 1024} MB; split it up")
        text, encoding = decode(path.read_bytes())
    except OSError as error:
        return Skipped(name, f"cannot be read: {error.strerror}")
    except UndecodableError as error:
        return Skipped(name, f"is not text in a known encoding: {error}")
    return NoteFile(name, text.replace("\r\n", "\n").replace("\r", "\n"), encoding)
