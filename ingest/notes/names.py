"""The name of a note's file as a person would read it out."""

from __future__ import annotations

import re
from urllib.parse import unquote

from ingest.notes.dates import date_in

_NOTION_ID = re.compile(r"[ _-]([0-9a-f]{32})(?:_all)?$")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_NUMBERED = re.compile(r"\d{1,4}[-_. ]+(?=[^\W\d_])")
_DATED = re.compile(r"((?:19|20)\d\d[-_]\d\d[-_]\d\d)[-_ ]+(?=\S)")
_SPACES = re.compile(r"\s+")
_MOST = 200


def stem_of(name: str) -> str:
    """The last part of a note's path without its ending."""
    last = name.rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[0] if "." in last[1:] else last


def readable_name(name: str) -> str:
    """A note's title from its path within the notes folder.

    `Choir___Rehearsal.md` is "Choir / Rehearsal", `2024-03-11-standup.md` is "2024-03-11 standup";
    a page that stands for its folder is named like it.
    """
    stem = stem_of(name)
    folders = [part for part in name.split("/")[:-1] if part]
    if folders and stem.lower() in ("index", "readme", "_index"):
        stem = folders[-1]
    if _PERCENT.search(stem):
        stem = unquote(stem)
    stem = _NOTION_ID.sub("", stem)
    parts = [_spaced(part) for part in re.split(r"___|(?<=\S)/(?=\S)", stem)]
    shown = " / ".join(part for part in parts if part)
    return shown[:_MOST] or stem_of(name)[:_MOST]


def _spaced(part: str) -> str:
    """A part of a name with spaces where marks stand for them."""
    part = part.strip()
    if date_in(part) and re.fullmatch(r"[\d_-]+", part):
        return part.replace("_", "-")
    dated = _DATED.match(part)
    if dated:
        return f"{dated[1].replace('_', '-')} {_spaced(part[dated.end() :])}"
    if " " in part:
        return _SPACES.sub(" ", part)
    if "_" in part.strip("_"):
        return part.strip("_").replace("_", " ")
    if part.count("-") >= 1 and (part.islower() or _NUMBERED.match(part) or part.count("-") > 1):
        return part.replace("-", " ").strip() or part
    return part
