"""Logs as data, to stderr, so that what a program prints stays clean."""

from __future__ import annotations

import logging
import sys

import structlog

from rag.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Send structured logs of the chosen level to stderr."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
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
