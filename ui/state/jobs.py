"""Answers being written, in threads of their own, so that no click on the page interrupts one.

Streamlit starts its script over at every click and drops what it was doing. So the script only
looks at a job, and the job hands its answer to the history when it is done, whoever still looks.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import structlog

from rag.errors import ShioriError
from rag.types import Answer, Delta, Event, Finished, Hit, Language, Searched, Turn

log = structlog.get_logger(__name__)

Stage = Literal["queued", "waiting", "searching", "writing", "done"]
"""In line, until models are loaded, and so on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way: in which conversation, after what, and what to say when it fails.

    `stopped` is the notice of an answer that the reader stopped, `unexpected` the line for an error
    that is no ShioriError, `others` that for a reader with other questions in line, `busy` that for
    a line that is full; all in the reader's language. `reader` asks, from the network's `address`.
    """

    conversation: str
    question: str
    language: Language
    history: tuple[Turn, ...] = ()
    model: str = ""
    stopped: str = ""
    unexpected: str = ""
    others: str = ""
    busy: str = ""
    reader: str = ""
    address: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A job as it stands; `version` grows with every change.

    A job that is done has an `answer` (a partial one when it was `stopped`) or an `error`, or was
    stopped before it had any text.
    """

    version: int = 0
    stage: Stage = "queued"
    text: str = ""
    standalone: str = ""
    hits: tuple[Hit, ...] = ()
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing more will happen."""
        return self.stage == "done"


class Job:
    """One answer being written.

    Args:
        asked: the question.
        load: waits for models and index; raises ShioriError.
        stream: gives the events of the answer; raises ShioriError.
        ended: told how it ended, before anybody else sees it: keeps the answer.
    """

    def __init__(
        self,
        asked: Asked,
        load: Callable[[], None],
        stream: Callable[[], Generator[Event, None, None]],
        ended: Callable[[Snapshot], None],
    ) -> None:
        self.asked = asked
        self._load = load
        self._stream = stream
        self._ended = ended
        self._changed = threading.Condition()
        self._now = Snapshot()
        self.told: Callable[[], None] = _nothing
        """Called once it is done."""

    @property
    def reader(self) -> str:
        """Who has one turn at a time."""
        return self.asked.reader or self.asked.conversation

    @property
    def now(self) -> Snapshot:
        """How far it is."""
        return self._now

    def wait(self, version: int, seconds: float) -> Snapshot:
        """How far it is once it is further than `version`, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._now.version != version, seconds)
            return self._now

    def cancel(self) -> None:
        """Stop it at once; what there is of the answer is kept, and said to be partial."""
        self._finish(self._partial(), stopped=True)

    def refuse(self, why: str) -> None:
        """End it before it begins."""
        self._finish(error=why)

    def run(self) -> None:
        """Write the answer, unless it is stopped already; never raises."""
        if self._now.done:
            return
        try:
            self._finish(self._answer())
        except ShioriError as error:
            self._finish(error=str(error))
        except Exception:
            log.exception("answer_failed", conversation=self.asked.conversation)
            self._finish(error=self.asked.unexpected)

    def _stopped(self) -> bool:
        """Whether somebody else has ended it meanwhile."""
        return self._now.done

    def _answer(self) -> Answer | None:
        self._update(stage="waiting")
        self._load()
        if self._stopped():
            return None
        self._update(stage="searching")
        with closing(self._stream()) as events:  # a stopped one lets go of its model at once
            for event in events:
                if self._stopped():
                    break
                match event:
                    case Searched(standalone, hits):
                        self._update(stage="writing", standalone=standalone, hits=hits)
                    case Delta(text):
                        self._update(text=self._now.text + text)
                    case Finished(answer):
                        return answer
        return self._partial()

    def _partial(self) -> Answer | None:
        """What there is of the answer; None where there is no text yet."""
        now = self._now
        if not now.text.strip():
            return None
        return Answer(
            question=self.asked.question,
            standalone=now.standalone or self.asked.question,
            language=self.asked.language,
            text=now.text,
            refused=False,
            citations=(),
            hits=now.hits,
            model=self.asked.model,
            notice=self.asked.stopped,
        )

    def _finish(
        self, answer: Answer | None = None, error: str = "", *, stopped: bool = False
    ) -> None:
        """Be done; the first who says how decides."""
        with self._changed:
            now = self._now
            if now.done:
                return
            last = replace(
                now,
                version=now.version + 1,
                stage="done",
                answer=answer,
                error=error,
                stopped=stopped,
            )
            try:
                self._ended(last)
            finally:
                self._now = last
                self._changed.notify_all()
                told = self.told
        told()

    def _update(self, **changes: Any) -> None:
        with self._changed:
            if not self._now.done:
                self._now = replace(self._now, version=self._now.version + 1, **changes)
                self._changed.notify_all()


def _nothing() -> None:
    """Nobody waits to be told."""
