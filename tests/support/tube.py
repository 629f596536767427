"""What YouTube answers, as far as transcripts and playlists need it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


class Tube:
    """What the stand-in answers: captions as (language, generated, snippets) and the pages.

    `name` tells the videos of one server apart.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.captions: list[tuple[str, bool, list[tuple[str, float, float]]]] = []
        self.player: dict[str, object] | bytes | None = None
        self.watch = (
            '<html><meta name="title" content="栞の作り方 &amp; 使い方">'
            '<meta itemprop="datePublished" content="2023-11-28T05:00:00-08:00">'
            '<link itemprop="name" content="港の工房">'
            '<script>{"INNERTUBE_API_KEY": "key"}</script></html>'
        )
        self.status: dict[str, int] = {}
        self.oembed: bytes = b'{"title": "From oEmbed", "author_name": "Workshop"}'
        self.listing: list[str] = []
        self.asked: list[tuple[str, str, Mapping[str, str], bytes]] = []

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(path)
        if parts.path in self.status:
            return self.status[parts.path], b"no"
        if parts.path == "/watch":
            return 200, self.watch.encode()
        if parts.path == "/oembed":
            return 200, self.oembed
        if parts.path == "/playlist":
            return 200, self.listing[0].encode()
        if parts.path == "/youtubei/v1/browse":
            page = int(json.loads(body)["continuation"].removeprefix("page"))
            return 200, self.listing[page].encode()
        if parts.path == "/youtubei/v1/player":
            if isinstance(self.player, bytes):
                return 200, self.player
            return 200, json.dumps(self.player or self.tracks()).encode()
        if parts.path == "/timedtext":
            number = int(parse_qs(parts.query)["n"][0])
            return 200, transcript_xml(self.captions[number][2])
        return 404, b""

    def tracks(self) -> dict[str, object]:
        tracks = [
            {
                "baseUrl": f"https://www.youtube.com/timedtext?v={self.name}&n={number}",
                "name": {"runs": [{"text": code}]},
                "languageCode": code,
                **({"kind": "asr"} if generated else {}),
            }
            for number, (code, generated, _) in enumerate(self.captions)
        ]
        renderer = {"captionTracks": tracks} if tracks else {}
        return {
            "playabilityStatus": {"status": "OK"},
            "captions": {"playerCaptionsTracklistRenderer": renderer},
        }


def transcript_xml(snippets: list[tuple[str, float, float]]) -> bytes:
    rows = "".join(
        f'<text start="{start}" dur="{lasts}">{escape(text)}</text>'
        for text, start, lasts in snippets
    )
    return f'<?xml version="1.0" encoding="utf-8" ?><transcript>{rows}</transcript>'.encode()
