"""When a page is asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rag.storage.link_ledger import LedgerRow

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
# A failure is looked into again sooner than a page that was had.
_FAILED_AGE = timedelta(days=1)
# What depends on this machine or its settings is decided anew in every run.
_ANEW = frozenset({"not_fetched", "forbidden_address"})


def age(text: str) -> timedelta:
    """The time that a setting such as `7d` names."""
    return timedelta(seconds=int(text[:-1]) * _UNITS[text[-1]])


def now() -> str:
    """The present, as it stands in snapshots and the ledger."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def ago(time: timedelta) -> str:
    """The moment so long before the present."""
    return (datetime.now(UTC) - time).isoformat(timespec="seconds")


def is_recent(stamp: str, limit: timedelta) -> bool:
    """Whether a moment is less than so long ago; one that cannot be read is not."""
    try:
        then = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    if then.tzinfo is None:
        return False
    return timedelta(0) <= datetime.now(UTC) - then + timedelta(seconds=1) <= limit


def failed(row: LedgerRow | None) -> bool:
    """Whether the last run could not have the page itself, though perhaps an older copy."""
    return row is not None and (row.status == "kept_copy" or row.outcome != "ok")


def failed_recently(row: LedgerRow | None, max_age: timedelta) -> bool:
    """Whether a page failed so recently that it is not asked for again unless that is wished."""
    if row is None or not failed(row) or row.status in _ANEW:
        return False
    return is_recent(row.checked, min(max_age, _FAILED_AGE))
