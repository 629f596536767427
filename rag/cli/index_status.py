"""What is indexed, in figures, without loading a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rag.index import read_served
from rag.settings import Settings
from rag.storage.link_ledger import LedgerRow


def index_status(settings: Settings) -> dict[str, Any]:
    """The generation that serves and what it holds, for JSON; `problem` where it is an old one.

    Raises:
        IndexMissing: nothing has been ingested yet.
        IndexBroken: no generation can be read.
    """
    generation, manifest, problem = read_served(settings.data_dir)
    return {
        "generation": generation,
        "problem": problem,
        "created": manifest.created,
        "sources": dict(manifest.sources),
        "chunks": manifest.chunks,
        "fingerprint": dict(manifest.fingerprint),
    }


def status_lines(status: dict[str, Any], ledger: Sequence[LedgerRow]) -> list[str]:
    """The status as people read it."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(status["sources"].items()))
    lines = [
        f"Generation {status['generation']} of {status['created']}",
        f"{status['chunks']} passages of {kinds}",
    ]
    if status.get("problem"):
        lines.insert(0, status["problem"])
    outcomes = Counter(row.status for row in ledger)
    if outcomes:
        counted = ", ".join(f"{count} {name}" for name, count in outcomes.most_common())
        lines += [f"{len(ledger)} links: {counted}", ""]
    for row in ledger:
        place = row.linked_from[0] if row.linked_from else None
        where = f"{place.source}:{place.line}  " if place else ""
        lines.append(f"{row.status:<17} {where}{row.canonical}")
        if row.reason:
            lines.append(f"{'':<17} {row.reason}")
    return lines
