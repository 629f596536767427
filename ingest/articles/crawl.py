"""Follows all links of a run: hosts side by side, playlists to their videos, with progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Protocol
from urllib.parse import urlsplit

from ingest.articles.acquisition import Obtainer
from ingest.articles.outcome import Obtained
from ingest.fetch import Fetcher
from ingest.fetch.lanes import run_lanes
from ingest.links.canonical import canonical_url
from ingest.links.targets import Wanted
from ingest.links.url_syntax import MalformedUrlError

_MAX_VIDEOS = 200


class Progress(Protocol):
    """Is told, from several threads but one call at a time, how far the run is."""

    def __call__(self, done: int, total: int, doing: str) -> None:
        """`done` of `total` links are settled; `doing` is the URL that was begun or ended."""
        ...


def no_progress(done: int, total: int, doing: str) -> None:
    """Tell nobody."""


class Follower:
    """Obtains pages in lanes, one a host, and the videos of playlists after them."""

    def __init__(
        self, obtainer: Obtainer, fetcher: Fetcher | None, concurrency: int, progress: Progress
    ) -> None:
        self._obtainer = obtainer
        self._fetcher = fetcher
        self._concurrency = concurrency
        self._progress = progress
        self._lock = Lock()
        self._done = 0
        self._total = 0

    def follow(self, pages: Sequence[Wanted]) -> list[Obtained]:
        """What became of every page, and of the videos that only playlists lead to."""
        first = self._some(pages)
        videos, first = _with_videos(first)
        return first + self._some(videos)

    def _some(self, pages: Sequence[Wanted]) -> list[Obtained]:
        results: list[Obtained | None] = [None] * len(pages)
        self._total += len(pages)

        def work(number: int) -> None:
            page = pages[number]
            self._tell(page.canonical, 0)
            results[number] = self._obtainer.obtain(page)
            self._tell(page.canonical, 1)

        run_lanes(
            range(len(pages)),
            lane=lambda number: _host(pages[number].canonical),
            work=work,
            concurrency=self._concurrency,
            stop=self._fetcher.stop if self._fetcher is not None else lambda: None,
        )
        return [result for result in results if result is not None]

    def _tell(self, doing: str, done: int) -> None:
        with self._lock:
            self._done += done
            self._progress(self._done, self._total, doing)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _with_videos(obtained: Sequence[Obtained]) -> tuple[list[Wanted], list[Obtained]]:
    """The videos that playlists add; a video that is also linked itself gets their provenance."""
    results = {one.row.canonical: one for one in obtained}
    more: dict[str, Wanted] = {}
    for one in obtained:
        for url in one.videos[:_MAX_VIDEOS]:
            try:
                canonical = canonical_url(url)
            except MalformedUrlError:
                continue
            where = one.row.linked_from
            if canonical in results:
                known = results[canonical]
                both = tuple(dict.fromkeys(known.row.linked_from + where))
                results[canonical] = replace(known, row=replace(known.row, linked_from=both))
            elif canonical in more:
                both = tuple(dict.fromkeys(more[canonical].linked_from + where))
                more[canonical] = replace(more[canonical], linked_from=both)
            else:
                more[canonical] = Wanted(url, canonical, "video", where, via=one.row.canonical)
        if one.videos and results[one.row.canonical].row.status == "ok":
            listed = (
                f"{len(one.videos[:_MAX_VIDEOS])} of its {len(one.videos)} videos are followed."
            )
            row = replace(results[one.row.canonical].row, reason=listed)
            results[one.row.canonical] = replace(results[one.row.canonical], row=row)
    return list(more.values()), list(results.values())


def without_network(one: Obtained) -> Obtained:
    """Where no site answered, an unknown name or a silent site may be the network's fault."""
    if not one.unheard or one.row.status == "not_fetched":
        return one
    reason = f"{one.row.reason} Perhaps there is no network: no site answered."
    if one.row.status == "kept_copy":
        return replace(one, row=replace(one.row, checked=""))
    return replace(one, row=replace(one.row, status="not_fetched", reason=reason, checked=""))
