"""Arrays from an .npz of unknown origin: nothing is unpickled, and no more memory is taken than the file declares."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from typing import BinaryIO

import numpy as np

from vaediag.errors import InputError, UnsafeFileError

MAX_BYTES = 4 * 2**30  # of all arrays together, unpacked
MAX_ARRAYS = 10_000
_MAX_HEADER = 10_000


def write_npz(arrays: dict[str, np.ndarray]) -> bytes:
    """The bytes of a compressed .npz; the same arrays always give the same bytes (no dates inside)."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)  # pyright: ignore[reportArgumentType]
    return file.getvalue()


def read_npz(file: BinaryIO, name: str) -> dict[str, np.ndarray]:
    """Every array of an open .npz; `name` is for messages.

    Raises:
        UnsafeFileError: Python objects inside, or more than 4 GiB (10 000 arrays) declared.
        InputError: not an .npz, truncated or corrupted.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if size > MAX_BYTES or len(members) > MAX_ARRAYS:
                raise UnsafeFileError(
                    f"{name}: expected at most {MAX_ARRAYS} arrays and {MAX_BYTES >> 30} GiB; "
                    f"got {len(members)} arrays and {size / 2**30:.1f} GiB. Try numpy.load only if you trust the file."
                )
            return {member.filename.removesuffix(".npy"): _member(archive, member, name) for member in members}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{name}: expected an .npz of plain arrays; got '{reason:.120}'. Write it again.") from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> np.ndarray:
    with archive.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        if version not in {(1, 0), (2, 0)}:
            raise ValueError(f"{member.filename}: unknown array format {version}")
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(stream, max_header_size=_MAX_HEADER)
        if dtype.kind not in "fiubUS":
            raise UnsafeFileError(
                f"{name}: expected plain numbers and text; got {member.filename[:60]!r} of type {dtype!s:.40}. "
                "Loading such a file can run code: do not, unless you trust who made it."
            )
        data = stream.read(member.file_size)
    # the header's claim is compared with what is really there before anything of that size is made
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{member.filename}: {len(data)} bytes for shape {shape}")
    array = np.frombuffer(bytearray(data), dtype).reshape(shape, order="F" if fortran else "C")
    if dtype.kind == "U":
        array.tolist()  # raises ValueError for code points that are no characters, which would otherwise come later
    return array
