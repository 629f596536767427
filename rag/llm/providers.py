"""The providers of chat models that a setting can name, and what each of them needs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from rag.errors import ModelError
from rag.llm.connection import client_options, without_password
from rag.settings import Settings

EXTRACTIVE = "extractive"
_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider needs: its package, our extra for it, and the setting with its key."""

    package: str
    extra: str
    key: str = ""
    timeout: str = "timeout"


PROVIDERS = {
    "openai": Provider("langchain_openai", "openai", "openai_api_key"),
    "anthropic": Provider("langchain_anthropic", "anthropic", "anthropic_api_key"),
    "bedrock_converse": Provider("langchain_aws", "bedrock"),
    "google_genai": Provider("langchain_google_genai", "google", "google_api_key"),
    "ollama": Provider("langchain_ollama", "ollama"),
}


def parse_models(setting: str) -> tuple[str, ...]:
    """The names in the setting LLM, in order.

    Raises:
        ModelError: a name is not `extractive` or `provider:model` with a provider known here.
    """
    names = tuple(dict.fromkeys(name.strip() for name in setting.split(",") if name.strip()))
    for name in names:
        provider, colon, model = name.partition(":")
        if name != EXTRACTIVE and not (colon and model and provider in PROVIDERS):
            known = ", ".join(f"{known}:NAME" for known in PROVIDERS)
            raise ModelError(f"LLM={name!r} names no model: use {EXTRACTIVE}, {known}.")
    return names or (EXTRACTIVE,)


def options_of(
    name: str, provider_name: str, provider: Provider, settings: Settings
) -> dict[str, Any]:
    """What the client of a provider is made with.

    Raises:
        ModelError: its key is missing; the message names the variable.
    """
    read = min(settings.llm_timeout, 30.0)
    if provider_name == "ollama":
        timeout = import_module("httpx").Timeout  # comes with that provider, as botocore with its
        return {
            "client_kwargs": {"timeout": timeout(read, connect=_connect(read))},
            "sync_client_kwargs": client_options(),
        }
    if provider_name == "bedrock_converse":
        config = import_module("botocore.config").Config
        return {
            "config": config(
                read_timeout=read, connect_timeout=_connect(read), retries={"max_attempts": 0}
            )
        }
    options: dict[str, Any] = {"timeout": read, "max_retries": 0}
    if provider_name == "openai":
        options["http_client"] = import_module("httpx").Client(**client_options())
    if provider_name == "openai" and settings.llm_base_url:
        try:
            address, headers = without_password(settings.llm_base_url)
        except ValueError:
            raise ModelError(f"LLM={name}: LLM_BASE_URL is no address.") from None
        options |= {"base_url": address, "default_headers": headers, "stream_usage": True}
    if provider.key:
        key = getattr(settings, provider.key).get_secret_value()
        if not key and "base_url" not in options:
            raise ModelError(f"LLM={name} needs a key: set {provider.key.upper()}.")
        options["api_key"] = key or "none"  # local servers ask for no key, their clients for one
    return options


def _connect(read: float) -> float:
    """Seconds to wait for a connection: a server that is there answers soon."""
    return min(read, _CONNECT_SECONDS)
