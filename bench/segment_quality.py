"""How many segments of a corpus say nothing by themselves.

    python -m bench.segment_quality CORPUS ...

Counts, of the segments that ingestion makes of a folder of notes: bare markup (no letter and no
digit is left without its marks), marks of Markdown or HTML that a reader would see, lines of
nothing but links that are not told as such, and cut sentences (one that ends without a full stop
where the next one goes on in small letters). Code is left out.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from ingest.notes.chunking import chunk_note
from rag.types import Segment

_SPAN = re.compile(r"`+[^`]*`+")
_BARE = re.compile(r"[^\W_]")
_MARKS = re.compile(
    r"\]\(|\]\[|^\s*(?:#{1,6}\s|>\s|\|?\s*:?-{3,})|\*\*\S|</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|<!--|\{#|%%|:::"
)
_LINK = re.compile(r"https?://\S+")
_FULL = re.compile(r"[.!?。！？:：;；…」』）)\]\"'”’`]\s*$")
FAULTS = ("bare", "marks", "links", "cut")


def faults(segments: Iterable[Segment]) -> Counter[str]:
    """Counts by fault, and of all under `segments`."""
    found: Counter[str] = Counter()
    shown = [one for one in segments if one.kind != "code" and not one.context]
    for segment in shown:
        text = _SPAN.sub("x", segment.text)
        found["segments"] += 1
        found["bare"] += not _BARE.search(text)
        found["marks"] += bool(_MARKS.search(text))
        found["links"] += segment.kind != "links" and not _BARE.search(_LINK.sub("", text))
    for one, following in pairwise(shown):
        if one.kind == following.kind == "sentence" and one.parent == following.parent:
            found["cut"] += not _FULL.search(one.text) and following.text[:1].islower()
    return found


def main() -> int:
    """Print a line a corpus."""
    for name in sys.argv[1:]:
        total: Counter[str] = Counter()
        for file in sorted(Path(name).rglob("*.md")):
            note = chunk_note(file.relative_to(name).as_posix(), file.read_text("utf-8", "replace"))
            for chunk in note.chunks:
                total += faults(chunk.segments)
        count = max(total["segments"], 1)
        shares = ", ".join(f"{fault} {total[fault] / count:.2%}" for fault in FAULTS)
        print(f"{name}: {total['segments']} segments; {shares}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
