"""The embedded model as a reader: does a passage answer a question?

An embedding tells what a text is about, not what it leaves unsaid: `price of X` is near every
passage about X. A reader sees question and passage together, so that each word of the one can look
at each of the other (a cross-encoder: Nogueira & Cho 2019, arXiv:1901.04085). It is the embedding
model itself with small changes to its matrices (low-rank, as in LoRA: Hu et al. 2021,
arXiv:2106.09685), learnt by `bench/training/train_reader.py` and stored in
`reader.npz`. A second head tells of each token whether it belongs to the answer, and so of each
part of a passage whether it answers (`token_head.npz`, from `bench/training/fit_token_head.py`).
"""

from __future__ import annotations

import hashlib
import threading
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.embedding.batching import beside, in_batches
from rag.embedding.encoder import Encoder, load_encoder
from rag.embedding.parameters import Parameters, changed
from rag.embedding.unigram import END, START
from rag.embedding.weights import WeightsFile
from rag.errors import ShioriError

Token = TypeVar("Token")

LEARNT: Final = Path(__file__).with_name("reader.npz")
TOKEN_HEAD: Final = Path(__file__).with_name("token_head.npz")
QUESTION_TOKENS: Final = 64
PASSAGE_TOKENS: Final = 224
_OVERLAP: Final = 32  # tokens of a long passage that two windows share
_MOST_WINDOWS: Final = 4
_UNREAD: Final = -9.0  # log-odds of what was not read
_KEPT: Final = 8192  # pairs of question and passage


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to read, and where its parts start and end in it, in order."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()

    def pieces(self) -> Iterator[tuple[str, int]]:
        """The text cut up, each piece with the part that it is (-1 for what is between parts)."""
        at = 0
        yield "passage: " + self.text[: self.spans[0][0] if self.spans else None], -1
        for part, (start, end) in enumerate(self.spans):
            if part:
                yield self.text[at:start], -1
            yield self.text[start:end], part
            at = end


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a passage came to: log-odds that it answers, and those of each of its parts."""

    odds: float
    parts: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """From vectors, shape (..., hidden), to log-odds."""

    weights: NDArray[np.float32]
    bias: float

    def of(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shape (...,)."""
        odds: NDArray[np.float32] = vectors @ self.weights + np.float32(self.bias)
        return odds


@dataclass(frozen=True, slots=True)
class _Row:
    """A window of a passage as token ids; `parts` holds the part of each token of the passage."""

    passage: Passage
    ids: list[int]
    parts: list[int]


class CrossEncoder:
    """Reads passages for a question; thread-safe."""

    def __init__(self, encoder: Encoder, head: Head, token_head: Head, workers: int = 1) -> None:
        """Put heads on an encoder.

        Args:
            encoder: the embedded model with what was learnt, see `load`.
            head: from the mean of the vectors of tokens to log-odds that the passage answers.
            token_head: from the vector of a token to log-odds that it belongs to the answer.
            workers: how many batches are read beside each other.
        """
        self._encoder = encoder
        self._head, self._token_head, self._workers = head, token_head, workers
        # a follow-up is judged twice, and an evaluation asks the same again
        self._kept: OrderedDict[tuple[str, Passage], Reading] = OrderedDict()
        self._keeping = threading.Lock()

    def odds(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Log-odds that each passage answers the question, shape (passages,)."""
        readings = self.read(question, [Passage(text) for text in passages])
        return np.array([reading.odds for reading in readings], dtype=np.float32)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """What each passage, and each part of it, says to the question.

        Of the question 64 tokens are read. A passage of more than 224 is read in windows, of which
        the one that answers best counts; beyond four of them nothing is read.
        """
        with self._keeping:
            known = {one: self._kept.get((question, one)) for one in passages}
        new = [passage for passage, reading in known.items() if reading is None]
        fresh = self._readings(question, new) if new else {}
        with self._keeping:
            for passage, reading in fresh.items():
                self._kept[question, passage] = reading
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return [fresh.get(one) or known[one] or Reading(_UNREAD, ()) for one in passages]

    def _readings(self, question: str, passages: Sequence[Passage]) -> dict[Passage, Reading]:
        asked = self._encoder.token_ids(f"query: {question}", QUESTION_TOKENS)
        most = PASSAGE_TOKENS + (_MOST_WINDOWS - 1) * (PASSAGE_TOKENS - _OVERLAP)
        rows: list[_Row] = []
        for passage in passages:
            tokens = self._tokens(passage, most)
            rows += [
                _Row(passage, pair(asked, [t for t, _ in part]), [p for _, p in part])
                for part in windows(tokens)
            ]
        batches = in_batches([len(row.ids) for row in rows])
        forward = partial(self._batch, rows)
        odds = dict.fromkeys(passages, _UNREAD)
        parts = {passage: [_UNREAD] * len(passage.spans) for passage in passages}
        for batch, found in zip(batches, beside(forward, batches, self._workers), strict=True):
            for index, (whole, tokens_said) in zip(batch, found, strict=True):
                row = rows[index]
                odds[row.passage] = max(odds[row.passage], whole)
                told = parts[row.passage]
                for part, said in zip(row.parts, tokens_said, strict=True):
                    if part >= 0:
                        told[part] = max(told[part], said)
        return {one: Reading(odds[one], tuple(parts[one])) for one in passages}

    def _tokens(self, passage: Passage, most: int) -> list[tuple[int, int]]:
        """Token ids of a passage, each with the part that it stands in (-1 for none)."""
        found: list[tuple[int, int]] = []
        for text, part in passage.pieces():
            room = most - len(found)
            if room <= 0:
                break
            found += [(token, part) for token in self._encoder.token_ids(text, room)]
        return found

    def _batch(self, rows: Sequence[_Row], batch: Sequence[int]) -> list[tuple[float, list[float]]]:
        states = self._encoder.states([rows[index].ids for index in batch])
        found = []
        for state, index in zip(states, batch, strict=True):
            row = rows[index]
            own = state[: len(row.ids)]
            # the passage's tokens stand before the mark of its end
            said = self._token_head.of(own[len(row.ids) - 1 - len(row.parts) : -1])
            found.append((float(self._head.of(own.mean(axis=0))), said.tolist()))
        return found


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
    head = Head(_floats(learnt["head"]), float(np.asarray(learnt["bias"]).item()))
    tokens = read_learnt(TOKEN_HEAD)
    token_head = Head(_floats(tokens["weights"]), float(np.asarray(tokens["bias"]).item()))
    return CrossEncoder(encoder, head, token_head, workers)


def _floats(values: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)


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


def windows(passage: Sequence[Token]) -> list[Sequence[Token]]:
    """A passage in parts that can be read at once; a short one is the only one."""
    step = PASSAGE_TOKENS - _OVERLAP
    starts = range(0, max(1, len(passage) - _OVERLAP), step)
    return [passage[start : start + PASSAGE_TOKENS] for start in starts]


def pair(question: Sequence[int], passage: Sequence[int]) -> list[int]:
    """Both as one input, in the form that XLM-R was trained on: `<s> A </s></s> B </s>`."""
    asked, given = question[:QUESTION_TOKENS], passage[:PASSAGE_TOKENS]
    return [START, *asked, END, END, *given, END]
