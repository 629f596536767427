"""What a URL in a note means: its canonical form, its kind, and where in the page it points.

Two links are the same source when their canonical forms are equal. Normalisation follows RFC 3986,
section 6.2.2 (case, percent-encoding, dot segments) and 6.2.3 (default port, empty path).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

import idna

LinkKind = Literal["page", "pdf", "video", "playlist", "image", "other"]

_TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh mc_cid mc_eid "
    "_hsenc _hsmi mkt_tok trk sc_campaign sc_channel sc_icampaign sc_ichannel _ga _gl oly_anon_id "
    "oly_enc_id vero_id wickedid ref_src ref_url s_kwcid".split()
)
_IMAGES = frozenset(".png .jpg .jpeg .gif .webp .svg .bmp .ico .tif .tiff .avif .heic".split())
_NOT_TEXT = frozenset(
    ".zip .gz .tgz .bz2 .xz .7z .tar .rar .exe .dmg .iso .msi .deb .rpm .jar .whl .mp3 .wav .m4a "
    ".mp4 .mov .avi .mkv .webm .doc .docx .xls .xlsx .ppt .pptx .key .epub .woff .woff2".split()
)
_YOUTUBE = frozenset(
    "youtube.com www.youtube.com m.youtube.com music.youtube.com www.youtube-nocookie.com".split()
)
_VIDEO_PATH = re.compile(r"/(?:shorts|live|embed|v)/([A-Za-z0-9_-]{11})(?:/|$)")
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}$")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9_-]{2,64}$")
_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$")
_PORTS = {"http": 80, "https": 443}
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class MalformedUrl(ValueError):
    """A URL that cannot be followed; `forbidden` when it is written as no honest link is."""

    def __init__(self, reason: str, *, forbidden: bool = False) -> None:
        super().__init__(reason)
        self.forbidden = forbidden


@dataclass(frozen=True, slots=True)
class Place:
    """The canonical form of a URL, and what was taken off it: where in the page it points."""

    url: str
    fragment: str = ""
    seconds: float | None = None


def canonical_url(url: str) -> str:
    """The URL that stands for all spellings of the same source, without its fragment.

    Raises:
        MalformedUrl: It is not a web address (see `normalise_url`).
    """
    return locate(url).url


def locate(url: str) -> Place:
    """The canonical form with the fragment, and the start time of a video, kept aside.

    Raises:
        MalformedUrl: It is not a web address (see `normalise_url`).
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


def normalise_url(url: str) -> str:
    """A web address in its RFC 3986 normal form, ASCII only, without fragment.

    Raises:
        MalformedUrl: Not http(s), no host, control characters, a backslash, user information, or a
            host or port that cannot be read.
    """
    text = url.strip(" \t\r\n\u3000")
    if _FORBIDDEN.search(text):
        raise MalformedUrl("it holds control characters or a backslash", forbidden=True)
    if text[:4].lower() == "www.":
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise MalformedUrl(f"it cannot be read as a URL ({error})") from None
    if parts.scheme not in _PORTS:
        raise MalformedUrl("it is not an http or https address")
    if "@" in parts.netloc:
        raise MalformedUrl("it holds a user name or password", forbidden=True)
    host = normalise_host(parts.hostname or "")
    shown = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        shown = f"{shown}:{port}"
    path = _without_dots(_encode(parts.path, "/:@!$&'()*+,;=")) or "/"
    return urlunsplit((parts.scheme, shown, path, _encode(parts.query, "/:@!$&'()*+,;=?[]"), ""))


def normalise_host(host: str) -> str:
    """A host name in lower-case ASCII (IDNA 2008 with UTS 46 mapping), or an address as it is.

    Raises:
        MalformedUrl: It is empty or not a host name.
    """
    if not host:
        raise MalformedUrl("it has no host name")
    if ":" in host:
        return host.lower()
    if not host.isascii():
        try:
            host = idna.encode(unquote(host), uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise MalformedUrl(f"its host name {host!r} cannot be read") from None
    host = host.lower().removesuffix(".")
    if len(host) > 253 or not _HOST.match(host):
        raise MalformedUrl(f"its host name {host[:80]!r} cannot be read")
    return host


def classify(url: str) -> LinkKind:
    """The kind of source behind a URL, as far as its spelling tells; the server has the last word."""
    try:
        parts = urlsplit(canonical_url(url))
    except MalformedUrl:
        return "other"
    if parts.hostname == "www.youtube.com":
        if parts.path == "/watch" and parts.query.startswith("v="):
            return "video"
        if parts.path == "/playlist" and parts.query.startswith("list="):
            return "playlist"
    suffix = posixpath.splitext(unquote(parts.path))[1].lower()
    if suffix == ".pdf":
        return "pdf"
    if suffix in _IMAGES:
        return "image"
    return "other" if suffix in _NOT_TEXT else "page"


def has_scheme(url: str) -> bool:
    """Whether it is an address at all, rather than a path or an anchor within the notes."""
    text = url.strip()
    return text[:4].lower() == "www." or _SCHEME.match(text) is not None


def video_id(canonical: str) -> str:
    """The YouTube id in the canonical URL of a video, empty for anything else."""
    parts = urlsplit(canonical)
    is_video = parts.hostname == "www.youtube.com" and parts.path == "/watch"
    return parts.query.removeprefix("v=") if is_video and parts.query.startswith("v=") else ""


def _is_tracking(pair: str) -> bool:
    name = unquote(pair.partition("=")[0]).lower()
    return name.startswith("utm_") or name in _TRACKING


def _youtube(host: str, path: str, query: str) -> str:
    """The one form of a video or playlist on YouTube; empty for other pages."""
    values = dict(parse_qsl(query))
    video = playlist = ""
    if host in ("youtu.be", "www.youtu.be"):
        video = path.strip("/").split("/")[0]
    elif host in _YOUTUBE:
        in_path = _VIDEO_PATH.match(path)
        video = in_path[1] if in_path else values.get("v", "") if path == "/watch" else ""
        playlist = values.get("list", "") if path in ("/playlist", "/watch") else ""
    if _VIDEO_ID.match(video):
        return f"https://www.youtube.com/watch?v={video}"
    if _PLAYLIST_ID.match(playlist):
        return f"https://www.youtube.com/playlist?list={playlist}"
    return ""


def _seconds(value: str) -> float | None:
    match = _TIME.match(value) if value else None
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def _encode(text: str, safe: str) -> str:
    """Percent-encoding in one form: upper case, only where needed, never twice."""

    def plain(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else match[0].upper()

    return quote(
        _PERCENT.sub(plain, _BAD_PERCENT.sub("%25", text)), safe=safe + "%", errors="replace"
    )


def _without_dots(path: str) -> str:
    """Remove `.` and `..` segments (RFC 3986, section 5.2.4)."""
    out: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            out = out[:-1]
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out) if path else ""
