"""Remembers, for one run, which hosts do not answer and whether there is a network at all."""

from __future__ import annotations

import threading

from ingest.fetch.errors import FetchError

_SILENT_HOSTS = 3


class Reach:
    """Lets the pages of a dead host, or of a machine without a network, fail at once."""

    def __init__(self) -> None:
        self._dead: dict[str, FetchError] = {}
        self._silent: set[str] = set()
        self.ever_answered = False
        self._lock = threading.Lock()

    def check(self, origin: str) -> None:
        """Require that there is hope of reaching an origin.

        Raises:
            FetchError: there is none; `not_fetched` when it is the network that is missing.
        """
        with self._lock:
            if len(self._silent) >= _SILENT_HOSTS and not self.ever_answered:
                raise FetchError("not_fetched", "There is no network.", no_network=True)
            if origin in self._dead:
                raise self._dead[origin].again()

    def answered(self) -> None:
        """Note that some host answered."""
        self.ever_answered = True

    def failed(self, error: FetchError) -> None:
        """Note why an origin could not be reached, where that is what the error says."""
        if error.origin and (error.no_network or error.dead_host):
            with self._lock:
                self._dead[error.origin] = error
                if error.no_network:
                    self._silent.add(error.origin)
