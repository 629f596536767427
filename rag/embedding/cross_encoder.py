"""The embedded model as a reader: does a passage answer a question?

An embedding tells what a text is about, not what it leaves unsaid: `price of X` is near every
passage about X. A reader sees question and passage together, so that each word of the one can look
at each of the other (a cross-encoder: Nogueira & Cho 2019, arXiv:1901.04085). It is the embedding
model itself with small changes to its matrices (low-rank, as in LoRA: Hu et al. 2021,
arXiv:2106.09685), learnt by `bench/training/train_reader.py` and stored in `reader.npz`.
"""

from __future__ import annotations

import hashlib
import threading
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rag.embedding.batching import beside, in_batches
from rag.embedding.encoder import Encoder, load_encoder
from rag.embedding.parameters import Parameters, changed
from rag.embedding.unigram import END, START
from rag.embedding.weights import WeightsFile
from rag.errors import ShioriError

LEARNT: Final = Path(__file__).with_name("reader.npz")
QUESTION_TOKENS: Final = 64
PASSAGE_TOKENS: Final = 224
_OVERLAP: Final = 32  # tokens of a long passage that two windows share
_MOST_WINDOWS: Final = 4
_KEPT: Final = 8192  # pairs of question and passage


class CrossEncoder:
    """Reads passages for a question; thread-safe."""

    def __init__(
        self, encoder: Encoder, head: NDArray[np.float32], bias: float, workers: int = 1
    ) -> None:
        """Put a head on an encoder.

        Args:
            encoder: the embedded model with what was learnt, see `load`.
            head: from the mean of the vectors of tokens to log-odds, shape (hidden,).
            bias: added to them.
            workers: how many batches are read beside each other.
        """
        self._encoder = encoder
        self._head, self._bias, self._workers = head, bias, workers
        # a follow-up is judged twice, and an evaluation asks the same again
        self._kept: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._keeping = threading.Lock()

    def read(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Log-odds that each passage answers the question, shape (passages,).

        Of the question 64 tokens are read. A passage of more than 224 is read in parts, of which
        the one that answers best counts.
        """
        with self._keeping:
            known = {one: self._kept.get((question, one)) for one in passages}
        new = [passage for passage, odds in known.items() if odds is None]
        fresh = self._odds(question, new) if new else {}
        with self._keeping:
            for passage, odds in fresh.items():
                self._kept[question, passage] = odds
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        found = [fresh.get(one, known[one]) for one in passages]
        return np.array(found, dtype=np.float32)

    def _odds(self, question: str, passages: Sequence[str]) -> dict[str, float]:
        asked = self._encoder.token_ids(f"query: {question}", QUESTION_TOKENS)
        most = PASSAGE_TOKENS + (_MOST_WINDOWS - 1) * (PASSAGE_TOKENS - _OVERLAP)
        texts, rows = [], []
        for text in passages:
            for part in windows(self._encoder.token_ids(f"passage: {text}", most)):
                texts.append(text)
                rows.append(pair(asked, part))
        batches = in_batches([len(row) for row in rows])
        forward = partial(self._batch, rows)
        best: dict[str, float] = {}
        for batch, odds in zip(batches, beside(forward, batches, self._workers), strict=True):
            for index, one in zip(batch, odds.tolist(), strict=True):
                best[texts[index]] = max(one, best.get(texts[index], one))
        return best

    def _batch(self, rows: Sequence[Sequence[int]], batch: Sequence[int]) -> NDArray[np.float32]:
        odds: NDArray[np.float32] = self._encoder.means([rows[index] for index in batch])
        return odds @ self._head + self._bias


def load(weights: WeightsFile, data_dir: Path | None = None, workers: int = 1) -> CrossEncoder:
    """The reader on the embedded model.

    Args:
        weights: the embedded model.
        data_dir: where the graph is kept, if anywhere.
        workers: see `CrossEncoder`.

    Raises:
        ShioriError: what was learnt cannot be read.
    """
    learnt = read_learnt()

    def change(before: Parameters) -> Parameters:
        return changed(before, learnt)

    name = hashlib.sha256(LEARNT.read_bytes()).hexdigest()[:8]
    encoder = load_encoder(weights, "reader", data_dir, change, f"-{name}")
    head = np.asarray(learnt["head"], dtype=np.float32)
    return CrossEncoder(encoder, head, float(np.asarray(learnt["bias"]).item()), workers)


def read_learnt(path: Path = LEARNT) -> dict[str, NDArray[Any]]:
    """What `bench/training/train_reader.py` wrote, as `rag.embedding.parameters.changed` takes it.

    Raises:
        ShioriError: the file is missing or damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise ShioriError(
            f"What the reader learnt cannot be read from {path} ({error}). It belongs to Shiori: "
            "install it again, or restore the file with git."
        ) from error


def windows(passage: Sequence[int]) -> list[Sequence[int]]:
    """A passage in parts that can be read at once; a short one is the only one."""
    step = PASSAGE_TOKENS - _OVERLAP
    starts = range(0, max(1, len(passage) - _OVERLAP), step)
    return [passage[start : start + PASSAGE_TOKENS] for start in starts]


def pair(question: Sequence[int], passage: Sequence[int]) -> list[int]:
    """Both as one input, in the form that XLM-R was trained on: `<s> A </s></s> B </s>`."""
    asked, given = question[:QUESTION_TOKENS], passage[:PASSAGE_TOKENS]
    return [START, *asked, END, END, *given, END]
