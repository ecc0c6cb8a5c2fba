"""Files that cannot be used: one sentence, naming the file, and nothing run or half-read."""

from __future__ import annotations

import gzip
import os
import pickle
import zipfile

import h5py
import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag.io.open import as_images

VALUES = np.random.default_rng(0).integers(0, 256, (50, 6, 5), dtype=np.uint8)
IDX = bytes([0, 0, 8, 3]) + np.array(VALUES.shape, ">u4").tobytes() + VALUES.tobytes()


class Bomb:
    """Unpickling it leaves a trace."""

    def __reduce__(self):
        return (exec, ("import builtins; builtins.vaediag_bomb = True",))


def whole_file(name, folder):
    path = folder / name
    if name.endswith(".npy"):
        np.save(path, VALUES)
    elif name.endswith(".npz"):
        np.savez(path, x=VALUES)
    elif name.endswith(".h5"):
        with h5py.File(path, "w") as file:
            file["x"] = VALUES
    else:
        path.write_bytes(gzip.compress(IDX) if name.endswith(".gz") else IDX)
    return path


NAMES = ["a.npy", "a.npz", "a.h5", "t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz"]


def refusal(path, match, named=None):
    with pytest.raises(InputError, match=match) as caught:
        images = as_images(path)
        images.read(0, len(images))
    assert "\n" not in str(caught.value)
    assert (named or path.name) in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kept", [0, 3, 20, 0.5, 0.99])
def test_truncated_files(name, kept, tmp_path):
    path = whole_file(name, tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: kept if isinstance(kept, int) else int(len(data) * kept)])
    refusal(path, r"images: ")


@pytest.mark.parametrize("name", NAMES)
def test_files_with_other_content(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"This is a text, not a picture. " * 40)
    refusal(path, r"images: ")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "a.h5"])  # the HDF5 library may hang on them
def test_flipped_bytes_never_escape_as_other_errors(name, tmp_path):
    path = whole_file(name, tmp_path)
    data = path.read_bytes()
    random = np.random.default_rng(7)
    for _ in range(40):
        damaged = bytearray(data)
        for place in random.integers(0, min(len(data), 400), 3):
            damaged[place] = random.integers(256)
        path.write_bytes(bytes(damaged))
        try:
            images = as_images(path)
            images.read(0, min(len(images), 5))
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both ends are allowed here


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_pickled_arrays_are_refused_without_running_them(name, tmp_path):
    import builtins

    path = tmp_path / name
    objects = np.array([[Bomb(), Bomb()]], dtype=object)
    if name == "a.npy":
        np.save(path, objects, allow_pickle=True)
    else:
        np.savez(path, x=objects)
    refusal(path, "pickled")
    assert not hasattr(builtins, "vaediag_bomb")


def test_a_bare_pickle_named_npy(tmp_path):
    path = tmp_path / "a.npy"
    path.write_bytes(pickle.dumps(Bomb()))
    refusal(path, "expected a .npy array")


def test_a_text_named_npy(tmp_path):
    (tmp_path / "a.npy").write_text("this is a text")
    refusal(tmp_path / "a.npy", r"does not begin as one\. Choose another file")


def test_a_npy_header_that_claims_too_much(tmp_path):
    np.save(tmp_path / "a.npy", VALUES)
    data = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(data.replace(b"(50, 6, 5)", b"(9999999999, 6, 5)"[:18])[: len(data) + 8])
    refusal(tmp_path / "a.npy", r"images: ")


def test_an_idx_header_that_claims_too_much(tmp_path):
    path = tmp_path / "t10k-images-idx3-ubyte"
    path.write_bytes(bytes([0, 0, 8, 3]) + np.array([2**32 - 1] * 3, ">u4").tobytes() + bytes(100))
    refusal(path, "The file is cut short")
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(bytes([0, 0, 8, 3]) + np.array([2**20, 28, 28], ">u4").tobytes() + bytes(100)))
    refusal(path, "The file is cut short")


def test_hdf5_of_text_or_of_rows_of_unequal_length(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", shape=(3,), dtype=h5py.vlen_dtype(np.uint8))
    refusal(tmp_path / "a.h5", "Python objects")


def test_a_npz_without_arrays(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match="'a' holds"):
        as_images(tmp_path / "a.npz")


@pytest.mark.parametrize("shape", [(0, 28, 28), (5,), (), (2, 2, 2, 2, 2)])
def test_shapes_that_are_no_images(shape, tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(shape))
    with pytest.raises(InputError, match="images: expected"):
        as_images(tmp_path / "a.npy")


def test_what_is_not_there(tmp_path):
    refusal(tmp_path / "missing.npy", "does not exist")


def test_an_empty_folder(tmp_path):
    refusal(tmp_path, "has none")


def test_an_unknown_ending(tmp_path):
    (tmp_path / "a.mat").write_bytes(b"x")
    refusal(tmp_path / "a.mat", r"\.npy, \.npz, \.h5")


def test_a_file_that_shrinks_while_it_is_read(tmp_path):
    np.save(tmp_path / "a.npy", VALUES)
    images = as_images(tmp_path / "a.npy")
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:200])
    with pytest.raises(InputError, match="ended early"):
        images.read(10, 20)


@pytest.mark.parametrize("source", [None, 3, object(), {"x": 1}])
def test_things_that_are_no_images(source):
    with pytest.raises(InputError, match="images: expected an array or a path; got"):
        as_images(source)


def test_ragged_lists():
    with pytest.raises(InputError, match="rows of equal length"):
        as_images([[1, 2], [3]])


def test_an_image_too_large_to_be_one(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", shape=(3, 2**40), dtype="f4", chunks=(1, 1024))
    refusal(tmp_path / "a.h5", r"at most 16777216 values per image; 'a' claims shape \[3, 1099511627776\]", named="a")


@pytest.mark.parametrize("key", ["labels", "columns"])
def test_a_store_that_claims_too_many_labels_or_names(key, tmp_path):
    """They would be read whole: 8 TiB of zeros that take no disk."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = VALUES.reshape(50, 30)
        file.create_dataset(key, shape=(2**40,), dtype="i8", chunks=(1024,))
    refusal(tmp_path / "a.h5", f"{key}: expected (50|30) of them for the images")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links")
def test_paths_that_lead_nowhere(tmp_path):
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    refusal(loop, "does not exist")
    refusal(tmp_path / ("x" * 300), "does not exist")
