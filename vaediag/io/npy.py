"""Images in a .npy file, read by seeking: a memory map would count every page it touched as used memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import Rows, check_numbers

Array: TypeAlias = np.ndarray[Any, Any]


@dataclass(frozen=True)
class FileRows:
    """Rows of equal size that follow each other in a file from byte `offset` on.

    Fortran order stores each pixel of all images together: one short read per pixel and chunk.
    """

    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset: int
    fortran: bool = False

    def read(self, start: int, stop: int) -> Array:
        count, pixels = stop - start, math.prod(self.shape[1:])
        with _opened(self.path) as file:
            if not self.fortran:
                file.seek(self.offset + start * pixels * self.dtype.itemsize)
                return self._values(file.read(count * pixels * self.dtype.itemsize)).reshape(count, *self.shape[1:])
            columns = np.empty((pixels, count), self.dtype)
            for pixel in range(pixels):
                file.seek(self.offset + (pixel * self.shape[0] + start) * self.dtype.itemsize)
                columns[pixel] = self._values(file.read(count * self.dtype.itemsize))
        return columns.T.reshape((count, *self.shape[1:]), order="F")

    def take(self, indices: Array) -> Array:
        out = np.empty((len(indices), *self.shape[1:]), self.dtype)
        order = np.argsort(indices, kind="stable")
        ranked = indices[order]
        breaks = np.flatnonzero(np.diff(ranked) > 1) + 1  # neighbours in the file are read in one go
        for run in np.split(np.arange(len(ranked)), breaks):
            if run.size:
                first, last = int(ranked[run[0]]), int(ranked[run[-1]])
                out[order[run]] = self.read(first, last + 1)[ranked[run] - first]
        return out

    def _values(self, data: bytes) -> Array:
        if len(data) % self.dtype.itemsize:
            raise InputError(f"images: {self.path} ended early while it was read. Check the file.")
        return np.frombuffer(data, self.dtype)


def npy_rows(path: Path) -> Rows:
    """Rows of a .npy file. Raises InputError when it is pickled, truncated or no .npy file."""
    with _opened(path) as file:
        try:
            version = np.lib.format.read_magic(file)
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }.get(version, np.lib.format.read_array_header_2_0)
            shape, fortran, dtype = read_header(file)
        except (ValueError, EOFError, SyntaxError, TypeError, RecursionError) as error:
            raise InputError(
                f"images: expected a .npy array; {path} is not one ({one_line(error)}). Save it again."
            ) from error
        check_numbers(dtype, path.name)
        offset = file.tell()
        stored = file.seek(0, 2) - offset
    needed = math.prod(shape) * dtype.itemsize
    if stored < needed:
        raise InputError(
            f"images: expected {needed} bytes of numbers for shape {list(shape)}; {path} holds {stored}."
            " The file is cut short: copy or save it again."
        )
    return FileRows(path, tuple(int(size) for size in shape), dtype, offset, bool(fortran) and len(shape) > 1)


def one_line(error: BaseException) -> str:
    """The first line of an error's message, short enough for a sentence."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"images: {path} cannot be read ({error.strerror}). Check the path.") from error
