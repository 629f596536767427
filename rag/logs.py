"""Logs as data, to stderr, so that what a program prints stays clean.

Nothing here may hold a key; of what people asked a log holds the text only where LOG_QUESTIONS
allows it, and of answers never the text.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from rag.settings import Settings
from rag.types import Answer

_LIBRARIES = ("httpx", "httpx2", "httpcore", "openai", "anthropic", "urllib3", "botocore", "google")
_log = structlog.get_logger(__name__)


def configure_logs(settings: Settings) -> None:
    """Send structured logs of the chosen level to stderr."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for library in _LIBRARIES:  # they log addresses, headers and prompts
        logging.getLogger(library).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # the stderr of now, not of when logs were set up: some replace it for a while
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def unexpected(error: Exception) -> str:
    """What to say of an error that nobody thought of: its kind and place, and nothing it holds."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    at = "".join(f"{Path(one.filename).name}:{one.lineno}" for one in place)
    return f"Something in Shiori itself failed ({type(error).__name__} at {at})."


@contextmanager
def no_trace() -> Iterator[None]:
    """Tell an error that nobody thought of in a line, and end with 1; LOG_LEVEL=DEBUG shows all."""
    try:
        yield
    except Exception as error:
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            raise
        sys.stderr.write(f"Error: {unexpected(error)} LOG_LEVEL=DEBUG shows more.\n")
        sys.exit(1)


def log_answer(answer: Answer, with_question: bool) -> None:
    """One line for an answer: what it took, and what became of what was found and written.

    Args:
        answer: finished, or refused.
        with_question: whether the line may hold the text of the question.
    """
    if not structlog.is_configured():  # used as a library: nothing goes to its user's stdout
        return
    asked = {"question": answer.question, "searched": answer.standalone} if with_question else {}
    kept = sum(sentence.kept for sentence in answer.sentences)
    _log.info(
        "answered",
        **asked,
        language=answer.language,
        model=answer.model,
        refused=answer.refused,
        confidence=round(answer.confidence, 4),
        retrieved=len(answer.hits),
        cited=len(answer.citations),
        kept=kept,
        dropped=len(answer.sentences) - kept,
        tokens=dict(answer.tokens),
        calls=answer.calls,
        cost=answer.cost,
        seconds={name: round(value, 3) for name, value in answer.seconds.items()},
    )
