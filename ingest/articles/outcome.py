"""From copies and failures to rows: what a link gives when its site was asked, or need not be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.articles.content import Content, Contents
from ingest.extract import Extracted, ExtractError
from ingest.fetch import FetchError, Page
from ingest.storage.snapshots import Snapshot, SnapshotStore
from rag.storage.link_ledger import LedgerRow, LinkStatus

_NOT_ASKED = frozenset({"not_fetched", "forbidden_address"})
_KINDS = {"html": "page", "pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Obtained:
    """What became of a page: its row, its text if there is one, the videos of a playlist.

    `unheard` says that its name is unknown or that it was silent, which may be the network's fault.
    """

    row: LedgerRow
    extracted: Extracted | None = None
    videos: tuple[str, ...] = ()
    unheard: bool = False

    @property
    def has_content(self) -> bool:
        """Whether there is something to index."""
        return self.extracted is not None or bool(self.videos)


class Copies:
    """Makes rows and texts from the copies in a store.

    Args:
        store: the snapshots.
        contents: reads their bodies.
    """

    def __init__(self, store: SnapshotStore, contents: Contents) -> None:
        self._store = store
        self._contents = contents

    def use(
        self, copy: Snapshot, row: LedgerRow, status: LinkStatus, reason: str
    ) -> Obtained | None:
        """The text of a copy, or the row that says that it holds none; None when it is damaged."""
        row = replace(row, checked=copy.checked)
        try:
            content = self._contents.of_copy(copy)
        except ExtractError as error:
            return failure(_described(row, copy, None), error)
        if content is None:
            return None
        row = replace(_described(row, copy, content), status=status, reason=reason)
        return Obtained(row, content.extracted, content.videos)

    def take(self, new: Page, copy: Snapshot | None, row: LedgerRow) -> Obtained:
        """Read a page that has just come, and make it the copy.

        Raises:
            ExtractError: it holds no text; the copy before is left as it was, if there was one.
            DiskFull: the data folder cannot be written.
        """
        try:
            content = self._contents.read(new.body, new.content_type, new.final_url)
        except ExtractError:
            if copy is None:  # then it need not be fetched again to find out the same
                self._put(new, row)
            raise
        kept = self._put(new, row)
        same = copy is not None and copy.sha256 == kept.sha256
        row = replace(
            _described(row, kept, content),
            status="unchanged" if same else "ok",
            reason="Fetched again, and found the same." if same else "",
        )
        return Obtained(row, content.extracted, content.videos)

    def keep(
        self, copy: Snapshot | None, row: LedgerRow, error: FetchError | ExtractError
    ) -> Obtained:
        """The last good copy of a page that cannot be had, or the row that says why not."""
        failed = failure(row, error)
        if copy is None:
            return failed
        reason = f"{error} The copy of {copy.fetched[:10]} is kept."
        kept = self.use(copy, row, "kept_copy", reason)
        if kept is None or not kept.has_content:
            return failed
        row = replace(kept.row, checked=failed.row.checked)
        return replace(kept, row=row, unheard=failed.unheard)

    def _put(self, new: Page, row: LedgerRow) -> Snapshot:
        return self._store.put(
            row.canonical,
            new.body,
            now=row.checked,
            final_url=new.final_url,
            content_type=new.content_type,
            etag=new.etag,
            last_modified=new.last_modified,
        )


def failure(row: LedgerRow, error: FetchError | ExtractError) -> Obtained:
    """The row of a page that could not be had; one whose site was not asked is not `checked`."""
    asked = error.status not in _NOT_ASKED
    unheard = isinstance(error, FetchError) and (
        error.no_network or (error.dead_host and error.status == "not_found")
    )
    checked = row.checked if asked else ""
    return Obtained(
        replace(row, status=error.status, reason=str(error), checked=checked), unheard=unheard
    )


def _described(row: LedgerRow, copy: Snapshot, content: Content | None) -> LedgerRow:
    found = content.extracted if content is not None else None
    kind = _KINDS.get(found.kind, row.kind) if found is not None else row.kind
    return replace(
        row,
        kind=row.kind if row.kind == "video" else kind,
        bytes=copy.size,
        fetched=copy.fetched,
        final_url=copy.final_url,
    )
