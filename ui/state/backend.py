"""What all readers share: the settings, the pipeline that answers, the history, what is running.

Everything here is made once a process, the first time it is asked for, and is safe to use from
several threads. Models are loaded by a thread in the background: the page never waits for them.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import structlog

from rag.errors import IndexBroken, IndexMismatch, IndexMissing, ShioriError
from rag.settings import Settings, load_settings
from rag.storage.private import make_private
from rag.types import Chunk, Event, Source, Turn
from ui.state.history import HISTORY_FILE, History
from ui.state.job_board import JobBoard
from ui.state.metrics import Metrics
from ui.state.programs import IngestProgram, ingest_command
from ui.state.readers import Readers, open_readers

if TYPE_CHECKING:
    from rag.retrieval.filters import Filters

log = structlog.get_logger(__name__)


class Index(Protocol):
    """What the page needs of an index."""

    @property
    def generation(self) -> str: ...  # noqa: D102
    @property
    def chunks(self) -> Sequence[Chunk]: ...  # noqa: D102
    @property
    def sources(self) -> Mapping[str, Source]: ...  # noqa: D102


class Pipeline(Protocol):
    """What the page needs of the pipeline; `rag.pipeline.Pipeline` is one."""

    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def state_detail(self) -> str: ...  # noqa: D102
    @property
    def index_problem(self) -> str: ...  # noqa: D102
    @property
    def models(self) -> Sequence[str]: ...  # noqa: D102
    def warm(self) -> None: ...  # noqa: D102
    def index(self) -> Index: ...  # noqa: D102
    def stream(  # noqa: D102
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters | None = None,
        model: str | None = None,
    ) -> Iterator[Event]: ...


@dataclass
class _Chosen:
    """The settings that the command line chose; those of the environment where it did not."""

    settings: Settings | None = None


_CHOSEN = _Chosen()


def choose_settings(settings: Settings) -> None:
    """Use these settings in this process; called once, before the page is served."""
    _CHOSEN.settings = settings


@dataclass
class Backend:
    """What answers, and what is known of it.

    `error` is why nothing can be answered or read at the moment; None while all is well.
    """

    settings: Settings
    pipeline: Pipeline
    history: History
    ingest: IngestProgram
    readers: Readers
    jobs: JobBoard = field(default_factory=JobBoard)
    metrics: Metrics = field(default_factory=Metrics)
    error: ShioriError | None = None
    serves_reports: bool = False
    _loading: threading.Lock = field(default_factory=threading.Lock)
    _failed_on: int = 0

    @property
    def ready(self) -> bool:
        """Whether a question would be answered at once."""
        return self.pipeline.state == "ready" and self.error is None

    @property
    def needs_index(self) -> bool:
        """Whether running the ingest is what helps."""
        return isinstance(self.error, IndexMissing | IndexMismatch | IndexBroken)

    @property
    def has_new_index(self) -> bool:
        """Whether there is another index than the one that could not be used."""
        return self.needs_index and self._generation_stamp() != self._failed_on

    def index(self) -> Index | None:
        """The index, where it can be read; `error` says why not."""
        if not self.ready:
            return None
        try:
            return self.pipeline.index()
        except ShioriError as error:
            self._fail(error)
            return None

    def load(self) -> None:
        """Load models and index, or wait until they are loaded.

        Raises:
            ShioriError: why it cannot be done.
        """
        if self.ready:
            return
        with self._loading:
            try:
                self.pipeline.warm()
            except ShioriError as error:
                self._fail(error)
                raise
            self.error = None
            gc.freeze()  # what was loaded stays; collections need not look at it again

    def load_in_background(self) -> None:
        """Start loading, unless that is done or under way."""
        if not self.ready and not self._loading.locked():
            self.error = None
            threading.Thread(target=self._try_to_load, name="warm-up", daemon=True).start()

    def _try_to_load(self) -> None:
        try:
            self.load()
        except ShioriError as error:
            log.warning("not_ready", reason=str(error))
        except Exception:
            log.exception("loading_failed")
            self._fail(ShioriError("loading failed; the log of the server says why."))

    def _fail(self, error: ShioriError) -> None:
        self._failed_on = self._generation_stamp()
        self.error = error

    def _generation_stamp(self) -> int:
        """Changes when an ingest has put a new generation in place."""
        try:
            return (self.settings.data_dir / "CURRENT").stat().st_mtime_ns
        except OSError:
            return 0


class _OneBackend:
    """The backend of this process, made when it is first asked for.

    It is not in Streamlit's cache, which everybody who opens a socket may ask to be cleared.
    """

    def __init__(self) -> None:
        self._made: Backend | None = None
        self._making = threading.Lock()

    def __call__(self) -> Backend:
        """The one backend of this process; begins to load in the background.

        Raises:
            SettingsError: a setting is not usable.
        """
        made = self._made
        if made:
            return made
        with self._making:
            self._made = self._made or _make_backend()
            return self._made

    def clear(self) -> None:
        """Forget it; for tests."""
        with self._making:
            self._made = None


backend = _OneBackend()


def _make_backend() -> Backend:
    settings = _CHOSEN.settings or load_settings()
    with suppress(OSError):  # the history says why nothing can be kept
        make_private(settings.data_dir)
    made = Backend(
        settings,
        open_pipeline(settings),
        History(settings.data_dir / HISTORY_FILE),
        IngestProgram(ingest_command(settings)),
        open_readers(settings.data_dir),
    )
    made.load_in_background()
    return made


def open_pipeline(settings: Settings) -> Pipeline:
    """The pipeline of these settings; cheap, nothing is loaded."""
    from rag.pipeline import Pipeline as RealPipeline

    return RealPipeline(settings)
