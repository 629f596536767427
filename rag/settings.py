"""Every setting, its default and why one would change it; the only reader of the environment.

Values come from, in this order: command line, environment, a file, the defaults here. The file is
the one that SHIORI_ENV names, else `.env` in the current folder unless that lies with the notes.
`.env.example` is written from this module (`python -m rag settings > .env.example`).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

_log = logging.getLogger(__name__)
_CHECKOUT = Path(__file__).resolve().parent.parent
_SHOWN = 80  # characters of a value that was refused


class Settings(BaseSettings):
    """Shiori's settings; the environment variable of each is its name in upper case."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", extra="ignore", frozen=True)

    corpus_dir: Path = Field(
        Path("corpus"),
        description="Folder of the corpus: its notes/ (or itself) holds the notes. Where none is "
        "named and there is no corpus/, it is the current folder.",
    )
    data_dir: Path = Field(
        Path(".data"), description="Where the index, the caches and the chat history are kept."
    )
    embedding_model: str = Field(
        "",
        description="A sentence-transformers model by hub name or folder; empty: the embedded one.",
    )
    search_k: int = Field(10, ge=1, le=100, description="How many passages a search returns.")
    max_passages: int = Field(
        3000,
        ge=1,
        le=1_000_000,
        description="Most passages of one note, file or page; what goes beyond is left out.",
    )
    article_max_age: str = Field(
        "7d",
        pattern=r"^[0-9]{1,4}[smhdw]$",
        description="After how long linked pages are asked for again: a number with s, m, h, d, w.",
    )
    fetch_concurrency: int = Field(
        8, ge=1, le=32, description="How many sites linked pages are fetched from at once."
    )
    fetch_delay: float = Field(
        0.5, ge=0, le=60, description="Least seconds between two requests to one site."
    )
    fetch_timeout: float = Field(
        30, ge=1, le=600, description="Seconds after which a page that is still coming is given up."
    )
    fetch_deadline: float = Field(
        1800, ge=1, le=86_400, description="Seconds after which an ingest fetches nothing more."
    )
    fetch_max_bytes: int = Field(
        25_000_000, ge=1000, le=500_000_000, description="Longest page or PDF, in bytes unpacked."
    )
    user_agent: str = Field(
        "Shiori/0.1 (reads pages that notes link to)",
        pattern=r"^[A-Za-z][A-Za-z0-9_-]*(/[!-~]+)?( [ -~]+)?$",
        description="How requests name themselves; robots.txt is asked for the part before the /.",
    )
    allow_private_hosts: str = Field(
        "",
        description="Hosts within your network that notes may link to, as host or host:port, with "
        "commas between; empty: none.",
    )
    llm: str = Field(
        "extractive",
        description="Who answers: extractive (quotes, no model) or provider:model, for example "
        "anthropic:NAME; several with commas: each stands in where those before it fail.",
    )
    llm_base_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Address of an OpenAI-compatible server for openai:... models; empty: OpenAI.",
    )
    llm_timeout: float = Field(
        60, ge=1, le=600, description="Seconds a model has for an answer, retries included."
    )
    llm_context: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Tokens the model can read; 0: what is known of the model, else 8192.",
    )
    llm_price: str = Field(
        "",
        pattern=r"^([0-9]{1,9}(\.[0-9]{1,9})?/[0-9]{1,9}(\.[0-9]{1,9})?)?$",
        description="US dollars for a million tokens read/written, as 3/15, to log the cost.",
    )
    openai_api_key: SecretStr = Field(SecretStr(""), description="Key for openai:... models.")
    anthropic_api_key: SecretStr = Field(SecretStr(""), description="Key for anthropic:... models.")
    google_api_key: SecretStr = Field(SecretStr(""), description="Key for google_genai:... models.")
    unsupported: Literal["drop", "mark"] = Field(
        "drop",
        description="What becomes of a model's sentence that no source supports: drop or mark.",
    )
    ui_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address that the page is served on; 0.0.0.0 lets others in your network in.",
    )
    ui_port: int = Field(
        8501, ge=0, le=65_535, description="Port of the page; the next free one when it is taken."
    )
    ui_hosts: str = Field(
        "",
        description="Names the page may be opened under beside this machine's own and addresses in "
        "digits, with commas between, as shiori.example.com; empty: none.",
    )
    answerability: str = Field(
        "balanced",
        pattern=r"^(lenient|balanced|strict|0(\.[0-9]+)?|1(\.0+)?)$",
        description="How sure to be before answering: lenient, balanced, strict, or 0 to 1.",
    )
    log_level: str = Field(
        "WARNING",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="How much is logged to stderr: DEBUG, INFO, WARNING or ERROR.",
    )
    log_questions: bool = Field(
        True, description="Whether logs hold the text of questions; false for confidential ones."
    )


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` that are None are ignored.

    Raises:
        SettingsError: names the setting, its value and what is accepted.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(_env_file=_env_file(given.get("corpus_dir")), **given)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']).upper()}={_printable(item)}: "
            f"{item['msg']}"
            for item in error.errors()
        )
        raise SettingsError(f"A setting is not usable: {problems}") from None
    except (OSError, ValueError) as error:  # a file that is no text
        raise SettingsError(f"The file of settings cannot be read: {error}.") from None
    if "corpus_dir" in settings.model_fields_set or settings.corpus_dir.is_dir():
        return settings
    return settings.model_copy(update={"corpus_dir": _notes_here() or settings.corpus_dir})


def _env_file(corpus: Path | None) -> Path | None:
    """The file that settings are read from besides the environment, where there is one.

    The one that SHIORI_ENV names, else the `.env` of the current folder; but that of a folder of
    notes is whatever the notes' author put there: it could send key and notes anywhere.

    Raises:
        SettingsError: SHIORI_ENV names no file.
    """
    told = os.environ.get("SHIORI_ENV", "")
    if told:
        if not Path(told).is_file():
            raise SettingsError(f"SHIORI_ENV={told[:_SHOWN]!r}: there is no such file.")
        return Path(told)
    here = Path.cwd()
    file = here / ".env"
    if not file.is_file():
        return None
    notes = corpus or Path(os.environ.get("CORPUS_DIR") or "corpus")
    if here != _CHECKOUT and _lies_with(here, notes if notes.is_dir() else here):
        _tell_ignored(file)
        return None
    _log.info("settings are read from %s", file)
    return file


def _lies_with(here: Path, notes: Path) -> bool:
    """Whether a folder holds the notes, lies within them, or came in one repository with them."""
    there = notes.resolve()
    if there.is_relative_to(here) or here.is_relative_to(there):
        return True
    root = next((one for one in (there, *there.parents) if (one / ".git").exists()), None)
    return root is not None and here.is_relative_to(root)


@cache
def _tell_ignored(file: Path) -> None:
    _log.warning(
        "The settings in %s are not read, since the file lies with the notes. To use them: "
        "SHIORI_ENV=%s",
        file,
        file,
    )


def _notes_here() -> Path | None:
    """The current folder, unless all of somebody's files lie in it: nobody means these."""
    here = Path.cwd()
    return None if here in (Path.home(), Path(here.anchor)) else here


def _printable(item: Mapping[str, Any]) -> str:
    """The value that was refused, unless it is a key or an address, which may hold a password."""
    name = str(item["loc"][0]).lower() if item["loc"] else ""
    secret = name.endswith(("_key", "_url")) or "//" in str(item.get("input"))
    return "(not shown)" if secret else repr(str(item.get("input"))[:_SHOWN])


def env_example() -> str:
    """The text of `.env.example`: every setting with its default and one line of why."""
    lines = ["# Copy to .env and change what you need; every line shows the default.", ""]
    for name, field in Settings.model_fields.items():
        default = field.default
        value = str(default).lower() if isinstance(default, bool) else default
        lines += [f"# {field.description}", f"# {name.upper()}={value}", ""]
    return "\n".join(lines)
