"""Chat models by one string, `provider:model`, through LangChain's `init_chat_model`.

Whatever a provider does, a call ends within its time: one retry loop of ours (the clients' own are
off), at most three calls, and a rest after repeated failure. Every failure has one kind, from which
readers get one line; neither lines nor logs ever hold what a provider said, since it may repeat a
key or the prompt.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from rag.errors import ModelError
from rag.llm.budget import Breaker, Limit
from rag.llm.connection import Call
from rag.llm.errors import ModelFailure, classify, finish_kind
from rag.llm.providers import PROVIDERS, options_of, parse_models
from rag.settings import Settings
from rag.text.numbers import count_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = structlog.get_logger(__name__)

MAX_CHARACTERS = 40_000
DEFAULT_CONTEXT = 8192
_BACKOFF, _LONGEST_PAUSE = 0.5, 20.0


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a stream: why it ended (`stop`, `length`, empty when not told) and the costs."""

    reason: str
    tokens: Mapping[str, int] = field(default_factory=dict)
    first_token: float = 0.0
    calls: int = 1


def load_chat_model(name: str, settings: Settings) -> ChatModel:
    """Set up a model; nothing is sent yet.

    Raises:
        ModelError: a package or a key is missing; the message names the command or the variable.
    """
    provider_name, _, model = parse_models(name)[0].partition(":")
    provider = PROVIDERS[provider_name]
    if find_spec(provider.package) is None:
        raise ModelError(
            f"LLM={name} needs a package that is not installed: "
            f"pip install 'shiori[{provider.extra}]'"
        )
    options = options_of(name, provider_name, provider, settings)
    from langchain.chat_models import init_chat_model

    try:
        client: BaseChatModel = init_chat_model(model, model_provider=provider_name, **options)
    except Exception as error:  # noqa: BLE001
        # providers raise kinds of their own, whose messages may repeat what they were given
        raise ModelError(
            f"LLM={name} cannot be set up ({type(error).__name__}). Look at the settings of "
            f"{provider_name}: its key, region or address."
        ) from None
    return ChatModel(name, client, settings.llm_timeout, _context(client, settings))


def _context(client: BaseChatModel, settings: Settings) -> int:
    profile = getattr(client, "profile", None) or {}
    return settings.llm_context or count_of(profile.get("max_input_tokens")) or DEFAULT_CONTEXT


class StreamingModel(Protocol):
    """A model whose answer comes piece by piece; `context` is how many tokens it reads."""

    name: str
    context: int

    def stream(self, system: str, user: str, limit: Limit | None = None) -> Iterator[str | Finish]:
        """Yield pieces of text, then one `Finish`."""


class ChatModel:
    """A chat model that streams text and ends in time."""

    def __init__(
        self,
        name: str,
        client: BaseChatModel,
        timeout: float = 60.0,
        context: int = DEFAULT_CONTEXT,
    ) -> None:
        self.name, self.context, self.timeout = name, context, timeout
        self._client = client
        self.breaker = Breaker()

    def stream(self, system: str, user: str, limit: Limit | None = None) -> Iterator[str | Finish]:
        """Yield pieces of text, then one `Finish`.

        Args:
            system: what the model is told to be.
            user: what it is asked.
            limit: shared with the other models of the same answer; None: one of its own.

        Raises:
            ModelFailure: no answer, or it broke off; `kind` says why.
        """
        self.breaker.check()
        started = time.monotonic()
        limit = limit or Limit(started + self.timeout)
        try:
            yield from self._calls(system, user, started, limit)
        except ModelFailure as failure:
            self.breaker.record(ok=not failure.counts)
            seconds = round(time.monotonic() - started, 3)
            log.warning("model failed", model=self.name, seconds=seconds, **failure.facts())
            raise
        self.breaker.record(ok=True)

    def _calls(
        self, system: str, user: str, started: float, limit: Limit
    ) -> Iterator[str | Finish]:
        deadline, call = min(limit.deadline, started + self.timeout), 0
        while True:
            if limit.spent():
                raise ModelFailure("limit")
            call, begun = call + 1, False
            limit.used += 1
            try:
                for item in self._one_call(system, user, started, deadline, call):
                    begun = begun or isinstance(item, str)
                    yield item
            except ModelFailure as failure:
                pause = failure.retry_after
                if pause is None:
                    pause = _BACKOFF * 2 ** (call - 1) * (1 + random.random())  # noqa: S311
                left = deadline - time.monotonic()
                if begun or not failure.retryable or limit.spent():
                    raise
                if pause >= min(left, _LONGEST_PAUSE):
                    raise
                time.sleep(pause)
            else:
                return

    def _one_call(
        self, system: str, user: str, started: float, deadline: float, call: int
    ) -> Iterator[str | Finish]:
        items: queue.Queue[Any] = queue.Queue()
        call_made = Call()
        messages = [("system", system), ("user", user)]
        # A thread of its own: a server that drips bytes would hold a plain iterator for ever.
        threading.Thread(
            target=_pump, args=(self._client, messages, items, call_made), daemon=True
        ).start()
        state = _State(started)
        try:
            while True:
                try:
                    item = items.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise ModelFailure("timeout") from None
                if isinstance(item, ModelFailure):
                    raise item
                if item is None:
                    yield state.finish(call)
                    return
                text = state.take(item)
                if text:
                    yield text
                if state.characters >= MAX_CHARACTERS:
                    state.reason = "length"
                    yield state.finish(call)
                    return
        finally:
            call_made.stop()


class _State:
    """What is known of a stream so far."""

    def __init__(self, started: float) -> None:
        self.started, self.first = started, 0.0
        self.characters, self.reason = 0, ""
        self.tokens: dict[str, int] = {}

    def take(self, chunk: Any) -> str:
        """Account for a message chunk and return its text, cut at the longest answer allowed."""
        usage = chunk.usage_metadata or {}
        for name, key in (("input", "input_tokens"), ("output", "output_tokens")):
            count = count_of(usage.get(key))
            if count:
                self.tokens[name] = self.tokens.get(name, 0) + count
        self.reason = finish_kind(chunk.response_metadata) or self.reason
        text = str(chunk.text)[: MAX_CHARACTERS - self.characters]
        if text and not self.first:
            self.first = time.monotonic() - self.started
        self.characters += len(text)
        return text

    def finish(self, call: int) -> Finish:
        """The end of the stream; an answer without text is a failure."""
        if self.reason == "filtered":
            raise ModelFailure("filtered")
        if not self.characters:
            raise ModelFailure("empty")
        return Finish(self.reason, dict(self.tokens), round(self.first, 3), call)


def _pump(
    client: BaseChatModel,
    messages: list[tuple[str, str]],
    items: queue.Queue[Any],
    call: Call,
) -> None:
    """Put what the model streams on a queue: chunks, then None or the failure."""
    call.begin()
    try:
        stream = client.stream(messages)
        for chunk in stream:
            if call.stopped.is_set():
                close = getattr(stream, "close", None)
                if close:
                    close()
                return
            items.put(chunk)
        items.put(None)
    except Exception as error:  # noqa: BLE001 - every provider raises kinds of its own
        items.put(classify(error))
