"""Undoes the compression of a body without ever holding more than was asked for.

Each piece is inflated with zlib's `max_length`, so that a body of kilobytes cannot become one
chunk of gigabytes: the limit holds while inflating, not after it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from ingest.fetch.errors import FetchError

ACCEPT_ENCODING = "gzip, deflate"

_STEP = 256 * 1024
_MAX_MEMBERS = 100
_GZIP = 16 + zlib.MAX_WBITS


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Read a body to its end.

    Args:
        chunks: the body as it came over the wire.
        encoding: the value of `Content-Encoding`, several joined by commas.
        limit: how many bytes the body may have, packed and unpacked.

    Raises:
        FetchError: `too_large`; `unsupported_type` for an encoding that was not asked for or a
            stack of them; `error` for a body that is damaged or ends too early.
    """
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if len(names) > 1:
        raise FetchError("unsupported_type", f"It is compressed more than once ({encoding[:60]}).")
    name = names[0].removeprefix("x-") if names else ""
    if name not in ("", "gzip", "deflate"):
        raise FetchError("unsupported_type", f"It is compressed with {name[:30]}, unasked.")
    body = bytearray()
    inflater = _Inflater(name, limit) if name else None
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if received > limit:
            raise too_large(limit)
        if inflater is None:
            body += chunk
        else:
            inflater.feed(chunk, body)
    if inflater is not None and received:
        inflater.finish()
    return bytes(body)


def too_large(limit: int) -> FetchError:
    """The error for a body over the limit."""
    return FetchError(
        "too_large",
        f"It is larger than {limit:,} bytes (FETCH_MAX_BYTES; after changing it, --retry-failed).",
    )


class _Inflater:
    """Inflates gzip (of any number of members) or deflate (with or without zlib's header)."""

    def __init__(self, name: str, limit: int) -> None:
        self._gzip = name == "gzip"
        self._limit = limit
        self._start = b""
        self._decoder: zlib._Decompress | None = None
        self._members = 1

    def feed(self, chunk: bytes, body: bytearray) -> None:
        """Inflate a chunk into the body."""
        data = self._start + chunk
        self._start = b""
        if self._decoder is None:
            if len(data) < 2:  # deflate's header is told from its first two bytes
                self._start = data
                return
            self._decoder = zlib.decompressobj(self._window(data))
        try:
            self._inflate(data, body)
        except zlib.error as error:
            raise FetchError("error", f"Its compression is damaged ({error}).") from None

    def _inflate(self, data: bytes, body: bytearray) -> None:
        while self._decoder is not None:
            if self._decoder.eof:
                if not self._gzip or data[:2] != b"\x1f\x8b" or self._members >= _MAX_MEMBERS:
                    return  # what follows the end is no part of the body
                self._decoder = zlib.decompressobj(_GZIP)
                self._members += 1
            piece = self._decoder.decompress(data, _STEP)
            body += piece
            if len(body) > self._limit:
                raise too_large(self._limit)
            data = self._decoder.unconsumed_tail or self._decoder.unused_data
            if not data and len(piece) < _STEP:
                return

    def _window(self, data: bytes) -> int:
        if self._gzip:
            return _GZIP
        has_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS

    def finish(self) -> None:
        """Check that the body was whole."""
        if self._decoder is None or not self._decoder.eof:
            raise FetchError("error", "It ended too early.", transient=True)
