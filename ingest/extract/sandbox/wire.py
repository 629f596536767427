"""How a request and its result go through the pipes to and from the child process.

JSON and lengths, no pickle: what comes from a process that reads hostile files is only data.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import IO, Any, get_args

from ingest.extract.types import Extracted, ExtractError, ExtractStatus, block_of

_WIDTH = 12


def send(pipe: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    """Write a message: its head as JSON and a body of any bytes.

    Raises:
        OSError: nobody reads.
    """
    raw = json.dumps(head, ensure_ascii=True).encode()
    pipe.write(b"%*d%*d" % (_WIDTH, len(raw), _WIDTH, len(body)))
    pipe.write(raw)
    pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Read a message; None when the pipe ends first."""
    sizes = pipe.read(2 * _WIDTH)
    if len(sizes) < 2 * _WIDTH:
        return None
    head, body = int(sizes[:_WIDTH]), int(sizes[_WIDTH:])
    raw = pipe.read(head)
    data = pipe.read(body)
    if len(raw) < head or len(data) < body:
        return None
    return json.loads(raw), data


def packed(result: Extracted | ExtractError) -> dict[str, Any]:
    """A result as JSON values."""
    if isinstance(result, ExtractError):
        return {"status": result.status, "message": str(result)}
    return asdict(result)


def unpacked(head: dict[str, Any]) -> Extracted:
    """The result that `packed` made a message of.

    Raises:
        ExtractError: the result was that error.
        KeyError, TypeError, ValueError: the message is none of ours.
    """
    if "status" in head:
        if head["status"] not in get_args(ExtractStatus):
            raise ValueError(head["status"])
        raise ExtractError(head["status"], str(head["message"]))
    blocks = tuple(block_of(block) for block in head.pop("blocks"))
    return Extracted(blocks=blocks, page=tuple(head.pop("page")), **head)
