"""`python -m bench`: every benchmark in turn, or those that are named."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import (
    articles,
    cold,
    evaluation,
    page,
    retrieval,
    runtime,
    search,
    throughput,
    written,
)
from bench.report import Table, write_json
from rag.errors import ShioriError
from rag.logs import configure_logs
from rag.settings import Settings, load_settings

ALL = (
    *("retrieval", "search", "evaluation", "written"),
    *("runtime", "cold", "ingest", "articles", "page"),
)


def main() -> int:
    """Measure, print each table as it is done, and write all of them as JSON."""
    given = _arguments()
    settings = load_settings(corpus_dir=given.corpus)
    configure_logs(settings)
    names = given.only or (["retrieval"] if given.rivals else list(ALL))
    try:
        with tempfile.TemporaryDirectory(prefix="shiori-bench-") as folder:
            # An index of its own: notes only, whatever articles the one in use holds.
            own = settings.model_copy(update={"data_dir": Path(folder)})
            tables = [*_measure(own, names, given.split, given.rivals)]
    except ShioriError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    target = given.json or settings.data_dir / "bench" / time.strftime("%Y%m%d-%H%M%S.json")
    write_json(target, tables)
    print(f"\nWritten to {target}")
    return 0


def _measure(settings: Settings, names: list[str], split: str, rivals: bool) -> list[Table]:
    import torch

    threads = torch.get_num_threads()
    steps: dict[str, Callable[[], Table]] = {
        "retrieval": lambda: retrieval.measure(settings, split, with_llamaindex=rivals),
        "search": lambda: search.measure(settings),
        "evaluation": lambda: evaluation.measure(settings),
        "written": lambda: written.measure(settings),
        "runtime": lambda: runtime.measure(settings),
        "cold": lambda: cold.measure(settings),
        "ingest": lambda: throughput.measure(settings, threads),
        "articles": lambda: articles.measure(settings),
        "page": lambda: page.measure(settings),
    }
    throughput.ingest(settings)
    tables = []
    for name in ALL:
        if name in names:
            print(f"... {name}", file=sys.stderr)
            tables.append(steps[name]())
            print(tables[-1].text(), flush=True)
    return tables


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}; all if none")
    parser.add_argument("--rivals", action="store_true", help="add LlamaIndex; retrieval only")
    parser.add_argument("--split", default="all", choices=("all", "dev", "test"))
    parser.add_argument("--corpus", type=Path, help="a corpus other than that of the settings")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    given = parser.parse_args()
    unknown = set(given.only) - set(ALL)
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    return given


if __name__ == "__main__":
    sys.exit(main())
