"""Small pictures as PNG, without a library for pictures."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from vaediag.records.estimate import Array


def png(picture: Array) -> bytes:
    """`[H, W]` (grey) or `[H, W, 3]` of uint8 as the bytes of a PNG file (ISO/IEC 15948)."""
    height, width = picture.shape[:2]
    colour = 2 if picture.ndim == 3 else 0
    rows = np.ascontiguousarray(picture, np.uint8).reshape(height, -1)
    unfiltered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)  # filter 0 in front of every row
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(unfiltered.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
