"""Messages between the window and its helpers: one JSON header and the bytes of named arrays. Nothing is pickled.

A frame is two lengths (header, payload; little-endian uint32 and uint64), the header as UTF-8 JSON, and the payload.
The header's "arrays" lists `[name, dtype, shape]` in the order of the payload.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_LENGTHS = struct.Struct("<IQ")
Message = tuple[dict[str, Any], dict[str, np.ndarray]]


def pack(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None = None) -> bytes:
    """One frame. NaN and infinity may stand in arrays only."""
    blocks = {name: np.ascontiguousarray(array) for name, array in (arrays or {}).items()}
    described = (
        [[name, block.dtype.str, list(np.shape(arrays[name]))] for name, block in blocks.items()] if arrays else []
    )
    head = json.dumps({**header, "arrays": described}, allow_nan=False).encode("utf-8", "surrogatepass")
    payload = b"".join(block.tobytes() for block in blocks.values())
    return _LENGTHS.pack(len(head), len(payload)) + head + payload


class Unpacker:
    """Bytes as they arrive, in any portions, to whole messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Every message that is complete now. Arrays are read-only copies."""
        self._buffer += data
        while len(self._buffer) >= _LENGTHS.size:
            head_size, payload_size = _LENGTHS.unpack_from(self._buffer)
            end = _LENGTHS.size + head_size + payload_size
            if len(self._buffer) < end:
                return
            frame = bytes(self._buffer[_LENGTHS.size : end])
            del self._buffer[:end]
            yield _message(frame, head_size)


def _message(frame: bytes, head_size: int) -> Message:
    header = json.loads(frame[:head_size].decode("utf-8", "surrogatepass"))
    arrays, at = {}, head_size
    for name, dtype, shape in header.pop("arrays"):
        kind = np.dtype(dtype)
        arrays[name] = np.frombuffer(frame, kind, math.prod(shape), at).reshape(shape)
        at += kind.itemsize * math.prod(shape)
    return header, arrays
