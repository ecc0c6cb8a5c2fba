"""Attributes of an HDF5 file that hold text: where older versions of Keras keep a network's config and its names.

As in `hdf5`: every step is bounded by the size of the file. Attributes that hold no text are passed over.

Source: HDF5 File Format Specification 3.0, sections III.E (global heap) and IV.A.2.m (attribute message).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TypeAlias

Text: TypeAlias = "str | list[str]"
Bytes: TypeAlias = Callable[[int, int], bytes]  # (start, count) of the whole file

_MOST = 10_000  # entries of one attribute
_FIXED, _VARIABLE = 3, 9


class NoText(ValueError):
    """The attribute is damaged, or something else than text."""


def read_attribute(message: bytes, shape_of: Callable[[bytes], tuple[int, ...]], get: Bytes) -> tuple[str, Text]:
    """Name and text of an attribute message. Raises NoText; whatever `shape_of` and `get` raise passes through."""
    if len(message) < 8:
        raise NoText("an attribute is cut short")
    version = message[0]
    name_size, type_size, space_size = struct.unpack_from("<HHH", message, 2)
    if version not in (1, 2, 3) or (version > 1 and message[1]):
        raise NoText("an attribute of another kind")
    start = 9 if version == 3 else 8
    parts = []
    for size in (name_size, type_size, space_size):
        parts.append(message[start : start + size])
        start += -(-size // 8) * 8 if version == 1 else size
    name, kind, space = parts
    shape = shape_of(space)
    if len(shape) > 1 or (shape and shape[0] > _MOST):
        raise NoText("an attribute of another kind")
    texts = _texts(kind, message[start:], shape[0] if shape else 1, get)
    return name.rstrip(b"\0").decode("utf-8", "replace"), texts if shape else texts[0]


def _texts(kind: bytes, values: bytes, count: int, get: Bytes) -> list[str]:
    if count == 0:
        return []
    if len(kind) < 8:
        raise NoText("a type is damaged")
    family, bits, size = kind[0] & 0x0F, kind[1], int.from_bytes(kind[4:8], "little")
    if not (family == _FIXED or (family == _VARIABLE and bits & 0x0F == 1 and size == 16)):
        raise NoText("no text")
    if size == 0 or len(values) < count * size:
        raise NoText("an attribute is cut short")
    rows = [values[place * size : (place + 1) * size] for place in range(count)]
    raw = rows if family == _FIXED else [_heap_object(row, get) for row in rows]
    try:
        return [text.split(b"\0", 1)[0].decode("utf-8") for text in raw]
    except UnicodeDecodeError as error:
        raise NoText("a text is damaged") from error


def _heap_object(reference: bytes, get: Bytes) -> bytes:
    """The bytes that a reference (length, collection, index) of variable-length data stands for."""
    length, address, index = struct.unpack("<IQI", reference)
    if length == 0:
        return b""
    if get(address, 4) != b"GCOL":
        raise NoText("a text is missing")
    end = address + int.from_bytes(get(address + 8, 8), "little")
    start = address + 16
    for _ in range(_MOST):
        if start + 16 > end:
            break
        number, _count, size = struct.unpack("<HH4xQ", get(start, 16))
        if number == index:
            return get(start + 16, min(length, size))
        if number == 0:
            break
        start += 16 + -(-size // 8) * 8
    raise NoText("a text is missing")
