"""The small HDF5 reader against the HDF5 library, and against forged files."""

from __future__ import annotations

import io
import struct
import time

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaediag.bundle.hdf5 import LayoutError, read_tree


def file_bytes(write, **options):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as file:
        write(file)
    return buffer.getvalue()


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8"])
@pytest.mark.parametrize("shape", [(), (1,), (3, 4), (2, 0), (2, 1, 3, 1, 2)])
def test_arrays_are_read_as_the_library_reads_them(dtype, shape):
    values = np.random.default_rng(0).normal(size=shape).astype(dtype)
    tree = read_tree(file_bytes(lambda file: file.create_dataset("a/b/c", data=values)))
    assert tree.groups == ["a", "a/b"]
    np.testing.assert_array_equal(tree.arrays["a/b/c"], values, strict=True)


@pytest.mark.parametrize("count", [0, 1, 8, 9, 400])
def test_groups_with_many_members(count):
    """Tables of names split after eight members, and become trees of trees later."""

    def write(file):
        group = file.create_group("layers")
        for number in range(count):
            group[f"dense_{number}/vars/0"] = np.full(3, number, np.float32)

    tree = read_tree(file_bytes(write))
    assert len(tree.arrays) == count
    for number in range(count):
        np.testing.assert_array_equal(tree.arrays[f"layers/dense_{number}/vars/0"], number)


def test_attributes_and_dates_are_passed_over():
    def write(file):
        for number in range(30):  # more than one header block
            file.attrs[f"name{number}"] = "text" * 10
        file.create_dataset("x", data=np.arange(3), track_times=True).attrs["y"] = np.arange(20)

    np.testing.assert_array_equal(read_tree(file_bytes(write)).arrays["x"], np.arange(3))


@pytest.mark.parametrize(
    "write",
    [
        lambda file: file.create_dataset("x", data=np.arange(3, dtype=">f4")),
        lambda file: file.create_dataset("x", data=np.array([True])),
        lambda file: file.create_dataset("x", data=np.array([1j])),
        lambda file: file.create_dataset("x", data=np.array([b"abc"])),
        lambda file: file.create_dataset("x", data=["text"]),
        lambda file: file.create_dataset("x", shape=(3,), chunks=(1,)),
        lambda file: file.create_dataset("x", shape=(3,), dtype="f4"),  # declared, never written
        lambda file: file.create_dataset("x", shape=(3,), dtype=h5py.vlen_dtype("f4")),
        lambda file: file.create_dataset("x", dtype=h5py.Empty("f4").dtype, data=h5py.Empty("f4")),
    ],
)
def test_what_weights_never_are_is_refused(write):
    with pytest.raises(LayoutError):
        read_tree(file_bytes(write))


@pytest.mark.parametrize("options", [{"libver": "latest"}, {"userblock_size": 512}, {"track_order": True}])
def test_other_layouts_are_refused(options):
    with pytest.raises(LayoutError):
        read_tree(file_bytes(lambda file: file.create_dataset("x", data=np.arange(3)), **options))


WHOLE = file_bytes(lambda file: file.create_dataset("layers/dense/vars/0", data=np.arange(300.0)))


@pytest.mark.parametrize("kept", range(0, len(WHOLE), 61))
def test_truncated_files(kept):
    with pytest.raises(LayoutError):
        read_tree(WHOLE[:kept])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_files_are_read_or_refused(flips):
    damaged = bytearray(WHOLE)
    for place, value in flips:
        damaged[place] = value
    start = time.perf_counter()
    try:
        tree = read_tree(bytes(damaged))
    except LayoutError:
        pass
    else:
        assert sum(array.nbytes for array in tree.arrays.values()) <= len(WHOLE)
    assert time.perf_counter() - start < 1.0


def test_overlapping_headers_take_no_longer_than_the_file_is_long():
    """A header whose 10 000 continuations each span the whole rest of the file: 10 ** 9 messages if all were read."""
    size = 2**20
    data = bytearray(WHOLE[:96]) + bytearray(size - 96)
    struct.pack_into("<Q", data, 64, 1024)
    struct.pack_into("<BBHII", data, 1024, 1, 0, 1, 1, 24 * 10_000)
    for number in range(10_000):
        at = 1040 + 24 * number
        struct.pack_into("<HHBBBBQQ", data, at, 0x10, 16, 0, 0, 0, 0, 300_000 + 8 * number, size - 400_000)
    start = time.perf_counter()
    with pytest.raises(LayoutError, match="headers overlap"):
        read_tree(bytes(data))
    assert time.perf_counter() - start < 2.0
