"""What went wrong with a model, told by kind from the errors of any provider's client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from rag.errors import ModelError

_RETRYABLE = frozenset(("rate", "overload", "connection", "dropped", "empty", "malformed"))
# These tell of the question or of a setting, not of the server's health.
_NO_FAULT_OF_THE_SERVER = frozenset(("context", "filtered", "empty", "paused", "limit"))
_CONTEXT = re.compile(
    r"context|too (?:long|large|many tokens)|maximum.{0,30}(?:length|tokens)"
    r"|exceed.{0,40}(?:token|length|limit)",
    re.IGNORECASE,
)
_MISSING_MODEL = re.compile(
    r"model.{0,60}(?:not found|not exist|unknown)|no such model", re.IGNORECASE
)
_FINISHED = {
    "stop": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "eos": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "filtered",
    "safety": "filtered",
    "refusal": "filtered",
    "guardrail_intervened": "filtered",
    "recitation": "filtered",
}


class ModelFailure(ModelError):
    """A model gave no answer or broke off.

    `kind` is one of the keys of `rag.answering.messages`; `status` the HTTP status where
    there was one; `retry_after` the seconds the server asked to wait.
    """

    def __init__(
        self,
        kind: str,
        status: int | None = None,
        retry_after: float | None = None,
        cause: str = "",
    ) -> None:
        super().__init__(f"The model failed: {kind}" + (f" (HTTP {status})" if status else ""))
        self.kind, self.status, self.retry_after, self.cause = kind, status, retry_after, cause

    @property
    def retryable(self) -> bool:
        """Whether another call may well succeed."""
        return self.kind in _RETRYABLE

    @property
    def counts(self) -> bool:
        """Whether it speaks against the server, for the breaker."""
        return self.kind not in _NO_FAULT_OF_THE_SERVER

    def facts(self) -> dict[str, Any]:
        """What a log may hold: no message of a provider, which may repeat keys or the prompt."""
        return {"kind": self.kind, "status": self.status, "error": self.cause}


def classify(error: BaseException) -> ModelFailure:
    """The failure that an exception of a client stands for."""
    if isinstance(error, ModelFailure):
        return error
    chain = list(_chain(error))
    cause = type(error).__name__
    status = next((found for found in map(_status, chain) if found), None)
    if status:
        return ModelFailure(_by_status(status, str(error)), status, _retry_after(error), cause)
    names = " ".join(type(one).__name__ for one in chain).lower()
    return ModelFailure(_by_name(names, str(error)), cause=cause)


def finish_kind(metadata: Mapping[str, Any]) -> str:
    """Why a stream ended, by any provider's name for it: `stop`, `length`, `filtered` or empty."""
    for key in ("finish_reason", "stop_reason", "stopReason", "done_reason"):
        value = metadata.get(key)
        if isinstance(value, str) and value:
            return _FINISHED.get(value.lower(), "stop")
    return ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):  # botocore
        found = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    else:
        found = getattr(error, "status_code", None) or getattr(response, "status_code", None)
        found = found or getattr(error, "code", None)
    return found if isinstance(found, int) and 300 <= found < 600 else None


def _by_status(status: int, message: str) -> str:
    if status < 400:
        return "redirect"
    if status in (401, 403):
        return "key"
    if status == 429:
        return "key" if "insufficient_quota" in message else "rate"
    if status == 408:
        return "timeout"
    if status >= 500:
        return "overload"
    if status == 413 or _CONTEXT.search(message):
        return "context"
    if status == 404 or _MISSING_MODEL.search(message):
        return "model"
    return "request"


def _by_name(names: str, message: str) -> str:
    if "timeout" in names:
        return "timeout"
    if "credential" in names or "auth" in names:
        return "key"
    if "remoteprotocol" in names or "incompleteread" in names or "readerror" in names:
        return "dropped"
    if "connect" in names or "endpoint" in names:
        return "connection"
    if _CONTEXT.search(message) and "api" in names:
        return "context"
    if "apierror" in names:
        return "overload"
    if any(
        word in names
        for word in (
            "json",
            "decode",
            "validation",
            "typeerror",
            "attributeerror",
            "keyerror",
            "valueerror",
            "indexerror",
        )
    ):
        return "malformed"
    return "other"


def _retry_after(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = str(headers.get("retry-after", "")).strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", value):
        return float(value)
    if not value:
        return None
    try:
        from datetime import UTC, datetime

        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
