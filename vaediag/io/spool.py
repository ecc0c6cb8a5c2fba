"""What can be read only once, kept for as long as it is needed: small in memory, large in a temporary file."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import weakref
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import ArrayRows, Rows, check_numbers
from vaediag.io.npy import FileRows

Array: TypeAlias = np.ndarray[Any, Any]

IN_MEMORY = 32 * 2**20  # bytes
LIMIT = 32 * 2**30  # bytes of one set of images on disk
_SPARE = 2**30  # bytes of the disk that are left to others


class Spool:
    """Takes blocks `[n, ...]` of one shape and type; `rows` gives all of them back in their order.

    To be used in a `with`: what was written is removed if the body fails, and else when the rows are forgotten.
    """

    def __init__(self, what: str) -> None:
        self.count = 0
        self._what = what
        self._blocks: list[Array] = []
        self._bytes = 0
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self._like: Array | None = None

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
        if kind is not None and self._path is not None:
            _remove(self._path)

    def add(self, block: Array) -> None:
        """The next images. Raises InputError for another shape, for what is no number, and when it becomes too much."""
        if self._like is None:
            check_numbers(block.dtype, self._what)
            self._like = block[:0].copy()
        if block.shape[1:] != self._like.shape[1:]:
            raise InputError(
                f"images: expected one shape, {list(self._like.shape[1:])}; image {self.count} of {self._what} has"
                f" {list(block.shape[1:])}. Resize them, or leave it out."
            )
        self.count += len(block)
        self._bytes += block.nbytes
        if self._bytes > LIMIT:
            raise InputError(
                f"images: expected at most {LIMIT / 2**30:.3g} GiB, which is what is kept on disk while they are"
                f" in use; {self._what} is larger. Take fewer, for instance dataset.take(10000), or save them as .npy"
                " or HDF5, which are read in place."
            )
        if self._file is None and self._bytes <= IN_MEMORY:
            self._blocks.append(np.array(block))
            return
        self._write(block)

    def rows(self) -> Rows:
        """Everything that was added. Raises InputError when that is nothing."""
        if self._like is None or not self.count:
            raise InputError(f"images: expected at least one image; {self._what} has none. Try other data.")
        if self._file is None or self._path is None:
            return ArrayRows(np.concatenate(self._blocks))
        self._file.flush()
        rows = FileRows(self._path, (self.count, *self._like.shape[1:]), self._like.dtype, 0)
        weakref.finalize(rows, _remove, self._path)
        return rows

    def _write(self, block: Array) -> None:
        try:
            if self._file is None:
                handle, name = tempfile.mkstemp(prefix="vaediag-", suffix=".raw")
                self._path, self._file = Path(name), os.fdopen(handle, "wb")
                for early in self._blocks:
                    self._file.write(np.ascontiguousarray(early).data)
                self._blocks = []
            if shutil.disk_usage(tempfile.gettempdir()).free < _SPARE + block.nbytes:
                raise OSError("the disk is nearly full")
            self._file.write(np.ascontiguousarray(block).data)
        except OSError as error:
            raise InputError(
                f"images: {self._what} cannot be kept in {tempfile.gettempdir()} ({error.strerror or error})."
                " Set TMPDIR to a folder with more room, or take fewer images."
            ) from error


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
