"""Fits the weights of `rag.answerability` on the dev half of the question set and prints them.

    python -m ingest --offline --data .data/fit
    python -m bench.fit_answerability --data .data/fit [--test]

`--test` also reports the test half, which nothing is chosen on. AUC on dev is by five-fold
cross-validation, so that it is not that of the questions the weights were fitted on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.answerability import THRESHOLDS, features
from rag.embedding import load_embedder
from rag.evidence import Evidence, evidence_of
from rag.index import IndexReader
from rag.retriever import Retriever

# The patterns of rag.asked were written with dev in view, so that its cross-validation flatters
# them: a strong ridge keeps what they weigh in check.
_RIDGE = 10.0
_FOLDS, _REPEATS = 5, 5


@dataclass(frozen=True)
class Item:
    """A question of the set with the evidence of its search."""

    id: str
    lang: str
    split: str
    answerable: bool
    evidence: Evidence


def load(questions: Path, data: Path) -> list[Item]:
    """Search every question; follow-ups are searched as they stand alone."""
    embedder = load_embedder()
    index = IndexReader(data, embedder.fingerprint).current()
    retriever = Retriever(embedder)
    items = []
    for file in sorted(questions.glob("*.yaml")):
        for row in yaml.safe_load(file.read_text(encoding="utf-8"))["questions"]:
            if row.get("history") and not row.get("standalone"):
                continue
            found = retriever.search(index, row.get("standalone") or row["question"])
            items.append(
                Item(row["id"], row["lang"], row["split"], row["answerable"], evidence_of(found))
            )
    return items


def matrix(items: Sequence[Item]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Inputs and labels."""
    rows = [list(features(item.evidence).values()) for item in items]
    return np.array(rows), np.array([item.answerable for item in items])


def fit(
    inputs: NDArray[np.float64], labels: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Ridge logistic regression on standardised inputs; weights are for the inputs as they are."""
    mean, spread = inputs.mean(0), inputs.std(0) + 1e-9
    scaled, sign = (inputs - mean) / spread, np.where(labels, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> float:
        margins = sign * (scaled @ weights[1:] + weights[0])
        return float(np.logaddexp(0, -margins).sum() + _RIDGE / 2 * (weights[1:] ** 2).sum())

    found = minimize(loss, np.zeros(inputs.shape[1] + 1), method="L-BFGS-B").x
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
            total[held] += 1 / (1 + np.exp(-(inputs[held] @ weights + intercept))) / _REPEATS
    return total


def report(name: str, items: Sequence[Item], scores: NDArray[np.float64]) -> None:
    """AUC and the two errors at each strictness, by language."""
    for lang in ("en", "ja"):
        here = np.array([item.lang == lang for item in items])
        labels = np.array([item.answerable for item in items])[here]
        found = scores[here]
        print(f"{name} {lang}: {labels.sum()} answerable, {(~labels).sum()} not, ", end="")
        print(f"AUC {auc(found, labels):.3f}; refused / falsely answered: ", end="")
        errors = {
            word: (float((found[labels] < least).mean()), float((found[~labels] >= least).mean()))
            for word, least in THRESHOLDS.items()
        }
        print(", ".join(f"{word} {no:.1%} / {yes:.1%}" for word, (no, yes) in errors.items()))


def main() -> None:
    """Fit, print the weights as they stand in the code, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=Path("corpus/questions"))
    parser.add_argument("--data", type=Path, default=Path(".data/fit"))
    parser.add_argument("--test", action="store_true", help="report the test half, too")
    options = parser.parse_args()
    items = load(options.questions, options.data)
    dev = [item for item in items if item.split == "dev"]
    inputs, labels = matrix(dev)
    weights, intercept = fit(inputs, labels)
    print(f"INTERCEPT: Final = {intercept:.2f}\nWEIGHTS: Final = {{")
    for name, weight in zip(features(dev[0].evidence), weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print("}")
    report("dev (cross-validated)", dev, cross_validated(inputs, labels))
    if options.test:
        test = [item for item in items if item.split == "test"]
        held = matrix(test)[0]
        report("test", test, 1 / (1 + np.exp(-(held @ weights + intercept))))


if __name__ == "__main__":
    main()
