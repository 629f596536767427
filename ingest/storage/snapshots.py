"""Copies of fetched pages in the data folder: what an ingest without a network is built from.

    fetched/pages/<sha256 of the URL>.json     what is known of the copy (`Snapshot`)
    fetched/bodies/<sha256 of the body>        the body, decompressed

Both are written as a whole or not at all, the body first, so that a copy is never half there; one
that is damaged counts as none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import structlog

from ingest.storage.seals import sealed, unsealed
from rag.storage.atomic import write_atomically

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of what stood behind a URL.

    `fetched` is when the body came, `checked` when the server last said that it still holds (ISO
    8601, UTC); `etag` and `last_modified` are what to ask that with; `sha256` and `size` are the
    body's.
    """

    url: str
    final_url: str
    status: int
    content_type: str
    etag: str
    last_modified: str
    fetched: str
    checked: str
    sha256: str
    size: int


class SnapshotStore:
    """The snapshots of a data folder; safe to use from several threads for different URLs."""

    def __init__(self, data_dir: Path) -> None:
        self._pages = data_dir / "fetched" / "pages"
        self._bodies = data_dir / "fetched" / "bodies"

    def get(self, url: str) -> Snapshot | None:
        """What is known of the copy of a URL; None when there is none that can be used."""
        try:
            values = unsealed(self._page(url).read_bytes())
            snapshot = Snapshot(**{field.name: values[field.name] for field in fields(Snapshot)})
            size = self._body(snapshot.sha256).stat().st_size
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            _log.warning("copy_damaged", url=url, reason=str(error))
            return None
        return snapshot if snapshot.url == url and snapshot.size == size else None

    def body(self, snapshot: Snapshot) -> bytes | None:
        """The body of a copy; None when it is not what was stored."""
        try:
            body = self._body(snapshot.sha256).read_bytes()
        except OSError:
            return None
        return body if hashlib.sha256(body).hexdigest() == snapshot.sha256 else None

    def put(
        self,
        url: str,
        body: bytes,
        *,
        now: str,
        final_url: str,
        content_type: str,
        status: int = 200,
        etag: str = "",
        last_modified: str = "",
    ) -> Snapshot:
        """Keep a body as the copy of a URL.

        Raises:
            DiskFull: the data folder cannot be written.
        """
        digest = hashlib.sha256(body).hexdigest()
        snapshot = Snapshot(
            url=url,
            final_url=final_url,
            status=status,
            content_type=content_type,
            etag=etag,
            last_modified=last_modified,
            fetched=now,
            checked=now,
            sha256=digest,
            size=len(body),
        )
        write_atomically(self._body(digest), body)
        self._write(snapshot)
        return snapshot

    def touch(self, snapshot: Snapshot, now: str) -> Snapshot:
        """Note that the server was asked and the copy still holds.

        Raises:
            DiskFull: the data folder cannot be written.
        """
        touched = replace(snapshot, checked=now)
        self._write(touched)
        return touched

    def prune(self, linked: Collection[str], *, unused_since: str) -> None:
        """Remove bodies that no copy uses, and copies that nothing links to any more.

        Args:
            linked: URLs whose copies stay.
            unused_since: copies of other URLs stay as well when they were checked later.
        """
        used: set[str] = set()
        for page in self._pages.glob("*.json"):
            try:
                values = unsealed(page.read_bytes())
                keep = values["url"] in linked or values["checked"] >= unused_since
                digest = str(values["sha256"])
            except (OSError, ValueError, TypeError, KeyError):
                continue
            if keep:
                used.add(digest)
            else:
                page.unlink(missing_ok=True)
        for body in self._bodies.glob("*"):
            if body.name not in used:
                body.unlink(missing_ok=True)

    def _write(self, snapshot: Snapshot) -> None:
        write_atomically(self._page(snapshot.url), sealed(asdict(snapshot)))

    def _page(self, url: str) -> Path:
        return self._pages / f"{hashlib.sha256(url.encode()).hexdigest()}.json"

    def _body(self, digest: str) -> Path:
        return self._bodies / Path(digest).name  # a damaged file must not lead elsewhere
