"""Transcripts of YouTube videos, with times, and the videos of playlists.

Transcripts come through youtube-transcript-api (https://github.com/jdepoix/youtube-transcript-api),
whose requests go through the sender it is given.
"""

from __future__ import annotations

import json
import math
import re
from html import unescape
from typing import Any, NoReturn, cast
from urllib.parse import parse_qs, quote, urlsplit

from ingest.extract.html.metadata import iso_date
from ingest.extract.types import Extracted, ExtractError, ExtractStatus
from ingest.extract.youtube.session import Send, Session
from ingest.extract.youtube.transcript import passages

__all__ = ["Send", "YouTube", "video_id"]

_ORIGIN = "https://www.youtube.com"
_LANGUAGES = ("ja", "en")
_VIDEO_ID = re.compile(r"[\w-]{11}")
_META = r"""<meta\s+(?:itemprop|name|property)=["']{}["']\s+content=["']([^"'>]*)["']"""
_CHANNEL = re.compile(r"""<link\s+itemprop=["']name["']\s+content=["']([^"'>]*)["']""")
_LISTED = re.compile(
    r'"playlist(?:Panel)?VideoRenderer":\{"videoId":"([\w-]{11})"'
    r'|"contentId":"([\w-]{11})","contentType":"LOCKUP_CONTENT_TYPE_VIDEO"'
)
_MORE = re.compile(r'"continuationCommand":\{"token":"([^"]{1,4000})"')
# Accepts nothing but what is needed; without it some countries get a question instead of the page.
_CONSENT = {"Cookie": "SOCS=CAI", "Accept-Language": "en-US"}
_WEB_CLIENT = {"client": {"clientName": "WEB", "clientVersion": "2.20250101.00.00", "hl": "en"}}
_MAX_PAGES = 20

_SAID: dict[str, tuple[ExtractStatus, str]] = {
    "TranscriptsDisabled": ("no_transcript", "has no transcript."),
    "NoTranscriptFound": ("no_transcript", "has no transcript in Japanese or English."),
    "VideoUnavailable": ("no_transcript", "is not available any more."),
    "VideoUnplayable": ("no_transcript", "cannot be played, and has no transcript."),
    "InvalidVideoId": ("error", "is no address of a video."),
    "AgeRestricted": ("needs_login", "is shown only to those who sign in, for reasons of age."),
    "IpBlocked": ("error", "is not given out: YouTube refuses requests from this network for now."),
    "RequestBlocked": (
        "error",
        "is not given out: YouTube refuses requests from this network for now.",
    ),
    "YouTubeRequestFailed": ("error", "cannot be read: YouTube answers with an error."),
    "PoTokenRequired": ("error", "has a transcript that YouTube gives to browsers only."),
}

# What its parsers raise, which take the shape of the answers for granted.
_UNEXPECTED = (
    SyntaxError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
_UNREADABLE: tuple[ExtractStatus, str] = (
    "error",
    "has an answer from YouTube that makes no sense.",
)


class YouTube:
    """Reads transcripts, titles and playlists of YouTube; makes no requests but through `send`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def video(self, url: str) -> Extracted:
        """The transcript of a video: Japanese, then English; written by hand before generated.

        Raises:
            ExtractError: `no_transcript`, `needs_login` or `error`.
        """
        import requests
        import youtube_transcript_api as api

        session = Session(self._send)
        number = video_id(url)
        try:
            listed = api.YouTubeTranscriptApi(http_client=cast(Any, session)).list(number)
            codes = [transcript.language_code for transcript in listed]
            wanted = [
                code
                for language in _LANGUAGES
                for code in sorted(dict.fromkeys(codes), key=len)
                if code.lower().split("-")[0] == language
            ]
            found = listed.find_transcript(wanted)
            fetched = found.fetch()
        except api.CouldNotRetrieveTranscript as error:
            _refuse(url, error)
        except _UNEXPECTED as error:
            _refuse(url, error)
        except requests.RequestException as error:
            _refuse(url, error)
        blocks = passages(
            (snippet.text, snippet.start, snippet.duration)
            for snippet in fetched
            if math.isfinite(snippet.start + snippet.duration)
        )
        if not blocks:
            raise ExtractError("no_transcript", f"{url} has a transcript without words.")
        title, author, published = self._about(number, session.page)
        return Extracted(
            kind="video",
            title=title or url,
            blocks=blocks,
            site="YouTube",
            author=author,
            published=published,
            language=found.language_code[:2].lower(),
        )

    def playlist(self, url: str) -> list[str]:
        """Addresses of the videos of a playlist, in order, as many as its pages list.

        Raises:
            ExtractError: the page cannot be read.
        """
        number = parse_qs(urlsplit(url).query).get("list", [""])[0]
        if not number:
            raise ExtractError("error", f"{url} is no address of a playlist.")
        page = self._text("GET", f"{_ORIGIN}/playlist?list={quote(number)}&hl=en", url)
        found = list(_ids(page))
        for _ in range(_MAX_PAGES):
            more = _MORE.search(page)
            if more is None:
                break
            asked = {"context": _WEB_CLIENT, "continuation": more[1]}
            status, body = self._send(
                "POST",
                f"{_ORIGIN}/youtubei/v1/browse?prettyPrint=false",
                headers={**_CONSENT, "Content-Type": "application/json"},
                content=json.dumps(asked).encode(),
            )
            page = body.decode("utf-8", "replace") if status == 200 else ""
            found += _ids(page)
        if not found:
            raise ExtractError("error", f"{url} lists no videos, or only to those who sign in.")
        return [f"{_ORIGIN}/watch?v={one}" for one in dict.fromkeys(found)]

    def _about(self, number: str, page: str) -> tuple[str, str, str]:
        """Title, channel and date: from the page that was read anyway, else from oEmbed."""
        channel = _CHANNEL.search(page)
        title = _meta(page, "title") or _meta(page, "og:title")
        author = unescape(channel[1]) if channel else ""
        published = iso_date(_meta(page, "datePublished") or _meta(page, "uploadDate"))
        if title:
            return title, author, published
        watch = quote(f"{_ORIGIN}/watch?v={number}", safe="")
        try:
            told = json.loads(self._text("GET", f"{_ORIGIN}/oembed?format=json&url={watch}", ""))
        except (ExtractError, ValueError, RecursionError):
            told = {}
        if not isinstance(told, dict):
            told = {}
        return str(told.get("title", "")), author or str(told.get("author_name", "")), published

    def _text(self, method: str, address: str, url: str) -> str:
        status, body = self._send(method, address, headers=_CONSENT, content=None)
        if status != 200:
            raise ExtractError("error", f"{url} cannot be read: YouTube answered {status}.")
        return body.decode("utf-8", "replace")


def video_id(url: str) -> str:
    """The id of the video that an address of YouTube shows.

    Raises:
        ExtractError: there is none in it.
    """
    parts = urlsplit(url)
    given = parse_qs(parts.query).get("v", [])
    path = parts.path.strip("/").split("/")
    for candidate in (*given, path[-1]):
        if _VIDEO_ID.fullmatch(candidate):
            return candidate
    raise ExtractError("error", f"{url} is no address of a video.")


def _ids(page: str) -> list[str]:
    return [next(filter(None, match.groups())) for match in _LISTED.finditer(page)]


def _meta(page: str, name: str) -> str:
    match = re.search(_META.format(re.escape(name)), page)
    return " ".join(unescape(match[1]).split()) if match else ""


def _refuse(url: str, error: Exception) -> NoReturn:
    name = type(error).__name__
    status, words = _SAID.get(name, _UNREADABLE)
    raise ExtractError(status, f"{url} {words}") from None
