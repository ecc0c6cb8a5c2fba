"""The weights file of a network: what is stored, and a copy that is equal for equal weights."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.bundle.hdf5 import LayoutError, read_tree
from vaediag.errors import UnsafeFileError


@dataclass(frozen=True)
class Weights:
    """Arrays by path, without those of an optimizer; `groups` are all groups, also empty ones."""

    groups: tuple[str, ...]
    arrays: Mapping[str, np.ndarray[Any, Any]]

    def shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the weights; the state of a dropout's generator, which some versions of Keras keep, is none."""
        return [
            array.shape
            for path, array in self.arrays.items()
            if not ("/seed_generator/" in path and array.shape == (2,))
        ]

    def not_finite(self) -> tuple[str, int] | None:
        """The first array with NaN or infinite entries and their count, or None."""
        for path, array in self.arrays.items():
            lost = 0 if array.dtype.kind != "f" else int(array.size - np.isfinite(array).sum())
            if lost:
                return path, lost
        return None

    def file(self) -> bytes:
        """The bytes of a new file: no dates, no free space, nothing of the old file but its numbers."""
        import h5py

        buffer = io.BytesIO()
        with h5py.File(buffer, "w") as file:
            for group in sorted(self.groups):
                file.require_group(group)
            for path in sorted(self.arrays):
                file.create_dataset(path, data=self.arrays[path], track_times=False)
        return buffer.getvalue()


def read_weights(data: bytes, where: str) -> Weights:
    """What a weights file holds. Raises UnsafeFileError for a damaged file, and for anything but plain arrays."""
    try:
        tree = read_tree(data)
    except LayoutError as error:
        raise UnsafeFileError(
            f"{where}: expected a file of plain weights; {error}. Copy it again, or save it again with Keras."
        ) from error
    return Weights(
        groups=tuple(path for path in tree.groups if not _is_optimizer(path)),
        arrays={path: array for path, array in tree.arrays.items() if not _is_optimizer(path)},
    )


def _is_optimizer(path: str) -> bool:
    return path == "optimizer" or path.startswith("optimizer/")
