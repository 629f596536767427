"""Lone surrogates, which broken input holds and no file, store or request takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

T = TypeVar("T")


def storable(value: T) -> T:
    """A text, or all texts of a dataclass, tuple or mapping, with `?` for lone surrogates.

    >>> storable(("a", chr(0xD800)))
    ('a', '?')
    """
    return cast(T, _storable(value))


def _storable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, tuple):
        return tuple(map(_storable, value))
    if isinstance(value, Mapping):
        return {_storable(key): _storable(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{part.name: _storable(getattr(value, part.name)) for part in fields(value)}
        )
    return value
