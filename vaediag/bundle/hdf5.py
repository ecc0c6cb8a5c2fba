"""Just enough HDF5 to read weights: groups of plain arrays, in the layout that h5py writes and Keras therefore saves.

The HDF5 library is not made for files from strangers: a few wrong bytes in a table send it round in circles for ever.
Here every step is bounded by the size of the file, and whatever weights do not need (links, chunks, filters, files
elsewhere) is refused or never looked at; attributes are, unless texts are asked for.

Source: HDF5 File Format Specification 3.0, https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from vaediag.bundle.hdf5_text import NoText, Text, read_attribute

Array: TypeAlias = np.ndarray[Any, Any]

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_NOWHERE = 2**64 - 1
_ROOT_ENTRY = 56
_ENTRY = 40
_MAX_DEPTH = 24
_MAX_NAME = 256

_DATASPACE, _DATATYPE, _LAYOUT, _ATTRIBUTE, _CONTINUATION, _TABLE = 0x01, 0x03, 0x08, 0x0C, 0x10, 0x11
_HARMLESS = {0x00, 0x04, 0x05, 0x0E, 0x12, 0x16}  # padding, fill values, times
_REFUSED = {
    0x02: "links of a newer layout",
    0x06: "links of a newer layout",
    0x07: "numbers in another file",
    0x0B: "compressed numbers",
}
# little-endian IEEE numbers, as the property part of a datatype message spells them
_FLOATS = {
    struct.pack("<HHBBBBI", 0, 16, 10, 5, 0, 10, 15): "<f2",
    struct.pack("<HHBBBBI", 0, 32, 23, 8, 0, 23, 127): "<f4",
    struct.pack("<HHBBBBI", 0, 64, 52, 11, 0, 52, 1023): "<f8",
}


class LayoutError(ValueError):
    """The bytes are no such file, or hold something that weights do not need."""


@dataclass
class Tree:
    """The content of a file: paths of groups (also empty ones), arrays by path, texts by path ("" is the root)."""

    groups: list[str] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)
    texts: dict[str, dict[str, Text]] = field(default_factory=dict)


def read_tree(data: bytes, *, texts: bool = False) -> Tree:
    """All groups and arrays, and the attributes of groups that are `texts` if asked for.

    Raises LayoutError, and no other exception, whatever the bytes are. Takes no more memory than a small multiple of
    `data`, and time in proportion to it.
    """
    return _Reader(data, texts).read()


class _Reader:
    def __init__(self, data: bytes, texts: bool) -> None:
        self.data, self.texts = data, texts
        self.seen: set[int] = set()
        # parts may overlap in a forged file: without these budgets, time would grow with the square of its size
        self.bytes_left = self.names_left = len(data)
        self.messages_left = len(data) // 8
        self.text_left = 2 * len(data)
        self.tree = Tree()

    def read(self) -> Tree:
        version, sizes = self._bytes(8, 1), self._bytes(13, 2)
        base = self._number(24)
        if self._bytes(0, 8) != _SIGNATURE or version != b"\0" or sizes != b"\x08\x08" or base != 0:
            raise LayoutError("it is not laid out as Keras does it")
        self._object("", self._number(_ROOT_ENTRY + 8), 0)
        return self.tree

    def _bytes(self, start: int, count: int) -> bytes:
        if start < 0 or count < 0 or start + count > len(self.data):
            raise LayoutError("it points outside itself")
        return self.data[start : start + count]

    def _number(self, start: int, size: int = 8) -> int:
        return int.from_bytes(self._bytes(start, size), "little")

    def _visit(self, address: int, what: str) -> int:
        """Nothing is read twice: neither circles nor shared parts are followed."""
        if address in self.seen:
            raise LayoutError(f"{what} is reached twice")
        self.seen.add(address)
        return address

    # ---- groups ------------------------------------------------------------------------------------------------------

    def _object(self, path: str, address: int, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise LayoutError("its groups lie too deep")
        found = list(self._messages(self._visit(address, path[:60] or "the root")))
        messages = dict(found)
        if _TABLE in messages:
            attributes = [self._attribute(body) for kind, body in found if kind == _ATTRIBUTE]
            self.tree.texts[path] = dict(pair for pair in attributes if pair is not None)
            if path:
                self.tree.groups.append(path)
            table = messages[_TABLE]
            if len(table) < 16:
                raise LayoutError("a table of names is cut short")
            tree, heap = struct.unpack_from("<QQ", table)
            names = self._heap(heap)
            for name_at, header in self._entries(tree, 0):
                name = self._name(names, name_at)
                self._object(f"{path}/{name}" if path else name, header, depth + 1)
        elif _LAYOUT in messages and path:
            self.tree.arrays[path] = self._array(path, messages)
        else:
            raise LayoutError(f"{path[:60]!r} is neither a group nor an array")

    def _attribute(self, body: bytes) -> tuple[str, Text] | None:
        """Name and text of an attribute; None for one that holds no text."""

        def get(start: int, count: int) -> bytes:
            self.text_left -= count
            if self.text_left < 0:
                raise LayoutError("its texts overlap")
            return self._bytes(start, count)

        try:
            return read_attribute(body, _shape, get)
        except NoText:
            return None

    def _messages(self, address: int) -> Iterator[tuple[int, bytes]]:
        """Messages of an object header of version 1; those that matter, each at most once."""
        if self._number(address, 1) != 1:
            raise LayoutError("it is not laid out as Keras does it")
        blocks = [(address + 16, self._number(address + 8, 4))]
        found: set[int] = set()
        while blocks:
            start, length = blocks.pop()
            self._bytes(start, length)
            end = start + length
            while start + 8 <= end:
                self.messages_left -= 1
                if self.messages_left < 0:
                    raise LayoutError("its headers overlap")
                kind, size, flags = self._number(start, 2), self._number(start + 2, 2), self._number(start + 4, 1)
                body = self._bytes(start + 8, size)
                start += 8 + size
                if kind == _CONTINUATION:
                    if len(body) < 16:
                        raise LayoutError("a header is cut short")
                    where, length = struct.unpack_from("<QQ", body)
                    blocks.append((self._visit(where, "a header"), length))
                elif kind in _REFUSED:
                    raise LayoutError(f"it holds {_REFUSED[kind]}")
                elif kind == _ATTRIBUTE:
                    if self.texts:
                        yield kind, body
                elif kind in (_DATASPACE, _DATATYPE, _LAYOUT, _TABLE):
                    if flags & 0x02 or kind in found:
                        raise LayoutError("a header is given twice, or elsewhere")
                    found.add(kind)
                    yield kind, body
                elif kind not in _HARMLESS:
                    raise LayoutError(f"it holds something unknown, message {kind}")

    def _heap(self, address: int) -> bytes:
        if self._bytes(address, 4) != b"HEAP":
            raise LayoutError("names are missing")
        size = self._number(address + 8)
        self.names_left -= size
        if self.names_left < 0:
            raise LayoutError("its names overlap")
        return self._bytes(self._number(address + 24), size)

    def _name(self, heap: bytes, start: int) -> str:
        end = heap.find(b"\0", start, start + _MAX_NAME)
        text = heap[start:end] if start < end else b""
        if not text.isascii() or not text or b"/" in text or text in (b".", b".."):
            raise LayoutError("a name is damaged")
        return text.decode("ascii")

    def _entries(self, address: int, depth: int) -> Iterator[tuple[int, int]]:
        """Name offset and header address of every member of a group: a B-tree of version 1 with symbol tables."""
        self._visit(address, "a table")
        mark = self._bytes(address, 4)
        if mark == b"TREE" and depth < _MAX_DEPTH and self._number(address + 4, 1) == 0:
            for number in range(self._number(address + 6, 2)):
                yield from self._entries(self._number(address + 32 + 16 * number), depth + 1)
        elif mark == b"SNOD":
            for number in range(self._number(address + 6, 2)):
                entry = address + 8 + _ENTRY * number
                if self._number(entry + 16, 4) == 2:
                    raise LayoutError("it holds a link to another place")
                yield self._number(entry), self._number(entry + 8)
        else:
            raise LayoutError("a table of names is damaged")

    # ---- arrays ------------------------------------------------------------------------------------------------------

    def _array(self, path: str, messages: dict[int, bytes]) -> Array:
        if _DATASPACE not in messages or _DATATYPE not in messages:
            raise LayoutError(f"{path[:60]!r} has no shape or type")
        shape, dtype = _shape(messages[_DATASPACE]), _dtype(messages[_DATATYPE])
        count = math.prod(shape)
        self.bytes_left -= count * dtype.itemsize
        if self.bytes_left < 0:
            raise LayoutError(f"{path[:60]!r} claims more numbers than the file can hold")
        raw = self._stored(messages[_LAYOUT], count * dtype.itemsize)
        return np.frombuffer(raw, dtype, count).reshape(shape)

    def _stored(self, layout: bytes, needed: int) -> bytes:
        version, kind = (layout + b"\0\0")[:2]
        if version not in (3, 4) or kind not in (0, 1):
            raise LayoutError("it holds numbers in pieces, or computed from others")
        if kind == 0:
            size = int.from_bytes(layout[2:4], "little")
            raw = layout[4 : 4 + size]
        else:
            if len(layout) < 18:
                raise LayoutError("a header is cut short")
            address, size = struct.unpack_from("<QQ", layout, 2)
            raw = b"" if needed == 0 or address == _NOWHERE else self._bytes(address, size)
        if len(raw) != needed:
            raise LayoutError("it holds another count of numbers than it says")
        return raw


def _shape(message: bytes) -> tuple[int, ...]:
    version, rank = (message + b"\0\0")[:2]
    start = {1: 8, 2: 4}.get(version)
    if start is None or rank > 8 or len(message) < start + 8 * rank or (version == 2 and message[3] > 1):
        raise LayoutError("a shape is damaged")
    return struct.unpack_from(f"<{rank}Q", message, start)


def _dtype(message: bytes) -> np.dtype[Any]:
    if len(message) < 12:
        raise LayoutError("a type is damaged")
    kind, bits, size = message[0] & 0x0F, message[1], int.from_bytes(message[4:8], "little")
    if kind == 0 and not bits & 0x01 and size in (1, 2, 4, 8) and message[8:12] == struct.pack("<HH", 0, 8 * size):
        return np.dtype(f"<{'i' if bits & 0x08 else 'u'}{size}")
    if kind == 1 and not bits & 0x41 and (name := _FLOATS.get(message[8:20])) and int(name[-1]) == size:
        return np.dtype(name)
    raise LayoutError("it holds something that is no plain number")
