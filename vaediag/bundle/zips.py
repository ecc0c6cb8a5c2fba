"""Zip archives with known members: equal content gives equal bytes, and reading one cannot fill the memory."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from vaediag.errors import InputError, UnsafeFileError
from vaediag.io.npy import read_header

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold
_MAX_RATIO = 200
_FREE = 2**20  # small members may be compressed as well as they like
_MAX_ARRAYS = 64


def write_zip(members: Mapping[str, bytes]) -> bytes:
    """An uncompressed archive without dates, owners or system marks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def read_zip(data: bytes, where: str, *, limits: Mapping[str, int]) -> dict[str, bytes]:
    """Exactly the members named in `limits`, each of at most so many bytes.

    Raises InputError for a broken archive, UnsafeFileError for other members, links, encryption or absurd compression.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_names([entry.filename for entry in entries], list(limits), where)
            for entry in entries:
                _check_entry(entry, where, limits[entry.filename])
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        raise broken(where, error) from error


def write_npz(arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """Arrays as a .npz archive, sorted by name."""
    members = {}
    for name in sorted(arrays):
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.ascontiguousarray(arrays[name]), version=(1, 0), allow_pickle=False)
        members[f"{name}.npy"] = buffer.getvalue()
    return write_zip(members)


def read_npz(data: bytes, where: str, *, max_bytes: int) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of a .npz archive, of at most `max_bytes` together.

    Raises InputError for a broken archive, UnsafeFileError for pickled objects, or more than the limits allow.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            total = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise broken(where, error) from error
    if len(names) > _MAX_ARRAYS or total > max_bytes:
        raise UnsafeFileError(
            f"{where}: expected at most {_MAX_ARRAYS} arrays of {max_bytes} bytes; got {len(names)} of {total}."
            " It is not opened further."
        )
    members = read_zip(data, where, limits=dict.fromkeys(names, max_bytes))
    return {name.removesuffix(".npy"): _array(member, f"{where}: {name}") for name, member in members.items()}


def broken(where: str, error: BaseException) -> InputError:
    """A damaged archive in a sentence."""
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return InputError(f"{where}: expected a whole archive; got a damaged one ({reason}). Copy or save it again.")


def _array(data: bytes, where: str) -> np.ndarray[Any, Any]:
    file = io.BytesIO(data)
    try:
        shape, fortran, dtype = read_header(file)
    except ValueError as error:
        raise broken(where, error) from error
    if dtype.kind not in "biuf":
        raise UnsafeFileError(
            f"{where}: expected numbers; got {dtype}, which could run code. It is not opened further."
        )
    count = math.prod(shape)
    # the header alone decides how much NumPy would reserve: compare it with what is there
    if count * dtype.itemsize != len(data) - file.tell():
        raise InputError(
            f"{where}: expected the bytes of shape {list(shape)}; got another number. Save the model again."
        )
    return np.frombuffer(data, dtype, count, file.tell()).reshape(shape, order="F" if fortran else "C").copy()


def _check_names(found: list[str], expected: list[str], where: str) -> None:
    if sorted(found) != sorted(expected):
        raise UnsafeFileError(
            f"{where}: expected exactly {', '.join(expected)}; got {', '.join(map(repr, found[:8])) or 'nothing'}."
            " It is not opened further."
        )


def _check_entry(entry: zipfile.ZipInfo, where: str, limit: int) -> None:
    name = entry.filename
    if entry.flag_bits & 0x1 or name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise UnsafeFileError(f"{where}: expected plain members; {name!r} is not. It is not opened further.")
    if entry.file_size > limit or entry.file_size > _FREE + _MAX_RATIO * entry.compress_size:
        raise UnsafeFileError(
            f"{where}: expected {name} of at most {min(limit, _FREE + _MAX_RATIO * entry.compress_size)} bytes;"
            f" it would unpack to {entry.file_size}. It is not opened further."
        )
