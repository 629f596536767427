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
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import structlog

from rag.errors import ModelError
from rag.failures import ModelFailure, classify, finish_kind
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = structlog.get_logger(__name__)

EXTRACTIVE = "extractive"
MAX_CALLS = 3
MAX_CHARACTERS = 40_000
DEFAULT_CONTEXT = 8192
_BREAK_AFTER, _BREAK_SECONDS = 3, 60.0
_BACKOFF, _LONGEST_PAUSE = 0.5, 20.0
_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Provider:
    """What a provider needs: its package, our extra for it, and the setting with its key."""

    package: str
    extra: str
    key: str = ""
    timeout: str = "timeout"


_PROVIDERS = {
    "openai": _Provider("langchain_openai", "openai", "openai_api_key"),
    "anthropic": _Provider("langchain_anthropic", "anthropic", "anthropic_api_key"),
    "bedrock_converse": _Provider("langchain_aws", "bedrock"),
    "google_genai": _Provider("langchain_google_genai", "google", "google_api_key"),
    "ollama": _Provider("langchain_ollama", "ollama"),
}


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a stream: why it ended (`stop`, `length`, empty when not told) and the costs."""

    reason: str
    tokens: Mapping[str, int] = field(default_factory=dict)
    first_token: float = 0.0
    calls: int = 1


def parse_models(setting: str) -> tuple[str, ...]:
    """The names in the setting LLM, in order.

    Raises:
        ModelError: a name is not `extractive` or `provider:model` with a provider known here.
    """
    names = tuple(dict.fromkeys(name.strip() for name in setting.split(",") if name.strip()))
    for name in names:
        provider, colon, model = name.partition(":")
        if name != EXTRACTIVE and not (colon and model and provider in _PROVIDERS):
            known = ", ".join(f"{known}:NAME" for known in _PROVIDERS)
            raise ModelError(f"LLM={name!r} names no model: use {EXTRACTIVE}, {known}.")
    return names or (EXTRACTIVE,)


def load_chat_model(name: str, settings: Settings) -> ChatModel:
    """Set up a model; nothing is sent yet.

    Raises:
        ModelError: a package or a key is missing; the message names the command or the variable.
    """
    provider_name, _, model = parse_models(name)[0].partition(":")
    provider = _PROVIDERS[provider_name]
    if find_spec(provider.package) is None:
        raise ModelError(
            f"LLM={name} needs a package that is not installed: "
            f"pip install 'shiori[{provider.extra}]'"
        )
    options = _options(name, provider_name, provider, settings)
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


def _options(
    name: str, provider_name: str, provider: _Provider, settings: Settings
) -> dict[str, Any]:
    read = min(settings.llm_timeout, 30.0)
    if provider_name == "ollama":
        timeout = import_module("httpx").Timeout  # comes with that provider, as botocore with its
        return {"client_kwargs": {"timeout": timeout(read, connect=_connect(read))}}
    if provider_name == "bedrock_converse":
        config = import_module("botocore.config").Config
        return {
            "config": config(
                read_timeout=read, connect_timeout=_connect(read), retries={"max_attempts": 0}
            )
        }
    options: dict[str, Any] = {"timeout": read, "max_retries": 0}
    if provider_name == "openai" and settings.llm_base_url:
        options |= {"base_url": settings.llm_base_url, "stream_usage": True}
    if provider.key:
        key = getattr(settings, provider.key).get_secret_value()
        if not key and "base_url" not in options:
            raise ModelError(f"LLM={name} needs a key: set {provider.key.upper()}.")
        options["api_key"] = key or "none"  # local servers ask for no key, their clients for one
    return options


def _connect(read: float) -> float:
    """Seconds to wait for a connection: a server that is there answers soon."""
    return min(read, _CONNECT_SECONDS)


def _context(client: BaseChatModel, settings: Settings) -> int:
    profile = getattr(client, "profile", None) or {}
    return settings.llm_context or int(profile.get("max_input_tokens") or DEFAULT_CONTEXT)


class Breaker:
    """Gives a model a rest after repeated failure; threads may share it."""

    def __init__(self, after: int = _BREAK_AFTER, seconds: float = _BREAK_SECONDS) -> None:
        self._after, self._seconds = after, seconds
        self._failures, self._until = 0, 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise when the model rests; after the rest one call may try."""
        with self._lock:
            now = time.monotonic()
            if self._failures >= self._after:
                if now < self._until:
                    raise ModelFailure("paused")
                self._until = now + self._seconds  # others wait for this try

    def record(self, ok: bool) -> None:
        """Count a call that ended."""
        with self._lock:
            self._failures = 0 if ok else self._failures + 1
            self._until = time.monotonic() + self._seconds


@dataclass(slots=True)
class Limit:
    """What is left for one answer, whichever models take part in it: calls, and time."""

    deadline: float
    calls: int = MAX_CALLS
    used: int = 0

    def spent(self) -> bool:
        """Whether no further call may be made."""
        return self.used >= self.calls or time.monotonic() >= self.deadline


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
        stopped = threading.Event()
        messages = [("system", system), ("user", user)]
        # A thread of its own: a server that drips bytes would hold a plain iterator for ever.
        threading.Thread(
            target=_pump, args=(self._client, messages, items, stopped), daemon=True
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
            stopped.set()


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
            if usage.get(key):
                self.tokens[name] = self.tokens.get(name, 0) + int(usage[key])
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
    stopped: threading.Event,
) -> None:
    """Put what the model streams on a queue: chunks, then None or the failure."""
    try:
        stream = client.stream(messages)
        for chunk in stream:
            if stopped.is_set():
                close = getattr(stream, "close", None)
                if close:
                    close()
                return
            items.put(chunk)
        items.put(None)
    except Exception as error:  # noqa: BLE001 - every provider raises kinds of its own
        items.put(classify(error))
