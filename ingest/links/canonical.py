"""What a URL in a note means: its canonical form, its kind, and where in the page it points.

Two links are the same source when their canonical forms are equal.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from ingest.links.url_syntax import MalformedUrlError, normalise_url

LinkKind = Literal["page", "pdf", "video", "playlist", "image", "other"]

_TRACKING = re.compile(
    r"utm_.*|(?:fb|g|d|y|tw|tt)clid|msclkid|(?:gb|wb)raid|gclsrc|igshi?d?|mc_[ce]id|_hsenc|_hsmi|"
    r"mkt_tok|trk|sc_i?(?:campaign|channel)|_ga|_gl|oly_(?:anon|enc)_id|vero_id|wickedid|ref_src"
)
_IMAGES = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|ico|tiff?|avif|heic)")
_NOT_TEXT = re.compile(
    r"\.(?:zip|t?gz|bz2|xz|7z|tar|rar|exe|dmg|iso|msi|deb|rpm|jar|whl|mp3|wav|m4a|mp4|mov|avi|mkv|"
    r"webm|docx?|xlsx?|pptx?|key|epub|woff2?)"
)
_YOUTUBE = re.compile(r"(?:(?:www|m|music)\.)?youtube\.com|www\.youtube-nocookie\.com")
_VIDEO_PATH = re.compile(r"/(?:shorts|live|embed|v)/([A-Za-z0-9_-]{11})(?:/|$)")
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9_-]{2,64}")
_TIME = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s?)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Place:
    """The canonical form of a URL, and what was taken off it: where in the page it points."""

    url: str
    fragment: str = ""
    seconds: float | None = None


def canonical_url(url: str) -> str:
    """The URL that stands for all spellings of the same source, without its fragment.

    Raises:
        MalformedUrlError: It is not a web address (see `normalise_url`).
    """
    return locate(url).url


def locate(url: str) -> Place:
    """The canonical form with the fragment, and the start time of a video, kept aside.

    Raises:
        MalformedUrlError: It is not a web address (see `normalise_url`).
    """
    whole = normalise_url(url)
    fragment = urlsplit(url.strip()).fragment
    parts = urlsplit(whole)
    tube = _youtube(parts.hostname or "", parts.path, parts.query)
    if tube:
        start = dict(parse_qsl(parts.query)).get("t") or dict(parse_qsl(fragment)).get("t", "")
        return Place(tube, fragment, _seconds(start))
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)]
    return Place(urlunsplit(parts._replace(query="&".join(kept))), fragment)


def classify(url: str) -> LinkKind:
    """The kind of source behind a URL, as far as its spelling tells; a server may differ."""
    try:
        parts = urlsplit(canonical_url(url))
    except MalformedUrlError:
        return "other"
    if parts.hostname == "www.youtube.com":
        if parts.path == "/watch" and parts.query.startswith("v="):
            return "video"
        if parts.path == "/playlist" and parts.query.startswith("list="):
            return "playlist"
    suffix = posixpath.splitext(unquote(parts.path))[1].lower()
    if suffix == ".pdf":
        return "pdf"
    if _IMAGES.fullmatch(suffix):
        return "image"
    return "other" if _NOT_TEXT.fullmatch(suffix) else "page"


def has_scheme(url: str) -> bool:
    """Whether it is an address at all, rather than a path or an anchor within the notes."""
    text = url.strip()
    return text[:4].lower() == "www." or _SCHEME.match(text) is not None


def _is_tracking(pair: str) -> bool:
    return _TRACKING.fullmatch(unquote(pair.partition("=")[0]).lower()) is not None


def _youtube(host: str, path: str, query: str) -> str:
    """The one form of a video or playlist on YouTube; empty for other pages."""
    values = dict(parse_qsl(query))
    video = playlist = ""
    if host in ("youtu.be", "www.youtu.be"):
        video = path.strip("/").split("/")[0]
    elif _YOUTUBE.fullmatch(host):
        in_path = _VIDEO_PATH.match(path)
        video = in_path[1] if in_path else values.get("v", "") if path == "/watch" else ""
        playlist = values.get("list", "") if path in ("/playlist", "/watch") else ""
    if _VIDEO_ID.fullmatch(video):
        return f"https://www.youtube.com/watch?v={video}"
    if _PLAYLIST_ID.fullmatch(playlist):
        return f"https://www.youtube.com/playlist?list={playlist}"
    return ""


def _seconds(value: str) -> float | None:
    match = _TIME.fullmatch(value) if value else None
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)
