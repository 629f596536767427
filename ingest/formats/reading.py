"""Reads a file beside the notes in the way of its form."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import structlog

from ingest.extract import Extractor
from ingest.formats.canvas import CanvasError, canvas_text
from ingest.formats.documents import Documents
from ingest.formats.notebook import NotebookError, notebook_text
from ingest.formats.table import chunk_table
from ingest.notes.chunking import Note, chunk_note
from ingest.notes.files import OtherFile, Skipped, text_of
from ingest.notes.limits import within_limits
from ingest.storage.extractions import ExtractedCache
from rag.errors import DiskFull

_log = structlog.get_logger(__name__)


class FileReader:
    """Reads files of every form; to be used in `with`, since it may start a child process."""

    def __init__(self, data_dir: Path) -> None:
        self._stack = ExitStack()
        self._documents = Documents(
            self._stack.enter_context(Extractor()), ExtractedCache(data_dir)
        )

    def read(self, file: OtherFile) -> tuple[Note | None, tuple[Skipped, ...]]:
        """What a file gives, and what of it was left out; whatever is wrong with it is told there.

        Raises:
            DiskFull: the data folder cannot be written, which no other file would survive either.
        """
        try:
            return self._read(file)
        except DiskFull:
            raise
        except Exception as error:  # noqa: BLE001 (one bad file must never stop the run)
            _log.exception("file_failed", name=file.name)
            reason = f"could not be read ({type(error).__name__}: {str(error)[:200]})"
            return None, (Skipped(file.name, reason),)

    def _read(self, file: OtherFile) -> tuple[Note | None, tuple[Skipped, ...]]:
        if file.form in ("html", "pdf"):
            document = self._documents.read(file)
            return (None, (document,)) if isinstance(document, Skipped) else (document, ())
        found = text_of(file.path, file.name)
        if isinstance(found, Skipped):
            return None, (found,)
        if file.form == "table":
            note, told = chunk_table(file.name, found[0])
        else:
            try:
                turn = notebook_text if file.form == "notebook" else canvas_text
                text, cut = within_limits(turn(found[0]))
                note = chunk_note(file.name, text)
                told = tuple(Skipped(file.name, reason) for reason in cut)
            except (NotebookError, CanvasError) as error:
                return None, (Skipped(file.name, str(error)),)
        if not note.chunks:
            return None, (*told, Skipped(file.name, "holds no text"))
        return note, told

    def __enter__(self) -> FileReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
