"""Streaming holds one chunk: peak memory does not grow with the number of images."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest

PEAK = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from vaediag.io import spool
    from vaediag.io.open import as_images
    spool.IN_MEMORY = 2**20
    images = as_images(sys.argv[1], preprocess="unit")
    for block in images.chunks(256):
        pass
    images.take(range(0, len(images), 500))
    images.sha256
    status = Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
    """
)


def peak_kib(path):
    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], check=True, capture_output=True, text=True)
    return int(done.stdout)


def sparse_npy(path, count):
    """Zeros that take no disk: a header, and a file that is as long as it says."""
    header = {"shape": (count, 28, 28), "fortran_order": False, "descr": "|u1"}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        file.truncate(file.tell() + count * 784)
    return path


def sparse_idx(path, count):
    with path.open("wb") as file:
        file.write(bytes([0, 0, 8, 3]) + np.array([count, 28, 28], ">u4").tobytes())
        file.truncate(16 + count * 784)
    return path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(
    ("name", "write"), [("x.npy", sparse_npy), ("train-images-idx3-ubyte", sparse_idx)], ids=["npy", "idx"]
)
def test_peak_memory_is_flat_in_the_number_of_images(name, write, tmp_path):
    few, many = tmp_path / "few", tmp_path / "many"
    few.mkdir()
    many.mkdir()
    small, large = peak_kib(write(few / name, 10_000)), peak_kib(write(many / name, 100_000))
    assert large < 1.05 * small, f"{small} KiB at 10 000 images, {large} KiB at 100 000"


def table(path, count):
    path.write_text("a,b,c,d,e,f,g,h\n" + "1,2.5,3,4,5,6,7,8\n" * count)  # 32 bytes a row, once read
    return path


def store(path, count):
    import h5py

    with h5py.File(path, "w") as file:  # what is not written takes no disk and reads as zeros
        file.create_dataset("x", shape=(count, 28, 28), dtype="u1", chunks=(500, 28, 28), compression="gzip")
    return path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(("name", "write", "few"), [("x.csv", table, 140_000), ("x.h5", store, 10_000)])
def test_tables_and_stores_larger_than_what_is_held(name, write, few, tmp_path):
    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    small, large = peak_kib(write(tmp_path / "few" / name, few)), peak_kib(write(tmp_path / "many" / name, 4 * few))
    assert large < small + 5 * 1024, f"{small} KiB at {few} images, {large} KiB at four times as many"
