"""What the answers of servers mean."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

from ingest.fetch.client import Response
from ingest.fetch.errors import FetchError

TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})

_LOGIN = frozenset({401, 403, 407})
_GONE = frozenset({404, 410})


def check_status(response: Response) -> None:
    """Require that an answer holds a page.

    Raises:
        FetchError: what its status means instead.
    """
    status = response.status
    if status in _LOGIN:
        raise FetchError(
            "needs_login",
            f"The site asks for a login or refuses us (HTTP {status}). A copy saved by hand can "
            "go into corpus/snapshots.",
        )
    if status in _GONE:
        raise FetchError("not_found", f"The page is not there (HTTP {status}).")
    if status in (204, 205):
        raise FetchError("empty", f"The server has no content for it (HTTP {status}).")
    if not 200 <= status < 300:
        raise FetchError("error", f"The server answers with an error (HTTP {status}).")


def retry_after(value: str) -> float | None:
    """The seconds that a `Retry-After` header asks for (a number or a date); None without one."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
        return max(0.0, when.timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def as_header(value: str) -> str:
    """A header's value as it may be sent back: printable ASCII of a sane length, or nothing."""
    return value if value.isascii() and value.isprintable() and len(value) <= 1000 else ""
