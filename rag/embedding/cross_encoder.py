"""The embedded model as a reader: does a passage answer a question?

An embedding tells what a text is about, not what it leaves unsaid: `price of X` is near every
passage about X. A reader sees question and passage together, so that each word of the one can look
at each of the other (a cross-encoder: Nogueira & Cho 2019, arXiv:1901.04085). It is the embedding
model itself with small changes to its matrices (low-rank, as in LoRA: Hu et al. 2021,
arXiv:2106.09685), learnt by `bench/training/train_reader.py` and stored in `reader.npz`.

Import it late, it imports torch.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from rag.embedding.quantized_e5 import QuantisedE5
from rag.embedding.weights import WeightsFile
from rag.errors import ShioriError

LEARNT: Final = Path(__file__).with_name("reader.npz")
QUESTION_TOKENS: Final = 64
PASSAGE_TOKENS: Final = 224
_START, _END = 0, 2
_KEPT = 8192  # pairs of question and passage


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a passage came to: log-odds that it answers, and those of each of its parts."""

    odds: float
    parts: tuple[float, ...]


class CrossEncoder:
    """Reads passages for a question; thread-safe."""

    def __init__(
        self, weights: WeightsFile, learnt: Mapping[str, NDArray[np.generic]], workers: int = 1
    ) -> None:
        """Put what was learnt on the embedded model.

        Args:
            weights: the embedded model.
            learnt: see `apply`.
            workers: how many passages are read beside each other.
        """
        self._encoder = QuantisedE5(weights)
        apply(self._encoder, learnt)
        self._head = torch.from_numpy(np.asarray(learnt["head"], dtype=np.float32))
        self._bias = float(np.asarray(learnt["bias"]).item())
        # one for all questions, so that many at once do not start many threads
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="read")
        # a follow-up is judged twice, and an evaluation asks the same again
        self._kept_odds = lru_cache(_KEPT)(self._odds)
        self._kept_reading = lru_cache(_KEPT)(self._reading)
        place = np.load(LEARNT.with_name("place.npz"))
        self._place = torch.from_numpy(place["w"].astype(np.float32))
        self._place_bias = float(place["b"])

    def read(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Log-odds that each passage answers the question, shape (passages,).

        Of the question 64 tokens are read, of a passage 224.
        """
        odds = list(self._pool.map(partial(self._kept_odds, question), passages))
        return np.array(odds, dtype=np.float32)

    def read_parts(
        self, question: str, passages: Sequence[tuple[str, Sequence[tuple[int, int]]]]
    ) -> list[Reading]:
        """Each passage with its parts, given by where they start and end in it."""
        return [self._kept_reading(question, text, tuple(spans)) for text, spans in passages]

    def _reading(self, question: str, passage: str, spans: tuple[tuple[int, int], ...]) -> Reading:
        asked = self._encoder.token_ids(f"query: {question}")
        fold = self._encoder.fold
        start = fold("passage: ")
        given, places = self._encoder.token_places("passage: " + passage)
        ids = pair(asked, given)
        count = min(len(given), PASSAGE_TOKENS)
        with torch.inference_mode():
            tokens = torch.tensor([ids])
            features = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
            states = self._encoder(features)["token_embeddings"][0]
            odds = float(states.mean(0) @ self._head) + self._bias
            own = (states[-1 - count : -1] @ self._place).numpy() + self._place_bias
        parts = []
        for first, last in spans:
            a = len(start) + len(fold(passage[:first]))
            b = len(start) + len(fold(passage[:last]))
            inside = [own[i] for i, (x, y) in enumerate(places[:count]) if x < b and y > a]
            parts.append(float(np.max(inside)) if inside else -6.0)
        return Reading(odds, tuple(parts))

    def _odds(self, question: str, passage: str) -> float:
        asked = self._encoder.token_ids(f"query: {question}")
        ids = pair(asked, self._encoder.token_ids(f"passage: {passage}"))
        with torch.inference_mode():
            tokens = torch.tensor([ids])
            features = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
            states = self._encoder(features)["token_embeddings"][0]
            return float(states.mean(0) @ self._head) + self._bias


def read_learnt(path: Path = LEARNT) -> dict[str, NDArray[np.generic]]:
    """What `bench/training/train_reader.py` wrote, as `apply` takes it.

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


def pair(question: Sequence[int], passage: Sequence[int]) -> list[int]:
    """Both as one input, in the form that XLM-R was trained on: `<s> A </s></s> B </s>`."""
    asked, given = question[:QUESTION_TOKENS], passage[:PASSAGE_TOKENS]
    return [_START, *asked, _END, _END, *given, _END]


def apply(encoder: QuantisedE5, learnt: Mapping[str, NDArray[np.generic]]) -> None:
    """Add what was learnt to the matrices of `encoder`, in place.

    Args:
        encoder: the embedded model.
        learnt: for a matrix `name` of shape (m, n) its change as a product: `name:left` int8
            (m, rank) and `name:right` int8 (rank, n), with `name:scale` float32 (rank,) for both;
            for a vector `name` its change, float16.
    """
    with torch.no_grad():
        for name, value in encoder.bert.named_parameters():
            if f"{name}:left" in learnt:
                left = np.asarray(learnt[f"{name}:left"], dtype=np.float32)
                right = np.asarray(learnt[f"{name}:right"], dtype=np.float32)
                scale = np.asarray(learnt[f"{name}:scale"], dtype=np.float32)
                value.add_(torch.from_numpy((left * scale) @ right))
            elif name in learnt:
                value.add_(torch.from_numpy(np.asarray(learnt[name], dtype=np.float32)))
