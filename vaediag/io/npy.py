"""Images in a .npy file, read by seeking: a memory map would count every page it touched as used memory."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import Rows, check_numbers

Array: TypeAlias = np.ndarray[Any, Any]

MAGIC = b"\x93NUMPY"  # numpy.lib.format


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
                return self._values(file, count * pixels).reshape(count, *self.shape[1:])
            columns = np.empty((pixels, count), self.dtype)
            for pixel in range(pixels):
                file.seek(self.offset + (pixel * self.shape[0] + start) * self.dtype.itemsize)
                columns[pixel] = self._values(file, count)
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

    def _values(self, file: BinaryIO, count: int) -> Array:
        data = file.read(count * self.dtype.itemsize)
        if len(data) != count * self.dtype.itemsize:
            raise InputError(f"images: {self.path} ended early while it was read. Check the file.")
        return np.frombuffer(data, self.dtype)


def npy_rows(path: Path) -> Rows:
    """Rows of a .npy file. Raises InputError when it is pickled, truncated or no .npy file."""
    with _opened(path) as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise InputError(
                f"images: expected a .npy array; {path} does not begin as one. Choose another file, or save the array"
                " with numpy.save."
            )
        file.seek(0)
        try:
            shape, fortran, dtype = read_header(file)
        except ValueError as error:
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
    return FileRows(path, shape, dtype, offset, fortran and len(shape) > 1)


def read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, Fortran order and type of an array in .npy format. Raises ValueError when it is no such header."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # headers written by Python 2 are as good as others
            version = np.lib.format.read_magic(file)
            if version == (1, 0):
                shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
            elif version == (2, 0):
                shape, fortran, dtype = np.lib.format.read_array_header_2_0(file)
            else:
                raise ValueError(f"format {version} is for records")
    except Exception as error:  # a damaged header can fail anywhere in NumPy's and Python's parsers
        raise ValueError(one_line(error)) from error
    if any(isinstance(size, bool) or size < 0 for size in shape):
        raise ValueError(f"its shape is {shape}")
    return tuple(int(size) for size in shape), bool(fortran), dtype


def one_line(error: BaseException) -> str:
    """The first line of an error's message, short enough for a sentence."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"images: {path} cannot be read ({error.strerror}). Check the path.") from error
