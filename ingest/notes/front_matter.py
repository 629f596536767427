"""Front matter in YAML, TOML and JSON, read field by field: an odd line spoils no other one.

A block counts as front matter when most of its lines look like fields, whatever a strict parser
says of it. Each field is given to that parser by itself; one that it refuses is read as it stands.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence

import yaml

from ingest.notes.properties import Property, cleaned

_FENCES = {"---": ("---", "..."), "+++": ("+++",), ";;;": (";;;",)}
_MOST_LINES = 2000
_MOST_VALUE = 20_000
_MOST_VALUES = 200
_MOST_BRACKETS = 500  # in one field; the parsers' time grows with the square of its depth
_KEY = re.compile(
    r"(?P<key>\"[^\"]{1,80}\"|'[^']{1,80}'|[^\s:：=#\-\[{<>|*&!%][^:：=]{0,60}?"
    r"|[\w@][\w:./@ -]{0,60}?)\s*(?::(?=\s|$)|：|=)"
)
_TABLE = re.compile(r"\[+([\w.\- ]+)\]+\s*$")
_COMMENT = re.compile(r"(?:^|\s)#(?:\s.*)?$")
_ODD_BUT_FITTING = re.compile(r"[#<{}\[\]\-\s]|\$\{")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def front_matter(lines: Sequence[str]) -> tuple[tuple[Property, ...], int]:
    """The fields at the start of a note and the index of the line after them; 0 without any."""
    first = next((at for at, line in enumerate(lines[:20]) if line.strip()), -1)
    if first < 0:
        return (), 0
    opening = lines[first].strip()
    if opening == "{":
        return _json(lines, first)
    if opening not in _FENCES or (opening != lines[first].rstrip()):
        return (), 0
    last, after = _extent(lines, first + 1, _FENCES[opening])
    if last < 0:
        return (), 0
    return tuple(_fields(lines, first + 1, last, opening == "+++")), after


def _extent(lines: Sequence[str], start: int, closings: tuple[str, ...]) -> tuple[int, int]:
    """The index after the last field, and that after the closing mark; -1 where there is none."""
    fields = odd = 0
    seen = start
    broken = -1  # where the fields of a block that is never closed end
    for at in range(start, min(len(lines), start + _MOST_LINES)):
        line = lines[at].rstrip()
        if line in closings:
            if (fields and fields > odd) or (not fields and not odd):
                return at, at + 1
            return -1, 0
        if not line:
            broken = at if broken < 0 else broken
            continue
        if _KEY.match(line):
            fields += 1
        elif not _ODD_BUT_FITTING.match(line):
            odd += 1
            broken = at if broken < 0 else broken
        seen = at + 1
    end = broken if broken >= 0 else seen
    named = sum(bool(_KEY.match(lines[at])) for at in range(start, end))
    return (end, end) if named and not (odd and named < 2) else (-1, 0)


def _fields(lines: Sequence[str], start: int, end: int, toml: bool) -> Iterator[Property]:
    at, table = start, ""
    while at < end:
        line = lines[at]
        heading = _TABLE.match(line) if toml else None
        if heading:
            table = heading[1] + " "
        match = None if heading or line[:1] in " \t" else _KEY.match(line)
        if match is None:
            at += 1
            continue
        after = at + 1
        while after < end and _goes_on(lines[after]):
            after += 1
        key = table + match["key"].strip().strip("\"'")
        block = "\n".join(lines[at:after])[:_MOST_VALUE]
        last = after
        while last > at + 1 and not lines[last - 1].strip():
            last -= 1
        for name, values in _values(key, block, line[match.end() :], toml):
            yield Property(name, values, at + 1, last)
        at = after


def _goes_on(line: str) -> bool:
    """Whether a line belongs to the field above it."""
    if not line.strip():
        return True
    return line[:1] in " \t]}" or (line.startswith("- ") or line.rstrip() == "-")


def _values(key: str, block: str, rest: str, toml: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names and values of a field; of one that holds others, those of each."""
    try:
        read = _parsed(block, toml)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        read = None
    if isinstance(read, dict) and len(read) == 1:
        yield from _leaves(key, next(iter(read.values())), 0)
    else:
        yield key, _as_written(block, rest)


def _parsed(block: str, toml: bool) -> object:
    """What a field holds; None where a few letters of it could stand for millions of values."""
    if block.count("[") + block.count("{") > _MOST_BRACKETS:
        return None
    if toml:
        return tomllib.loads(block)
    if "*" in block and "&" in block:
        events = yaml.parse(block, Loader=_LOADER)
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            return None
    return yaml.load(block, Loader=_LOADER)  # noqa: S506 (it knows no types, only text)


def _leaves(key: str, value: object, depth: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(value, dict) and depth < 4:
        for name, inner in list(value.items())[:_MOST_VALUES]:
            yield from _leaves(f"{key} {name}", inner, depth + 1)
    elif isinstance(value, list):
        plain = [said for item in value[:_MOST_VALUES] if (said := _plain(item))]
        yield key, tuple(plain)
    elif said := _plain(value):
        yield key, (said,)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):  # [[Name]] that was not quoted
        return ", ".join(filter(None, (_plain(item) for item in value[:9])))
    if isinstance(value, dict) or value is None:
        return ""
    return cleaned(" ".join(str(value).split()))


def _as_written(block: str, rest: str) -> tuple[str, ...]:
    """The values of a field that no parser takes."""
    said = _COMMENT.sub("", rest).strip()
    below = [line.strip() for line in block.split("\n")[1:] if line.strip()]
    if said.strip(">|+-0123456789") == "" and said[:1] in (">", "|"):
        said = ""
        below = [" ".join(below)]
    if said.startswith("[") and said.endswith("]"):
        below, said = said[1:-1].split(","), ""
    parts = [said, *(line.removeprefix("- ") for line in below)]
    return tuple(filter(None, map(cleaned, parts[:_MOST_VALUES])))


def _json(lines: Sequence[str], first: int) -> tuple[tuple[Property, ...], int]:
    for end in range(first, min(len(lines), first + _MOST_LINES)):
        if lines[end].rstrip() == "}":
            break
    else:
        return (), 0
    try:
        read = json.loads("\n".join(lines[first : end + 1]))
    except (ValueError, RecursionError):
        return (), 0
    found = []
    for key, value in read.items():
        mark = json.dumps(key, ensure_ascii=False)
        at = next((n for n in range(first, end) if mark in lines[n]), first)
        found += [Property(name, vs, at + 1, at + 1) for name, vs in _leaves(key, value, 0)]
    return tuple(found), end + 1
