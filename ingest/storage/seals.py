"""Files of JSON that carry a digest of themselves: one changed letter, and they count as none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_SEAL = "digest"


def sealed(values: Mapping[str, Any]) -> bytes:
    """Values as JSON, with the digest that `unsealed` checks."""
    whole = {**values, _SEAL: _digest(values)}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def unsealed(content: bytes) -> dict[str, Any]:
    """The values that `sealed` wrote.

    Raises:
        ValueError: they are not as they were written.
    """
    try:
        values = json.loads(content.decode("utf-8", "surrogatepass"))
    except RecursionError as error:
        raise ValueError("no file of ours") from error
    if not isinstance(values, dict) or values.pop(_SEAL, None) != _digest(values):
        raise ValueError("not as it was written")
    return values


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
