"""Finds, loads and names the embedding model that the settings ask for."""

from __future__ import annotations

import hashlib
import re
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embedding.embedder import Embedder
from rag.embedding.weights import WEIGHTS_SHA256, find_weights, read_weights
from rag.errors import ShioriError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from rag.embedding.cross_encoder import CrossEncoder

HUB_NAME = "intfloat/multilingual-e5-small"
_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
_HUB_TIMEOUT = 10.0  # seconds
_MODEL_FILES = {".json", ".safetensors", ".bin", ".model", ".txt"}

_loaded: dict[str, Embedder] = {}
_cross_encoders: list[CrossEncoder] = []
_loading = threading.Lock()


def load_embedder(model: str = "") -> Embedder:
    """The embedder of a model, loaded once a process and safe to share between threads.

    Args:
        model: a hub name or a folder; empty for the embedded model (multilingual-e5-small).

    Raises:
        ShioriError: the model cannot be found or read.
    """
    with _loading:
        if model not in _loaded:
            path = find_weights() if not model else None
            _loaded[model] = _load_embedded(path) if path else _load_named(model or HUB_NAME)
        return _loaded[model]


def load_cross_encoder() -> CrossEncoder | None:
    """The reader, loaded once a process and safe to share; None where there is no embedded model.

    Raises:
        ShioriError: the embedded model's file, or what was learnt, cannot be read.
    """
    with _loading:
        path = find_weights()
        if not _cross_encoders and path:
            _cross_encoders.append(_load_cross_encoder(path))
        return _cross_encoders[0] if _cross_encoders else None


@cache
def _workers() -> int:
    """The cores for `Embedder` to spread batches over; torch then uses one an operation.

    The latter holds for the whole process, in which nothing else uses torch.
    """
    import torch

    cores = torch.get_num_threads()
    torch.set_num_threads(1)
    return cores


# read once for both that are made of it; a damaged file is told each time
_weights = cache(read_weights)


def _load_embedded(path: Path) -> Embedder:
    weights = _weights(path)  # before the slow import: a damaged file is told at once
    from rag.embedding.quantized_e5 import build_model

    model, count_tokens = build_model(weights)
    fingerprint = f"{HUB_NAME}@q4_0-{WEIGHTS_SHA256[:12]}"
    return Embedder(model, fingerprint, _E5_PROMPTS, count_tokens, _workers())


def _load_cross_encoder(path: Path) -> CrossEncoder:
    weights = _weights(path)
    from rag.embedding.cross_encoder import CrossEncoder, read_learnt

    return CrossEncoder(weights, read_learnt(), _workers())


def _load_named(name: str) -> Embedder:
    folder = Path(name).expanduser()
    if folder.is_dir():
        model, version = _open(name, str(folder), local=True), _digest(folder)
        shown = folder.resolve().name
    else:
        model, shown = _from_hub(name), name
        version = str(getattr(getattr(model[0], "config", None), "_commit_hash", None) or "unknown")
    prompts = _prompts(shown, model)
    told = hashlib.sha256(repr(sorted(prompts.items())).encode()).hexdigest()
    fingerprint = f"{shown}@{version[:12]}-{told[:6]}"
    return Embedder(model, fingerprint, prompts, workers=_workers())


def _from_hub(name: str) -> SentenceTransformer:
    """What was downloaded before, without asking the network; else from the hub."""
    import httpx2  # what huggingface_hub speaks, and lets through its own errors
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        return _open(name, name, local=True)
    except ShioriError:
        pass
    try:  # one quick question: loading itself would retry an unreachable hub for over a minute
        HfApi().model_info(name, timeout=_HUB_TIMEOUT)
    except (HFValidationError, RepositoryNotFoundError) as error:
        raise _unusable(name, "there is no such folder, and no such model on the hub") from error
    except (httpx2.HTTPError, OSError, RuntimeError) as error:
        reason = (
            "there is no such folder, it was not downloaded before, and the hub is out of reach"
        )
        raise _unusable(name, reason) from error
    return _open(name, name, local=False)


def _open(name: str, place: str, *, local: bool) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(place, local_files_only=local)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
        raise _unusable(name, reason) from error


def _unusable(name: str, reason: str) -> ShioriError:
    return ShioriError(
        f"The embedding model {name!r} cannot be loaded: {reason}. EMBEDDING_MODEL takes the name "
        "of a sentence-transformers model on the Hugging Face hub, downloaded at first use, or a "
        "folder that holds one; leave it empty for the embedded model."
    )


def _prompts(name: str, model: SentenceTransformer) -> dict[str, str]:
    """The model's own prompts; E5 models, which ship without, want "query: " and "passage: "."""
    own = {key: prompt for key, prompt in model.prompts.items() if prompt}
    if own:
        return {
            "query": own.get("query", ""),
            "passage": own.get("passage", own.get("document", "")),
        }
    # the instruct kind wants sentences instead, which a folder's own prompts can hold
    is_e5 = (
        re.search(r"(^|[^a-z0-9])e5([^a-z0-9]|$)", name.lower()) and "instruct" not in name.lower()
    )
    return dict(_E5_PROMPTS) if is_e5 else {}


def _digest(folder: Path) -> str:
    """One name for the contents of the files that make a model."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in _MODEL_FILES:
            digest.update(file.relative_to(folder).as_posix().encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
