"""An ingest that is made to be killed: `python killed_ingest.py DATA FIRST STEP`.

Writes one edition after the other from FIRST on, without end. At STEP, counted over every file that
Python opens, renames or removes in the data folder, it kills itself as `kill -9` would; with STEP 0
somebody else does. Tells in lines that it starts, and how many steps each edition took.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path

from index_fakes import edition, write

import rag.index.chroma  # noqa: F401 - not part of what is measured

_STEPS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "sqlite3.connect"}


def main(data: Path, first: int, step: int) -> None:
    taken = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal taken
        if event in _STEPS and str(data) in str(arguments[0]):
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    print("starts", flush=True)
    for number in itertools.count(first):
        taken = 0
        write(data, *edition(number))
        print(taken, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
