"""The weights file of a network: what is stored, read without Keras, and a copy that is equal for equal weights."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.errors import InputError, UnsafeFileError

_MAX_OBJECTS = 20_000
_MAX_DEPTH = 24


@dataclass(frozen=True, slots=True)
class Stored:
    """One array of a weights file."""

    path: str
    shape: tuple[int, ...]
    not_finite: int  # NaN or infinite entries


def stored_weights(data: bytes, where: str) -> tuple[Stored, ...]:
    """Every array that the file really holds, but for the optimizer's and random states.

    Raises UnsafeFileError for anything that points outside the file, hides its size or needs a plug-in; InputError for
    a damaged file.
    """
    with _opened(data, where) as file:
        found = []
        for path, dataset in _datasets(file, len(data), where):
            if not _is_optimizer(path) and not _is_random_state(path, dataset.shape):
                values = dataset[...]
                lost = 0 if values.dtype.kind != "f" else int(values.size - np.isfinite(values).sum())
                found.append(Stored(path, tuple(int(size) for size in dataset.shape), lost))
        return tuple(found)


def canonical_weights(data: bytes, where: str) -> bytes:
    """The same weights in a file without dates, free space and optimizer state."""
    import h5py

    buffer = io.BytesIO()
    with _opened(data, where) as old, h5py.File(buffer, "w", libver=("earliest", "v110")) as new:
        for path in sorted(_groups(old)):
            if not _is_optimizer(path):
                group = new.require_group(path)
                name = old[path].attrs.get("name")
                if isinstance(name, str):
                    group.attrs["name"] = name
        for path, dataset in sorted(_datasets(old, len(data), where), key=lambda item: item[0]):
            if not _is_optimizer(path):
                new.create_dataset(path, data=dataset[...], track_times=False)
    return buffer.getvalue()


class _opened:  # noqa: N801 - used like a function
    """An h5py file over bytes; damage anywhere inside the block becomes an InputError."""

    def __init__(self, data: bytes, where: str) -> None:
        self.data, self.where = data, where

    def __enter__(self) -> Any:
        import h5py

        try:
            self.file = h5py.File(io.BytesIO(self.data), "r")
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise _damaged(self.where, error) from error
        return self.file

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.file.close()
        if isinstance(error, OSError | ValueError | KeyError | RuntimeError | TypeError) and not isinstance(
            error, InputError
        ):
            raise _damaged(self.where, error) from error


def _damaged(where: str, error: BaseException) -> InputError:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return InputError(
        f"{where}: expected an HDF5 file of weights; got a damaged one ({reason}). Copy or save it again."
    )


def _is_optimizer(path: str) -> bool:
    return path == "optimizer" or path.startswith("optimizer/")


def _is_random_state(path: str, shape: tuple[int, ...]) -> bool:
    """Some versions of Keras keep the two words of a dropout's generator beside the weights."""
    return "/seed_generator/" in path and shape == (2,)


def _groups(file: Any) -> Iterator[str]:
    found: list[str] = []
    file.visititems(lambda path, item: found.append(path) if hasattr(item, "keys") else None)
    yield from found


def _datasets(file: Any, size: int, where: str) -> Iterator[tuple[str, Any]]:
    """Every array, in the file's own tree. Looks at links before following them, and at sizes before reading."""
    import h5py
    from h5py import h5o

    pending: list[tuple[str, Any, int]] = [("", file, 0)]
    seen: set[tuple[int, int]] = set()
    bytes_left = size
    while pending:
        prefix, group, depth = pending.pop()
        for name in group:
            path = f"{prefix}{name}"
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise _refused(where, f"{path!r} is a link to another place")
            item = group[name]
            info = h5o.get_info(item.id)
            address = (info.fileno, info.addr)
            if address in seen or len(seen) > _MAX_OBJECTS or depth > _MAX_DEPTH:
                raise _refused(where, f"{path!r} is reached twice, or lies too deep")
            seen.add(address)
            if isinstance(item, h5py.Group):
                pending.append((f"{path}/", item, depth + 1))
            elif isinstance(item, h5py.Dataset):
                bytes_left -= _plain_bytes(item, path, where)
                if bytes_left < 0:
                    raise _refused(where, f"{path!r} claims more numbers than the file can hold")
                yield path, item
            else:
                raise _refused(where, f"{path!r} is neither a group nor an array")


def _plain_bytes(dataset: Any, path: str, where: str) -> int:
    if dataset.dtype.kind not in "biuf":
        raise _refused(where, f"{path!r} holds {dataset.dtype}, not numbers")
    if dataset.is_virtual or dataset.external:
        raise _refused(where, f"{path!r} takes its numbers from another file")
    if dataset.id.get_create_plist().get_nfilters():
        raise _refused(where, f"{path!r} is compressed, which weights of Keras never are")
    if dataset.shape is None:
        raise _refused(where, f"{path!r} has no shape")
    return math.prod(int(size) for size in dataset.shape) * dataset.dtype.itemsize


def _refused(where: str, reason: str) -> UnsafeFileError:
    return UnsafeFileError(f"{where}: expected plain weights; {reason}. It is not opened further.")
