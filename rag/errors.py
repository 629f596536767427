"""Errors that a user can act on.

ShioriError              exit 1: what went wrong, where, and what to do
|- UsageError            exit 2: the call itself is wrong
|  |- SettingsError      a setting is out of range or unknown
|  |- QuestionFileError  a question file cannot be used; names file and line
|  `- BaselineError      a baseline or thresholds that cannot be compared with
|- CorpusError           the notes folder cannot be ingested
|- IndexMissing          nothing has been ingested yet
|- IndexMismatch         the index was built by another model or version
|- IndexBroken           a generation does not pass its check
|- IngestRunning         another ingest holds the lock
|- DiskFull              the data folder cannot take what must be written
|- QuestionError         a question that cannot be asked
`- ModelError            an LLM that cannot be reached or used
"""

from __future__ import annotations


class ShioriError(Exception):
    """Base of all errors shown to users; the message says what, where and what to do."""

    exit_code = 1


class UsageError(ShioriError):
    """The command line or a call is wrong."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or out of range."""


class QuestionFileError(UsageError):
    """A file of evaluation questions is not as it should be; every line names file and line."""


class BaselineError(UsageError):
    """A baseline or a set of thresholds that this evaluation cannot be compared with."""


class CorpusError(ShioriError):
    """The corpus cannot be ingested."""


class IndexMissing(ShioriError):
    """There is no index yet."""


class IndexMismatch(ShioriError):
    """The index was built with another model, chunker, tokenizer or store version."""


class IndexBroken(ShioriError):
    """A generation of the index fails its check."""


class IngestRunning(ShioriError):
    """Another ingest is running on the same data folder."""


class DiskFull(ShioriError):
    """The data folder has no room or cannot be written."""


class QuestionError(UsageError):
    """A question that is empty, too long or not text."""


class ModelError(ShioriError):
    """A language model cannot be used."""
