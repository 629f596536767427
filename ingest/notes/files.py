"""The notes of a corpus: which files they are, and their text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.encoding.detection import UndecodableError, decode
from ingest.notes.file_kinds import READ, FileForm, form_of, why_not_read
from ingest.notes.folder import FoundFile, Skipped, files_of, notes_folder
from rag.errors import CorpusError

__all__ = ["Corpus", "NoteFile", "OtherFile", "Skipped", "notes_folder", "read_corpus", "text_of"]

_MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A note as read: `name` is its path within the notes folder, with `/`, in NFC."""

    name: str
    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file beside the notes that is read in a way of its own; `form` says in which."""

    name: str
    path: Path
    form: FileForm


@dataclass(frozen=True, slots=True)
class Corpus:
    """All notes of a folder, sorted by name, what lies beside them, and what was left out."""

    notes: tuple[NoteFile, ...]
    skipped: tuple[Skipped, ...]
    others: tuple[OtherFile, ...] = ()


def read_corpus(corpus_dir: Path) -> Corpus:
    """Read every note below the notes folder, and find the files that are read otherwise.

    A file that cannot be read or decoded, or is of a kind that is not read, is named in `skipped`.

    Raises:
        CorpusError: the folder is missing, or nothing in it can be read.
    """
    folder = notes_folder(corpus_dir)
    notes: list[NoteFile] = []
    others: list[OtherFile] = []
    skipped: list[Skipped] = []
    for file in files_of(corpus_dir, folder, skipped):
        form = form_of(file.name)
        if form is None:
            skipped.append(Skipped(file.name, why_not_read(file.name)))
        elif form != "note":
            others.append(OtherFile(file.name, file.path, form))
        else:
            found = _read(file)
            (skipped if isinstance(found, Skipped) else notes).append(found)  # type: ignore[arg-type]
    if not notes and not others:
        seen = "".join(f"\n  {item.name}: {item.reason}" for item in skipped[:10])
        raise CorpusError(
            f"There is no Markdown note to read in {folder}, nor another file that is read "
            f"({READ})." + (f" Left out:{seen}" if seen else "")
        )
    if not others and not any(note.text.strip() for note in notes):
        raise CorpusError(f"The Markdown notes in {folder} are all empty.")
    return Corpus(tuple(notes), tuple(skipped), tuple(others))


def text_of(path: Path, name: str) -> tuple[str, str] | Skipped:
    """The text of a file, with `\\n` line ends, and its encoding; or why it has none."""
    data = bytes_of(path, name)
    if isinstance(data, Skipped):
        return data
    try:
        text, encoding = decode(data)
    except UndecodableError as error:
        return Skipped(name, f"is not text in a known encoding: {error}")
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def bytes_of(path: Path, name: str, most: int = _MAX_BYTES) -> bytes | Skipped:
    """What a file holds, or why it is not read."""
    try:
        if not path.is_file():
            return Skipped(name, "is not a regular file")
        if path.stat().st_size > most:
            return Skipped(name, f"is larger than {most // 1024 // 1024} MB; split it up")
        return path.read_bytes()
    except OSError as error:
        return Skipped(name, f"cannot be read: {error.strerror}")


def _read(file: FoundFile) -> NoteFile | Skipped:
    found = text_of(file.path, file.name)
    return found if isinstance(found, Skipped) else NoteFile(file.name, *found)
