"""What an evaluation must reach, and how large a drop is more than noise.

Read from the table `[tool.shiori.evaluation]` of a pyproject.toml or from a YAML file with the same
keys; a metric takes one number, or one for each group:

```toml
[tool.shiori.evaluation]
confidence = 0.95
smallest_drop = 0.01
watch = ["hit_1200", "mrr_10"]
[tool.shiori.evaluation.at_least]
hit_1200 = { en = 0.95, ja = 0.95 }
[tool.shiori.evaluation.at_most]
false_answer = 0.2
stale = 0.0
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from rag.errors import BaselineError
from rag.evaluation.dataset.question import LANGUAGES
from rag.evaluation.dataset.questions import THRESHOLDS_FILE
from rag.evaluation.dataset.yaml_nodes import did_you_mean
from rag.evaluation.metrics.retrieval import METRICS
from rag.evaluation.summary import ALL, GROUPINGS
from rag.text.bounded_yaml import BoundedLoader

SHARES = {
    "stale": "questions whose place is gone from the corpus",
    "unindexed": "questions with a place that no passage of the index holds",
    "errors": "questions that ended in an error",
}
"""Limits that are no metric: shares of all questions."""
WATCHED = (
    "hit_1", "hit_1200", "recall_10", "mrr_10", "ndcg_10", "citation_precision", "citation_recall",
    "quote_validity", "mark_validity", "fact_coverage", "unsupported", "language_match",
    "false_answer", "false_refusal", "auc",
)  # fmt: skip
_DEFAULT_LIMITS = {("stale", ALL): 0.05, ("unindexed", ALL): 0.05, ("errors", ALL): 0.0}
_KEYS = ("confidence", "smallest_drop", "watch", "at_least", "at_most")
Limits = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits by (metric, group), and when a drop against the baseline counts.

    A watched metric is worse when the paired bootstrap is sure that it dropped at all, and it
    dropped by at least `smallest_drop`. `confidence` is that of the whole run: with 0.95, at most
    one change in twenty that has no effect turns it red, however many metrics are watched.
    """

    at_least: Limits = field(default_factory=dict)
    at_most: Limits = field(default_factory=lambda: dict(_DEFAULT_LIMITS))
    watch: tuple[str, ...] = WATCHED
    confidence: float = 0.95
    smallest_drop: float = 0.01
    origin: str = ""


def load_thresholds(named: Path | None, questions: Path, project: Path) -> Thresholds:
    """The thresholds of the first of these that has any; the defaults where none has.

    Args:
        named: a file given on the command line; it must exist and hold thresholds.
        questions: the question file or folder; its `thresholds.yaml` is next.
        project: a folder whose pyproject.toml is last.

    Raises:
        BaselineError: a file cannot be read or holds a key, metric, group or number that is wrong.
    """
    if named is not None:
        found = _read(named)
        if found is None:
            raise BaselineError(f"{named}: no table [tool.shiori.evaluation] in it")
        return _thresholds(found, named)
    folder = questions if questions.is_dir() else questions.parent
    for path in (folder / THRESHOLDS_FILE, project / "pyproject.toml"):
        found = _read(path) if path.is_file() else None
        if found is not None:
            return _thresholds(found, path)
    return Thresholds()


def _read(path: Path) -> dict[str, Any] | None:
    """The table of a file; None where a TOML file has none."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            table: Any = tomllib.loads(text)
            for key in ("tool", "shiori", "evaluation"):
                table = table.get(key, {}) if isinstance(table, dict) else {}
            return dict(table) or None if isinstance(table, dict) else None
        loaded = yaml.load(text, Loader=BoundedLoader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"{path}: cannot be read: {error}") from None
    except RecursionError:
        raise BaselineError(f"{path}: lists within lists, too deep to be thresholds") from None
    except (ValueError, yaml.YAMLError) as error:  # a number or date that is none, too
        raise BaselineError(f"{path}: not {path.suffix.strip('.').upper()}: {error}") from None
    if not isinstance(loaded, dict):
        raise BaselineError(f"{path}: expected keys and values such as {', '.join(_KEYS)}")
    return loaded


def _thresholds(table: Mapping[str, Any], path: Path) -> Thresholds:
    for key in table:
        if key not in _KEYS:
            _refuse(path, f"unknown key '{key}'{did_you_mean(str(key), _KEYS)}")
    watch = table.get("watch", WATCHED)
    if not isinstance(watch, list | tuple):
        _refuse(path, "watch: expected a list of metrics")
    for name in watch:
        _known(path, "watch", name, METRICS)
    return Thresholds(
        _limits(path, table, "at_least"),
        _DEFAULT_LIMITS | _limits(path, table, "at_most"),
        tuple(watch),
        _number(path, "confidence", table.get("confidence", 0.95), 0.5, 0.9999),
        _number(path, "smallest_drop", table.get("smallest_drop", 0.01), 0.0, 1.0),
        str(path),
    )


def _limits(path: Path, table: Mapping[str, Any], key: str) -> dict[tuple[str, str], float]:
    given = table.get(key, {})
    if not isinstance(given, dict):
        _refuse(path, f"{key}: expected metrics and numbers")
    limits: dict[tuple[str, str], float] = {}
    for name, value in given.items():
        _known(path, key, name, [*METRICS, *(SHARES if key == "at_most" else ())])
        by_group = value if isinstance(value, dict) else {ALL: value}
        for group, number in by_group.items():
            where = f"{key}.{name}.{group}"
            limits[name, _group(path, where, str(group))] = _number(path, where, number, 0, 1)
    return limits


def _group(path: Path, where: str, name: str) -> str:
    if name in LANGUAGES:
        return f"lang:{name}"
    if name == ALL or (name.partition(":")[0] in GROUPINGS and name.partition(":")[2]):
        return name
    options = f"{ALL}, {', '.join(LANGUAGES)}, {', '.join(f'{one}:...' for one in GROUPINGS)}"
    raise BaselineError(f"{path}: {where}: group '{name}' is none of {options}")


def _known(path: Path, where: str, name: object, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        _refuse(path, f"{where}: unknown metric '{name}'{did_you_mean(str(name), names)}")


def _number(path: Path, where: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        _refuse(path, f"{where}: {value!r} is not a number from {low} to {high}")
    return float(value)


def _refuse(path: Path, message: str) -> NoReturn:
    raise BaselineError(f"{path}: {message}")
