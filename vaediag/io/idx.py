"""IDX files, plain or gzipped: the format of MNIST and Fashion-MNIST (http://yann.lecun.com/exdb/mnist/)."""

from __future__ import annotations

import gzip
import math
import re
import zlib
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import ArrayRows, Rows
from vaediag.io.npy import FileRows, one_line

Array: TypeAlias = np.ndarray[Any, Any]

IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_PIECE = 2**24
_SPLITS = {"train": ("train",), "test": ("t10k", "test"), "valid": ("valid", "validation")}


def looks_like_idx(path: Path) -> bool:
    """By name: `…idx3-ubyte`, `….idx`, each with or without `.gz`."""
    name = path.name.removesuffix(".gz")
    return bool(re.search(r"[-.]idx\d?(-ubyte|-u?byte|-short|-int|-float|-double)?$", name))


def idx_rows(path: Path) -> Rows:
    """Rows of an IDX file: a plain one is read by seeking, a gzipped one is unpacked into memory.

    Raises InputError when it is truncated or no IDX file.
    """
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            shape, dtype, offset = _header(file, path)
            needed = math.prod(shape) * dtype.itemsize
            if path.suffix != ".gz":
                _check_length(path, shape, needed, file.seek(0, 2) - offset)
                return FileRows(path, shape, dtype, offset)
            data = _at_most(file, needed)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"images: {path} cannot be read ({one_line(error)}). Copy or download it again.") from error
    _check_length(path, shape, needed, len(data))
    return ArrayRows(np.frombuffer(data, dtype).reshape(shape))


def labels_beside(path: Path) -> Array | None:
    """Labels from the file with `labels` for `images` and `idx1` for `idx3` in its name, or None."""
    name = re.sub(r"idx\d", "idx1", path.name.replace("images", "labels"))
    for candidate in (name, name.removesuffix(".gz"), name + ".gz"):
        beside = path.with_name(candidate)
        if candidate != path.name and beside.is_file():
            rows = idx_rows(beside)
            return rows.read(0, rows.shape[0]).astype(np.int64)
    return None


def split_of(path: Path) -> str | None:
    """`train`, `test` or `valid` by the beginning of the file name (t10k is MNIST's word for test), or None."""
    for split, words in _SPLITS.items():
        if path.name.startswith(words):
            return split
    return None


def idx_of_split(folder: Path, split: str | None) -> Path | None:
    """The image file of one split in a folder of IDX files; `test` unless asked otherwise. None: no such folder."""
    found = [path for path in sorted(folder.iterdir()) if looks_like_idx(path) and "images" in path.name]
    if not found:
        return None
    wanted = split or "test"
    for path in found:
        if split_of(path) == wanted:
            return path
    if split is None and len(found) == 1:
        return found[0]
    known = ", ".join(sorted({name for path in found if (name := split_of(path))})) or "none"
    raise InputError(f"split: expected one that {folder} has ({known}); got {wanted!r}. Name a file instead.")


def _header(file: Any, path: Path) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in IDX_TYPES or not 1 <= magic[3] <= 4:
        raise InputError(
            f"images: expected an IDX file; {path} starts with {magic.hex(' ') or 'nothing'}. Choose another file."
        )
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise InputError(f"images: {path} ends within its header: it is cut short. Copy or download it again.")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    return shape, np.dtype(IDX_TYPES[magic[2]]), 4 + 4 * magic[3]


def _at_most(file: Any, count: int) -> bytearray:
    """Up to `count` bytes, a piece at a time: a broken header may claim more than the memory holds."""
    data = bytearray()
    while len(data) < count and (piece := file.read(min(_PIECE, count - len(data)))):
        data += piece
    return data


def _check_length(path: Path, shape: tuple[int, ...], needed: int, stored: int) -> None:
    if stored < needed:
        raise InputError(
            f"images: expected {needed} bytes for shape {list(shape)}; {path} holds {stored}."
            " The file is cut short: copy or download it again."
        )
