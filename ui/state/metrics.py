"""Figures for Prometheus: how many questions, how they ended, how long they took."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ui.state.jobs import Snapshot

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120)


class Metrics:
    """The figures of one process; safe to use from several threads."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "shiori_answers",
            "Questions by how they ended: answered, refused, stopped or failed.",
            ["outcome", "language"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "shiori_answer_seconds",
            "Wall time from a question to its whole answer.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._verdicts = Counter(
            "shiori_verdicts", "Thumbs up and down.", ["verdict"], registry=self._registry
        )

    def ended(self, last: Snapshot, language: str, seconds: float) -> None:
        """Count a question, and the time that its answer took."""
        if last.stopped:
            outcome = "stopped"
        elif not last.answer:
            outcome = "failed"
        else:
            outcome = "refused" if last.answer.refused else "answered"
            self._seconds.observe(seconds)
        self._answers.labels(outcome, language).inc()

    def judged(self, verdict: str) -> None:
        """Count a verdict."""
        self._verdicts.labels(verdict).inc()

    def text(self, state: str, chunks: int, sources: int) -> bytes:
        """All figures in Prometheus' text format, with the state of the pipeline."""
        return generate_latest(self._registry) + generate_latest(_Now(state, chunks, sources))


class _Now(Collector):
    """What is true at this moment, rather than counted."""

    def __init__(self, state: str, chunks: int, sources: int) -> None:
        self._values = {
            "shiori_ready": ("Whether questions are answered at once.", float(state == "ready")),
            "shiori_passages": ("Passages in the index.", float(chunks)),
            "shiori_sources": ("Sources in the index.", float(sources)),
        }

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        for name, (words, value) in self._values.items():
            yield GaugeMetricFamily(name, words, value)
