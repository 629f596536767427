"""Reads documents from anywhere in child processes with bounds on time and memory.

A document can make any parser crash, hang or fill the memory; here that costs one child process and
one row in the ledger. A child reads document after document, so the cost of its start is shared.
"""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ingest.extract.sandbox.wire import receive, send, unpacked
from ingest.extract.sniff import format_of
from ingest.extract.types import Extracted, ExtractError

_ROOT = Path(__file__).resolve().parents[3]
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one document may take.

    `seconds` is wall time, `memory` the child's address space in bytes; the others are sizes of
    bodies in bytes: PDFs carry pictures, pages and texts do not. A child ends after `documents`, as
    libraries give memory back late or never.
    """

    seconds: float = 60.0
    memory: int = 1536 * _MEGABYTE
    pdf_size: int = 100 * _MEGABYTE
    text_size: int = 10 * _MEGABYTE
    documents: int = 200


class Extractor:
    """Reads documents; safe to use from several threads. To be closed, or used in `with`."""

    def __init__(self, limits: Limits | None = None, *, children: int = 1) -> None:
        """`children` is how many documents are read at once."""
        self._limits = limits or Limits()
        self._children: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._count = children
        for _ in range(children):
            self._children.put(_Child(self._limits))

    def extract(self, body: bytes, *, content_type: str | None, url: str) -> Extracted:
        """The main text of a fetched document, whatever its headers say that it is.

        Args:
            body: the document, with transfer and content encodings undone.
            content_type: the `Content-Type` header, used only where the content does not tell.
            url: where it came from; for messages and as a hint for the title.

        Raises:
            ExtractError: there is no text to be had; `status` tells the kind of reason.
        """
        form = format_of(body, content_type, url)
        most = self._limits.pdf_size if form in ("pdf", "mhtml") else self._limits.text_size
        if len(body) > most:
            size, limit = len(body) // _MEGABYTE, most // _MEGABYTE
            raise ExtractError("too_large", f"{url} has {size} MB; up to {limit} MB are read.")
        child = self._children.get()
        try:
            return child.read(body, content_type, url)
        finally:
            self._children.put(child)

    def close(self) -> None:
        """End the child processes; waits for documents that are being read."""
        all_of_them = [self._children.get() for _ in range(self._count)]
        for child in all_of_them:
            child.stop()
            self._children.put(child)

    def __enter__(self) -> Extractor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Child:
    """One child process, started when it is needed; used by one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def read(self, body: bytes, content_type: str | None, url: str) -> Extracted:
        if self._read >= self._limits.documents:
            self.stop()
        process = self._process or self._start()
        self._read += 1
        late = threading.Event()
        timer = threading.Timer(self._limits.seconds, _end, (process, late))
        timer.start()
        try:
            answer = _ask(process, {"content_type": content_type, "url": url}, body)
        finally:
            timer.cancel()
        if answer is not None:
            # What went wrong may have left the child short of memory.
            if answer.get("status") in ("error", "too_large"):
                self.stop()
            return unpacked(answer)
        self.stop()
        if late.is_set():
            seconds = f"{self._limits.seconds:g} s"
            raise ExtractError("error", f"{url} was not read within {seconds}.")
        raise ExtractError("error", f"{url} is damaged: the program that reads it broke down.")

    def _start(self) -> subprocess.Popen[bytes]:
        seconds = int(self._limits.seconds * self._limits.documents) + 1
        command = [sys.executable, "-m", "ingest.extract.sandbox.worker"]
        # No environment: a broken parser has no business with keys. A directory that has `ingest`.
        self._process = subprocess.Popen(  # noqa: S603
            [*command, str(self._limits.memory), str(seconds)],
            cwd=_ROOT,
            env={"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._read = 0
        return self._process

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not written yet is of no use
                    pipe.close()
        process.wait()


def _ask(
    process: subprocess.Popen[bytes], head: dict[str, str | None], body: bytes
) -> dict[str, object] | None:
    """Send a document and wait for the answer; None when the child ended instead."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        send(process.stdin, head, body)
        message = receive(process.stdout)
    except (OSError, ValueError):
        return None
    return message[0] if message else None


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def extract(body: bytes, *, content_type: str | None, url: str) -> Extracted:
    """The main text of one document; `Extractor` is cheaper for many.

    Raises:
        ExtractError: there is no text to be had; `status` tells the kind of reason.
    """
    with Extractor() as extractor:
        return extractor.extract(body, content_type=content_type, url=url)
