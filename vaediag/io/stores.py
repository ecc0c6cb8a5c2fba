"""Images in HDF5 files and Zarr stores, read chunk by chunk."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.archives import COLUMN_KEYS, labels_for, pick
from vaediag.io.images import Images, check_numbers, from_rows
from vaediag.io.npy import one_line

Array: TypeAlias = np.ndarray[Any, Any]


@dataclass(frozen=True)
class StoreRows:
    """Rows of one array of a store that `opened` opens; opened for every read, so nothing stays locked."""

    path: Path
    key: str
    shape: tuple[int, ...]
    opened: Callable[[Path], Any]

    def read(self, start: int, stop: int) -> Array:
        with self.opened(self.path) as store:
            return np.asarray(_array(store, self.key)[start:stop])

    def take(self, indices: Array) -> Array:
        distinct, inverse = np.unique(indices, return_inverse=True)  # HDF5 wants rising indices without repeats
        if not distinct.size:
            return self.read(0, 0)
        with self.opened(self.path) as store:
            array = _array(store, self.key)
            rows = np.empty((len(distinct), *self.shape[1:]), array.dtype)
            size = _rows_together(array)
            # one read per stored chunk, from its first wanted row to its last: reading rows one by one would unpack a
            # compressed chunk for each of them
            for part in np.split(np.arange(len(distinct)), np.flatnonzero(np.diff(distinct // size)) + 1):
                first, last = int(distinct[part[0]]), int(distinct[part[-1]])
                rows[part] = np.asarray(array[first : last + 1])[distinct[part] - first]
        return rows[inverse]


def store_images(path: Path, split: str | None, *, source: str) -> Images:
    """Images of an .h5, .hdf5 or .zarr file. Raises InputError when it cannot be read or holds several arrays."""
    opened = _zarr if path.name.endswith((".zarr", ".zarr.zip")) else hdf5
    with opened(path) as store:
        names = [key for key, item in store.items() if hasattr(item, "dtype")] if hasattr(store, "items") else [""]
        key, found_split = ("", None) if names == [""] else pick(names, split, where=path)
        array = _array(store, key)
        check_numbers(array.dtype, path.name)
        shape = tuple(int(size) for size in array.shape)
        label_key = labels_for(names, found_split)
        labels = None if label_key is None else _short(_array(store, label_key), shape[0], "labels", path)
        column_key = next((key for key in COLUMN_KEYS if key in names), None)
        columns = None if column_key is None else _short(_array(store, column_key), shape[-1], "columns", path).tolist()
    rows = StoreRows(path, key, shape, opened)
    return from_rows(rows, labels=labels, name=path.stem, split=found_split, source=source, columns=columns)


def _rows_together(array: Any) -> int:
    """Rows that are read in one go: those of a stored chunk, or what lies close together; at most 64 MiB of them."""
    row = max(1, math.prod(array.shape[1:]) * array.dtype.itemsize)
    chunks = getattr(array, "chunks", None)
    return max(1, min(chunks[0], 2**26 // row) if chunks else 2**16 // row)


def _short(array: Any, count: int, what: str, path: Path) -> Array:
    """A list that goes with the images, read whole: not before its stated length is known to be right."""
    if tuple(array.shape[:1]) != (count,) or math.prod(array.shape) > 1000 * count:
        raise InputError(
            f"{what}: expected {count} of them for the images; {path} has shape {list(array.shape)}. Save it again."
        )
    return _text(np.asarray(array[...]))


def _text(values: Array) -> Array:
    """Text of HDF5, which arrives as bytes or objects, as text."""
    if values.dtype.kind not in "OS":
        return values
    return np.array(
        [each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in values.tolist()]
    )


def _array(store: Any, key: str) -> Any:
    return store[key] if key else store


@contextmanager
def hdf5(path: Path) -> Iterator[Any]:
    import h5py  # 0.1 s that other containers need not pay

    try:
        with h5py.File(path, "r") as file:
            yield file
    except InputError:
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InputError(
            f"images: {path} cannot be read as HDF5 ({one_line(error)}). Copy or save it again."
        ) from error


@contextmanager
def _zarr(path: Path) -> Iterator[Any]:
    try:
        import zarr  # pyright: ignore[reportMissingImports]  # an extra
    except ImportError as error:
        raise InputError(f"images: {path} needs the zarr package. Install it with: pip install zarr.") from error
    try:
        yield zarr.open(str(path), mode="r")
    except InputError:
        raise
    except Exception as error:  # zarr's own errors share no base class with those of its codecs
        raise InputError(
            f"images: {path} cannot be read as Zarr ({one_line(error)}). Copy or save it again."
        ) from error
