"""Writes the ledger; what it holds and who reads it is `rag.storage.link_ledger`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from rag.storage.atomic import write_atomically
from rag.storage.link_ledger import LEDGER_FILE, LedgerRow


def write_ledger(data_dir: Path, rows: Iterable[LedgerRow]) -> None:
    """Replace the ledger of a data folder.

    Raises:
        DiskFull: the folder cannot be written.
    """
    lines = [json.dumps(row.as_dict(), ensure_ascii=False) + "\n" for row in rows]
    write_atomically(data_dir / LEDGER_FILE, "".join(lines).encode())
