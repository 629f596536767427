"""Fits the calibration of `rag.reading.answerability` on the dev halves and writes it.

    python -m bench.training.fit_answerability --data .data/fit [--test] [--independent] [--unread]

The sets are those of the shipped notes and of two small corpora about other things, each ingested
below the data folder. `--test` also reports the test halves, which nothing is chosen on. AUC on dev
is by five-fold cross-validation, so that it is not that of the questions the weights were fitted
on; `other corpora` is by weights fitted without the corpus that a question is about;
`--independent` reports on widely worded questions about two of these corpora: by somebody who had
seen nothing but the notes, and nothing is fitted on them, though on others about the same notes;
`--unread` fits the numbers for where there is no cross-encoder.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.embedding import load_cross_encoder, load_embedder
from rag.index import IndexCatalog
from rag.query.query import query_of
from rag.reading.answerability import THRESHOLDS, features
from rag.reading.passages import PASSAGES, read
from rag.reading.unknown_names import unknown_names
from rag.retrieval.retriever import Retriever
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.embedding.cross_encoder import CrossEncoder

_RIDGE = 1.0
_CALIBRATION = Path("rag/reading/calibration.json")
_FOLDS, _REPEATS = 5, 5
_BENCH = Path(__file__).parents[1]
_QUESTIONS = Path(__file__).with_name("questions")
_INDEPENDENT = _QUESTIONS / "independent"
OBSERVATORY, OFFICE = _BENCH / "corpora/observatory", _BENCH / "corpora/office"
# A corpus and the folders of its questions.
CORPORA = {
    "notes": (Path("corpus"), (Path("corpus/questions"), _QUESTIONS / "notes")),
    "observatory": (OBSERVATORY, (OBSERVATORY / "questions", _QUESTIONS / "observatory")),
    "office": (OFFICE, (OFFICE / "questions",)),
}


@dataclass(frozen=True)
class Item:
    """A question of a set with what its search came to."""

    id: str
    corpus: str
    lang: str
    split: str
    answerable: bool
    near: bool
    inputs: Mapping[str, float]


def load(
    data: Path, cross_encoder: CrossEncoder | None, splits: Sequence[str] = ("dev", "test")
) -> list[Item]:
    """Ingest each corpus and search its questions; follow-ups are searched as they stand alone."""
    from ingest.pipeline import ingest

    retriever = Retriever(load_embedder())
    items = []
    for corpus, (folder, questions) in CORPORA.items():
        ingest(Settings(corpus_dir=folder, data_dir=data / corpus), offline=True)
        files = sorted(file for place in questions for file in place.glob("*.yaml"))
        rows = [
            row
            for file in files
            for row in _questions(file)
            if row.get("split", "dev") in splits
            and (row.get("standalone") or not row.get("history"))
        ]
        items += _searched(data, corpus, rows, retriever, cross_encoder)
    return items


def independent(data: Path, cross_encoder: CrossEncoder | None) -> list[Item]:
    """The widely worded questions, searched in what `load` has ingested."""
    retriever = Retriever(load_embedder())
    items = []
    for file in sorted(_INDEPENDENT.glob("*.yaml")):
        items += _searched(data, file.stem, _questions(file), retriever, cross_encoder)
    return items


def _searched(
    data: Path,
    corpus: str,
    rows: Sequence[dict[str, Any]],
    retriever: Retriever,
    cross_encoder: CrossEncoder | None,
) -> list[Item]:
    index = IndexCatalog(data / corpus, retriever.embedder.fingerprint).current()
    items = []
    for row in rows:
        query = query_of(row.get("standalone") or row["question"])
        found = retriever.search(index, query, PASSAGES)
        hits = read(query, found.hits, cross_encoder)
        items.append(_item(corpus, row, features(hits, unknown_names(query, index))))
    return items


def _questions(file: Path) -> Sequence[dict[str, Any]]:
    rows: Sequence[dict[str, Any]] = yaml.safe_load(file.read_text("utf-8")).get("questions") or ()
    return rows


def _item(corpus: str, row: dict[str, Any], inputs: Mapping[str, float]) -> Item:
    return Item(
        row["id"],
        corpus,
        row["lang"],
        row.get("split", "dev"),
        row.get("answerable", True),
        "off-topic" not in row.get("tags", ()),
        inputs,
    )


def matrix(items: Sequence[Item]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Inputs and labels."""
    rows = [list(item.inputs.values()) for item in items]
    return np.array(rows), np.array([item.answerable for item in items])


def fit(
    inputs: NDArray[np.float64],
    labels: NDArray[np.bool_],
    ridge: float = _RIDGE,
    scaled: bool = True,
) -> tuple[NDArray[np.float64], float]:
    """Weights and intercept of a ridge logistic regression, for the inputs as they are.

    Args:
        inputs: shape (rows, inputs).
        labels: shape (rows,).
        ridge: the penalty of a squared weight.
        scaled: whether the penalty is for the weights of inputs of unit variance.
    """
    mean = inputs.mean(0) if scaled else np.zeros(inputs.shape[1])
    spread = inputs.std(0) + 1e-9 if scaled else np.ones(inputs.shape[1])
    rows, sign = (inputs - mean) / spread, np.where(labels, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = sign * (rows @ weights[1:] + weights[0])
        value = float(np.logaddexp(0, -margins).sum() + ridge / 2 * (weights[1:] ** 2).sum())
        slope = -sign / (1 + np.exp(margins))
        return value, np.concatenate([[slope.sum()], slope @ rows + ridge * weights[1:]])

    found = minimize(loss, np.zeros(inputs.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = found[1:] / spread
    return weights, float(found[0] - weights @ mean)


def auc(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """Area under the ROC curve (Hanley & McNeil 1982); ties count half."""
    yes, no = scores[labels][:, None], scores[~labels][None]
    return float((yes > no).mean() + (yes == no).mean() / 2)


def cross_validated(inputs: NDArray[np.float64], labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Scores of questions by weights fitted without them, averaged over shuffles."""
    total = np.zeros(len(labels))
    for seed in range(_REPEATS):
        fold = np.random.default_rng(seed).permutation(len(labels)) % _FOLDS
        for number in range(_FOLDS):
            held = fold == number
            weights, intercept = fit(inputs[~held], labels[~held])
            total[held] += chance(inputs[held], weights, intercept) / _REPEATS
    return total


def by_other_corpora(items: Sequence[Item]) -> NDArray[np.float64]:
    """Scores of questions by weights fitted without the corpus that they are about."""
    inputs, labels = matrix(items)
    scores = np.zeros(len(items))
    for corpus in CORPORA:
        held = np.array([item.corpus == corpus for item in items])
        scores[held] = chance(inputs[held], *fit(inputs[~held], labels[~held]))
    return scores


def chance(
    inputs: NDArray[np.float64], weights: NDArray[np.float64], intercept: float
) -> NDArray[np.float64]:
    """What the model makes of inputs, 0..1."""
    scores: NDArray[np.float64] = 1 / (1 + np.exp(-(inputs @ weights + intercept)))
    return scores


def report(name: str, items: Sequence[Item], scores: NDArray[np.float64]) -> None:
    """AUC and the two errors at each strictness, by language, and AUC by corpus."""
    labels = np.array([item.answerable for item in items])
    near = np.array([item.near for item in items])
    for lang in ("en", "ja"):
        here = np.array([item.lang == lang for item in items])
        yes, no = scores[here & labels], scores[here & ~labels]
        print(f"{name} {lang}: {len(yes)} answerable, {len(no)} not, ", end="")
        print(f"AUC {auc(scores[here], labels[here]):.3f}, ", end="")
        print(f"near the topic {auc(scores[here & near], labels[here & near]):.3f}; ", end="")
        errors = {
            word: (float((yes < least).mean()), float((no >= least).mean()))
            for word, least in THRESHOLDS.items()
        }
        print("refused / falsely answered: ", end="")
        print(", ".join(f"{word} {one:.1%} / {two:.1%}" for word, (one, two) in errors.items()))
    for corpus in dict.fromkeys(item.corpus for item in items):
        here = np.array([item.corpus == corpus for item in items])
        print(f"  {corpus}: AUC {auc(scores[here], labels[here]):.3f}")


def main() -> None:
    """Fit, print the weights as they stand in the code, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".data/fit"))
    parser.add_argument("--test", action="store_true", help="report the test halves, too")
    parser.add_argument("--independent", action="store_true", help="report widely worded questions")
    parser.add_argument("--unread", action="store_true", help="without a cross-encoder")
    options = parser.parse_args()
    cross_encoder = None if options.unread else load_cross_encoder()
    items = load(options.data, cross_encoder)
    dev = [item for item in items if item.split == "dev"]
    inputs, labels = matrix(dev)
    weights, intercept = fit(inputs, labels)
    names = list(dev[0].inputs)
    fitted = {"intercept": round(intercept, 3)}
    fitted |= {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}
    stored = json.loads(_CALIBRATION.read_text("utf-8"))
    stored["unread" if options.unread else "read"] = fitted
    _CALIBRATION.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")
    print(json.dumps(fitted))
    held = cross_validated(inputs, labels)
    report("dev (cross-validated)", dev, held)
    for share in (0.03, 0.04, 0.05, 0.07, 0.1, 0.15):
        least = float(np.quantile(held[labels], share))
        print(
            f"  {share:.0%} refused at {least:.2f}: {(held[~labels] >= least).mean():.1%} falsely"
        )
    report("dev (other corpora)", dev, by_other_corpora(dev))
    if options.test:
        test = [item for item in items if item.split == "test"]
        report("test", test, chance(matrix(test)[0], weights, intercept))
    if options.independent:
        wide = independent(options.data, cross_encoder)
        report("independent", wide, chance(matrix(wide)[0], weights, intercept))


if __name__ == "__main__":
    main()
