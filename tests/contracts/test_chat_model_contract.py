"""What a chat model of ours must do; `IMPLEMENTATIONS` are all the ways there are to make one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from fault_server import error, serve, streamed
from langchain_core.language_models import FakeListChatModel

import rag.llm.chat_model
from rag.llm.budget import MAX_CALLS, Limit
from rag.llm.chat_model import ChatModel, Finish, StreamingModel, load_chat_model
from rag.llm.errors import ModelFailure
from rag.settings import load_settings

TEXT = "CloudFormationがGitとの同期をサポート[1]。\n\n- ok, \"quoted\" & <b>done</b>"  # fmt: skip
Made = AbstractContextManager[StreamingModel]


@contextmanager
def by_server(text: str | None) -> Iterator[StreamingModel]:
    """The client of a provider against a server on loopback; without a text the server fails."""
    reply = error(400, "no") if text is None else streamed(text)
    with serve(lambda number, body: reply) as server:
        settings = load_settings(llm_base_url=server.url, openai_api_key="sk-x", llm_timeout=20)
        yield load_chat_model("openai:m", settings)


@contextmanager
def by_langchain(text: str | None) -> Iterator[StreamingModel]:
    """Any chat model of LangChain."""

    class Failing(FakeListChatModel):
        def _stream(self, *args: object, **more: object) -> Iterator[object]:  # type: ignore[override]
            raise ValueError("no")

    client = FakeListChatModel(responses=[text]) if text else Failing(responses=[""])
    yield ChatModel("fake:m", client, 20)


IMPLEMENTATIONS: dict[str, Callable[[str | None], Made]] = {
    "a provider's client": by_server,
    "any model of LangChain": by_langchain,
}


@pytest.fixture(params=IMPLEMENTATIONS)
def make(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str | None], Made]:
    monkeypatch.setattr(rag.llm.chat_model, "_BACKOFF", 0.02)
    return IMPLEMENTATIONS[request.param]


def test_pieces_of_text_then_one_finish(make: Callable[[str | None], Made]) -> None:
    with make(TEXT) as model:
        limit = Limit(time.monotonic() + 20)
        *pieces, finish = model.stream("Be brief.", "What changed?", limit)
    assert isinstance(finish, Finish)
    assert all(isinstance(piece, str) and piece for piece in pieces)
    assert "".join(map(str, pieces)) == TEXT
    assert limit.used == 1
    assert all(count >= 0 for count in finish.tokens.values())


def test_it_says_who_it_is_and_how_much_it_reads(make: Callable[[str | None], Made]) -> None:
    with make(TEXT) as model:
        assert ":" in model.name
        assert model.context > 0


def test_a_failure_is_one_kind_within_its_calls(make: Callable[[str | None], Made]) -> None:
    with make(None) as model:
        limit = Limit(time.monotonic() + 20)
        with pytest.raises(ModelFailure) as caught:
            list(model.stream("Be brief.", "What changed?", limit))
    assert caught.value.kind
    assert 1 <= limit.used <= MAX_CALLS


def test_nothing_is_asked_when_nothing_is_left(make: Callable[[str | None], Made]) -> None:
    with make(TEXT) as model:
        for spent in (Limit(time.monotonic() - 1), Limit(time.monotonic() + 20, used=MAX_CALLS)):
            used = spent.used
            with pytest.raises(ModelFailure) as caught:
                list(model.stream("Be brief.", "What changed?", spent))
            assert caught.value.kind == "limit"
            assert spent.used == used
