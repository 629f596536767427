"""Writes models in ONNX's file format, as far as ours needs it.

The format is protocol buffers (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): a field is
a number with its kind, then a variable-length integer, four bytes, or a length and so many bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_IR_VERSION, _OPSET, _MICROSOFT_OPSET = 10, 18, 1
MICROSOFT: Final = "com.microsoft"  # the domain of the operators that ONNX Runtime adds
_TYPES: Final = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7}
_FLOAT, _INT = 1, 2  # kinds of attributes

Shape = Sequence[int | str]
Value = tuple[str, str, Shape]  # name, type of its numbers, shape; a size may be a name


class Graph:
    """Operators and the constants they take, in the order in which they were added."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._count = 0

    def constant(self, values: NDArray[Any] | np.generic) -> str:
        """Add a constant; its name is returned."""
        name = self._name("c")
        sizes = b"".join(_number(1, size) for size in values.shape)
        raw = np.asarray(values, order="C").tobytes()
        tensor = sizes + _number(2, _TYPES[str(values.dtype)]) + _text(8, name) + _bytes(9, raw)
        self._parts.append(_bytes(5, tensor))
        return name

    def add(
        self, operator: str, *inputs: str, domain: str = "", to: str = "", **attributes: float | int
    ) -> str:
        """Add an operator; the name of its result, which may be given, is returned."""
        result = to or self._name("r")
        node = b"".join(_text(1, name) for name in inputs) + _text(2, result)
        node += _text(3, f"{operator}_{self._count}") + _text(4, operator)
        node += b"".join(_bytes(5, _attribute(*one)) for one in attributes.items())
        self._parts.append(_bytes(1, node + _text(7, domain)))
        return result

    def model(self, inputs: Sequence[Value], outputs: Sequence[Value]) -> bytes:
        """The whole as a file."""
        ends = [_bytes(11, _value(*one)) for one in inputs]
        ends += [_bytes(12, _value(*one)) for one in outputs]
        graph = b"".join([*self._parts, _text(2, "graph"), *ends])
        versions = ((MICROSOFT, _MICROSOFT_OPSET), ("", _OPSET))
        opsets = (_bytes(8, _text(1, domain) + _number(2, number)) for domain, number in versions)
        return b"".join([_number(1, _IR_VERSION), *opsets, _bytes(7, graph)])

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"


def _attribute(name: str, value: float | int) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT)
    return _text(1, name) + _key(2, 5) + struct.pack("<f", value) + _number(20, _FLOAT)


def _value(name: str, kind: str, shape: Shape) -> bytes:
    sizes = (_number(1, size) if isinstance(size, int) else _text(2, size) for size in shape)
    tensor = _number(1, _TYPES[kind]) + _bytes(2, b"".join(_bytes(1, size) for size in sizes))
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _key(field, 0) + _varint(value & (1 << 64) - 1)


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _key(field, 2) + _varint(len(content)) + content


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
