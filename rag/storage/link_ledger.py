"""What became of every link in the notes: the file that an ingest leaves behind, and its reader.

`links.jsonl` in the data folder holds one JSON object a line, in the order of the notes, with the
fields of `LedgerRow`; a field that is missing has its default, one that is unknown is ignored. The
ingest replaces the file as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from rag.errors import ShioriError
from rag.types import Provenance

LEDGER_FILE = "links.jsonl"

LinkStatus = Literal[
    "ok",  # fetched, or taken from a file saved by hand
    "unchanged",  # the copy at hand is fresh, or the server says that it still holds
    "kept_copy",  # the page cannot be had any more; its last good copy stays
    "robots",
    "not_found",
    "forbidden_address",
    "too_large",
    "timeout",
    "no_transcript",
    "needs_login",
    "unsupported_type",
    "empty",
    "not_fetched",  # offline, no network, or no time left, and no copy at hand
    "error",
]
Outcome = Literal["ok", "failed", "skipped"]

_STATUSES = frozenset(get_args(LinkStatus))
_OK = frozenset({"ok", "unchanged", "kept_copy"})
_SKIPPED = frozenset({"robots", "unsupported_type", "not_fetched"})


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A link and what became of it.

    `url` is as written in the notes and `canonical` what stands for all its spellings; `reason`
    says in words what `status` means here; `seconds` is the time spent on it and `bytes` the size
    of the body at hand; `fetched` is when that copy came and `checked` when its site was last
    asked (ISO 8601, UTC, empty for never); `final_url` is where redirects led; `via` is the
    canonical URL of the playlist that a video comes from.
    """

    url: str
    canonical: str
    kind: str
    status: LinkStatus
    reason: str = ""
    seconds: float = 0.0
    bytes: int = 0
    fetched: str = ""
    checked: str = ""
    final_url: str = ""
    via: str = ""
    linked_from: tuple[Provenance, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Whether the link's text is in the index, was left out on purpose, or failed."""
        if self.status in _OK:
            return "ok"
        return "skipped" if self.status in _SKIPPED else "failed"

    def as_dict(self) -> dict[str, Any]:
        """The row for JSON."""
        return {**asdict(self), "outcome": self.outcome}


def read_ledger(data_dir: Path) -> list[LedgerRow]:
    """The rows of the last ingest, in the order of the notes; none when there was no ingest.

    Raises:
        ShioriError: the file is damaged; names the line.
    """
    path = data_dir / LEDGER_FILE
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ShioriError(f"The ledger {path} cannot be read: {error}.") from error
    rows: list[LedgerRow] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rows.append(_row(json.loads(line)))
            except (
                ValueError,
                TypeError,
                KeyError,
                AttributeError,
                OverflowError,
                RecursionError,
            ) as error:
                raise ShioriError(
                    f"The ledger {path} is damaged in line {number} ({error}). "
                    "Delete the file and run: python -m ingest"
                ) from error
    return rows


def count_outcomes(rows: Iterable[LedgerRow]) -> dict[Outcome, int]:
    """How many links are in the index, failed, or were left out on purpose."""
    counts: dict[Outcome, int] = {"ok": 0, "failed": 0, "skipped": 0}
    for row in rows:
        counts[row.outcome] += 1
    return counts


def _row(values: Mapping[str, Any]) -> LedgerRow:
    names = {field.name for field in fields(LedgerRow)} - {"linked_from"}
    given = {name: value for name, value in values.items() if name in names}
    if given["status"] not in _STATUSES:
        raise ValueError(f"unknown status {given['status']!r}")
    where = tuple(
        Provenance(
            source=str(item["source"]),
            line=int(item["line"]),
            path=tuple(item["path"]),
            text=str(item.get("text", "")),
        )
        for item in values.get("linked_from", ())
    )
    return LedgerRow(**given, linked_from=where)
