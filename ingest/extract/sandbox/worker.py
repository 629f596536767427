"""The child process that reads documents: started by `Extractor`, bounded, and free to crash."""

from __future__ import annotations

import os
import sys

from ingest.extract.document import read_document
from ingest.extract.sandbox.wire import packed, receive, send
from ingest.extract.types import Extracted, ExtractError


def main() -> int:
    """Read requests from standard input and answer them on standard output until it ends."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    _limit(memory, seconds)
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (message := receive(sys.stdin.buffer)) is not None:
        head, body = message
        del message
        send(answers, packed(_read(body, head["content_type"], head["url"])))
        del body
    return 0


def _read(body: bytes, content_type: str | None, url: str) -> Extracted | ExtractError:
    try:
        return read_document(body, content_type=content_type, url=url)
    except ExtractError as error:
        return error
    except MemoryError:
        return ExtractError("too_large", f"{url} needs more memory than reading it may take.")
    except RecursionError:
        return ExtractError("error", f"{url} is nested too deeply to be read.")


def _limit(memory: int, seconds: int) -> None:
    """Bound address space, processor time and files, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":  # elsewhere the limit is missing or refused
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    raise SystemExit(main())
