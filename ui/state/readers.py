"""Who reads: a random name in a cookie that carries our signature.

Shiori has no accounts: whoever holds a name sees the conversations begun under it. So a name that
another service of this host has set, or that somebody has made up, counts for nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

import structlog

from rag.errors import DiskFull
from rag.storage.atomic import write_atomically

log = structlog.get_logger(__name__)

READER_COOKIE = "shiori_reader"
KEY_FILE = "readers.key"

_KEY = re.compile(rb"[0-9a-f]{64}")
_VALUE = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})", re.ASCII)
_MOST_COOKIES = 100  # a request with more of our name than that is no browser's


class Readers:
    """Makes the names of readers and knows them again.

    Args:
        key: what names are signed with; a fresh one knows none of the names given before.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def new_value(self) -> str:
        """The value of a new reader's cookie."""
        name = new_name()
        return name + self._signature(name)

    def name_in(self, headers: Iterable[str]) -> str:
        """The reader's name in `Cookie` headers; empty where there is none of ours, or several.

        Another service of the host can add a cookie of the same name, even one that it got here:
        of two signed ones nobody can tell whose this browser is.
        """
        names = {self._name(value) for value in _values(headers)} - {""}
        return names.pop() if len(names) == 1 else ""

    def _name(self, value: str) -> str:
        match = _VALUE.fullmatch(value)
        if not match or not hmac.compare_digest(match[2], self._signature(match[1])):
            return ""
        return match[1]

    def _signature(self, name: str) -> str:
        return hmac.new(self._key, f"reader {name}".encode(), hashlib.sha256).hexdigest()[:32]


def new_name() -> str:
    """A name that nobody can guess."""
    return secrets.token_hex(16)


def open_readers(data_dir: Path) -> Readers:
    """The readers that a data folder knows; where it cannot be written, of this process alone."""
    path = data_dir / KEY_FILE
    try:
        if not _KEY.fullmatch(path.read_bytes()):
            raise FileNotFoundError  # damaged: the same as none
    except FileNotFoundError:
        try:
            write_atomically(path, secrets.token_hex(32).encode())
        except DiskFull as error:
            log.warning("readers_not_kept", reason=str(error))
            return Readers(secrets.token_bytes(32))
    except OSError as error:
        log.warning("readers_not_kept", reason=str(error))
        return Readers(secrets.token_bytes(32))
    return Readers(path.read_bytes())


def _values(headers: Iterable[str]) -> list[str]:
    """The values of our cookie in the headers, however often it is there."""
    found: list[str] = []
    for header in headers:
        for part in header.split(";"):
            name, _, value = part.partition("=")
            if name.strip() == READER_COOKIE:
                found.append(value.strip().strip('"'))
    return found[:_MOST_COOKIES]
