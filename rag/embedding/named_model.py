"""Any other model, by its name on the hub or as a folder; import it late, it imports torch."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from rag.embedding.embedder import Embedder
from rag.errors import ShioriError

E5_PROMPTS: Final = {"query": "query: ", "passage": "passage: "}
_HUB_TIMEOUT: Final = 10.0  # seconds
_MODEL_FILES: Final = {".json", ".safetensors", ".bin", ".model", ".txt"}


class NamedModel:
    """A sentence-transformers model as `Embedder` takes it."""

    def __init__(self, model: SentenceTransformer, workers: int) -> None:
        """Wrap a loaded model, which is used from several threads at once."""
        self.transformer = model.eval()
        self.workers = workers if model.device.type == "cpu" else 1
        self.dimension = int(model.get_embedding_dimension() or 0)
        self._preprocessing = threading.Lock()  # transformers' tokenizers must not be shared

    def prepare(self, texts: Sequence[str], prompt: str) -> tuple[Sequence[Any], Sequence[int]]:
        """Texts as they are; a token is about four bytes of UTF-8, in English and in Japanese."""
        sizes = [len(text.encode()) // 4 + 4 for text in texts]
        return [(text, prompt) for text in texts], sizes

    def forward(self, prepared: Sequence[Any]) -> NDArray[np.float32]:
        """Vectors of texts that `prepare` returned."""
        prompt = prepared[0][1]
        with torch.inference_mode():
            with self._preprocessing:
                features = self.transformer.preprocess([one for one, _ in prepared], prompt=prompt)
            for name, value in features.items():
                if isinstance(value, torch.Tensor):
                    features[name] = value.to(self.transformer.device)
            vectors = self.transformer(features)["sentence_embedding"]
            return np.asarray(vectors.float().cpu().numpy(), dtype=np.float32)


@cache
def _workers() -> int:
    """The cores for `Embedder` to spread batches over; torch then uses one an operation.

    The latter holds for the whole process, in which nothing else uses torch.
    """
    cores = torch.get_num_threads()
    torch.set_num_threads(1)
    return cores


def load_named(name: str) -> Embedder:
    """The model of a name on the hub or in a folder.

    Raises:
        ShioriError: it cannot be found or read.
    """
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
    return Embedder(NamedModel(model, _workers()), fingerprint, prompts)


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
    return dict(E5_PROMPTS) if is_e5 else {}


def _digest(folder: Path) -> str:
    """One name for the contents of the files that make a model."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in _MODEL_FILES:
            digest.update(file.relative_to(folder).as_posix().encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
