"""The same images in every container: equal bits, equal identity."""

from __future__ import annotations

import gzip
import struct

import h5py
import numpy as np
import pytest
from PIL import Image

from vaediag.errors import InputError
from vaediag.io.images import Images, from_array
from vaediag.io.npy import FileRows
from vaediag.io.open import as_images

GREY = np.random.default_rng(0).integers(0, 256, (23, 6, 5), dtype=np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (12, 4, 5, 3), dtype=np.uint8)
LABELS = np.arange(23) % 3


def idx_bytes(values):
    code = {"|u1": 8, "|i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}[values.dtype.newbyteorder(">").str]
    header = bytes([0, 0, code, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return header + values.astype(values.dtype.newbyteorder(">")).tobytes()


def as_npy(folder, values):
    np.save(folder / "x.npy", values)
    return folder / "x.npy"


def as_fortran_npy(folder, values):
    np.save(folder / "f.npy", np.asfortranarray(values))
    return folder / "f.npy"


def as_big_endian_npy(folder, values):
    np.save(folder / "b.npy", values.astype(">f4"))
    return folder / "b.npy"


def as_double_npy(folder, values):
    np.save(folder / "d.npy", values.astype(np.float64))
    return folder / "d.npy"


def as_npz(folder, values):
    np.savez(folder / "x.npz", x=values, y=np.zeros(len(values)))
    return folder / "x.npz"


def as_compressed_npz(folder, values):
    np.savez_compressed(folder / "c.npz", pictures=values)
    return folder / "c.npz"


def as_hdf5(folder, values):
    with h5py.File(folder / "x.h5", "w") as file:
        file["images"] = values
    return folder / "x.h5"


def as_chunked_hdf5(folder, values):
    with h5py.File(folder / "x.hdf5", "w") as file:
        file.create_dataset("x", data=values, chunks=(5, *values.shape[1:]), compression="gzip")
    return folder / "x.hdf5"


def as_idx(folder, values):
    (folder / "train-images-idx3-ubyte").write_bytes(idx_bytes(values))
    return folder / "train-images-idx3-ubyte"


def as_gzipped_idx(folder, values):
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(values)))
    return folder / "t10k-images-idx3-ubyte.gz"


def as_zarr(folder, values):
    zarr = pytest.importorskip("zarr")
    zarr.save(str(folder / "x.zarr"), values)
    return folder / "x.zarr"


def as_png_folder(folder, values):
    (folder / "png").mkdir()
    for number, value in enumerate(values):  # 2.png comes before 10.png
        Image.fromarray(value).save(folder / "png" / f"{number}.png")
    return folder / "png"


FILES = [
    as_npy,
    as_fortran_npy,
    as_big_endian_npy,
    as_double_npy,
    as_npz,
    as_compressed_npz,
    as_hdf5,
    as_chunked_hdf5,
    as_idx,
    as_gzipped_idx,
    as_zarr,
    as_png_folder,
]


@pytest.mark.parametrize("write", FILES)
@pytest.mark.parametrize("values", [GREY, COLOUR], ids=["grey", "colour"])
def test_every_container_gives_the_same_bits(write, values, tmp_path):
    event = (6, 5, 1) if values is GREY else (4, 5, 3)
    expected = from_array(values).preprocess("unit").fit(event)
    images = as_images(write(tmp_path, values), preprocess="unit").fit(event)
    assert len(images) == len(values)
    for start, stop in [(0, len(values)), (3, 9), (len(values) - 1, len(values)), (4, 4)]:
        np.testing.assert_array_equal(images.read(start, stop), expected.read(start, stop), strict=True)
    for indices in ([8, 2, 2, 0], [1, 2, 3, 7, 8], [], [len(values) - 1]):
        np.testing.assert_array_equal(images.take(indices), expected.take(indices), strict=True)
    some = images.limit(6, seed=5)
    np.testing.assert_array_equal(some.read(1, 5), expected.limit(6, seed=5).read(1, 5), strict=True)
    assert images.sha256 == expected.sha256
    assert images.preprocessing == "unit"


@pytest.mark.parametrize("write", [as_npy, as_idx, as_chunked_hdf5])
def test_a_path_names_its_images(write, tmp_path):
    path = write(tmp_path, GREY)
    images = as_images(str(path))
    assert images.name in path.name
    assert images.source == str(path)


def test_take_reads_neighbours_together_and_nothing_in_between(tmp_path, monkeypatch):
    images = as_images(as_npy(tmp_path, GREY))
    read, asked = FileRows.read, []

    def counted(rows, start, stop):
        asked.append((start, stop))
        return read(rows, start, stop)

    monkeypatch.setattr(FileRows, "read", counted)
    images.take([20, 3, 4, 4, 5, 0])
    assert asked == [(0, 1), (3, 6), (20, 21)]


def test_lists_tensors_and_images_are_images():
    class Tensorlike:
        def __array__(self, dtype=None, copy=None):
            return GREY

    assert as_images(GREY.tolist()).sha256 == as_images(Tensorlike()).sha256 == as_images(GREY).sha256
    images = as_images(GREY)
    assert as_images(images) is images
    assert as_images(images, preprocess="unit").preprocessing == "unit"


def test_booleans_in_npy(tmp_path):
    np.save(tmp_path / "x.npy", GREY > 99)
    np.testing.assert_array_equal(as_images(tmp_path / "x.npy").values, (GREY > 99).astype(np.float32))


@pytest.mark.parametrize("dtype", ["u1", "i1", ">i2", ">i4", ">f4", ">f8"])
def test_every_type_of_idx(dtype, tmp_path):
    values = np.arange(-12, 12).reshape(4, 3, 2).astype(dtype)
    (tmp_path / "a.idx").write_bytes(idx_bytes(values))
    np.testing.assert_array_equal(as_images(tmp_path / "a.idx").values, values.astype(np.float32))


# ---- labels and splits -----------------------------------------------------------------------------------------------


def test_labels_beside_idx_images(tmp_path):
    path = as_gzipped_idx(tmp_path, GREY)
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(LABELS.astype(np.uint8)))
    images = as_images(path)
    np.testing.assert_array_equal(images.labels, LABELS)
    assert images.split == "test"


def test_a_folder_of_idx_files_has_splits(tmp_path):
    folder = tmp_path / "mnist"
    folder.mkdir()
    as_gzipped_idx(folder, GREY)
    as_idx(folder, GREY[:9])
    assert len(as_images(folder)) == 23
    train = as_images(folder, split="train")
    assert (len(train), train.split, train.name, train.source) == (9, "train", "mnist", f"{folder}[train]")
    with pytest.raises(InputError, match=r"split: expected one that .* has \(test, train\); got 'valid'"):
        as_images(folder, split="valid")


def test_archives_have_splits_and_labels(tmp_path):
    np.savez(tmp_path / "x.npz", x_train=GREY, y_train=LABELS, x_test=GREY[:4], y_test=LABELS[:4])
    assert (len(as_images(tmp_path / "x.npz")), as_images(tmp_path / "x.npz").split) == (4, "test")
    train = as_images(tmp_path / "x.npz", split="train")
    np.testing.assert_array_equal(train.labels, LABELS)
    with pytest.raises(InputError, match="the split 'valid' under the name x_valid or valid"):
        as_images(tmp_path / "x.npz", split="valid")


def test_hdf5_splits_and_labels(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["test"], file["test_labels"], file["train"] = GREY[:5], LABELS[:5], GREY
        file.create_group("other")
    images = as_images(tmp_path / "x.h5")
    assert (len(images), images.split) == (5, "test")
    np.testing.assert_array_equal(images.labels, LABELS[:5])


def test_an_archive_of_several_arrays_asks_which(tmp_path):
    np.savez(tmp_path / "x.npz", a=GREY, b=GREY)
    with pytest.raises(InputError, match=r"expected images under the name x or images; .* holds a, b"):
        as_images(tmp_path / "x.npz")


def test_subfolders_of_pictures_are_labels(tmp_path):
    for number, value in enumerate(GREY[:6]):
        (tmp_path / f"class{number % 2}").mkdir(exist_ok=True)
        Image.fromarray(value).save(tmp_path / f"class{number % 2}" / f"{number}.png")
    images = as_images(tmp_path)
    np.testing.assert_array_equal(images.labels, [0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(images.values[..., 0], GREY[[0, 2, 4, 1, 3, 5]])


@pytest.mark.parametrize("name", ["x.npy", "png", "x.h5"])
def test_a_split_of_what_has_none_is_refused(name, tmp_path):
    write = {"x.npy": as_npy, "png": as_png_folder, "x.h5": as_hdf5}[name]
    with pytest.raises(InputError, match="split"):
        as_images(write(tmp_path, GREY), split="train")


def test_a_split_of_an_array_or_of_images_is_refused():
    with pytest.raises(InputError, match="split: expected None for an array"):
        as_images(GREY, split="train")
    images = from_array(GREY, split="test")
    assert isinstance(as_images(images, split="test"), Images)
    with pytest.raises(InputError, match="split: expected 'test'"):
        as_images(images, split="train")


# ---- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16", "CMYK"])
def test_colour_modes_of_pictures(mode, tmp_path):
    grey = np.where(GREY[0] > 127, 255, 0).astype(np.uint8)
    picture = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    suffix = "jpg" if mode == "CMYK" else "png"
    picture.save(tmp_path / f"a.{suffix}", quality=100)
    values = as_images(tmp_path).values
    assert values.shape == (1, 6, 5, 1 if mode in ("1", "L", "LA", "I;16") else 3)
    full = {"1": 1, "I;16": 65535}.get(mode, 255)
    np.testing.assert_allclose(values[0, ..., 0], grey / 255.0 * full, atol=130 if mode == "CMYK" else 0)


def test_transparent_pictures_are_refused(tmp_path):
    Image.fromarray(np.full((4, 4, 4), 100, np.uint8)).save(tmp_path / "see.png")
    with pytest.raises(InputError, match=r"see\.png is partly transparent"):
        as_images(tmp_path).read(0, 1)


def test_jpeg_pictures(tmp_path):
    Image.fromarray(np.full((8, 8), 77, np.uint8)).save(tmp_path / "a.JPG", "jpeg", quality=95)
    np.testing.assert_allclose(as_images(tmp_path).values, 77, atol=1)


def test_pictures_of_different_sizes_are_named(tmp_path):
    Image.fromarray(GREY[0]).save(tmp_path / "a.png")
    Image.fromarray(GREY[0][:, :4]).save(tmp_path / "b.png")
    with pytest.raises(InputError, match=r"a\.png has \[6, 5, 1\], 8 bits, and b\.png has \[6, 4, 1\], 8 bits"):
        as_images(tmp_path)


def test_pictures_of_different_depth_are_named(tmp_path):
    Image.fromarray(GREY[0]).save(tmp_path / "a.png")
    Image.fromarray(GREY[0] > 9).save(tmp_path / "b.png")
    with pytest.raises(InputError, match=r"a\.png has .*, 8 bits, and b\.png has .*, black and white"):
        as_images(tmp_path)


def test_pictures_stay_bytes_until_they_are_read(tmp_path):
    """A model that declares what bytes need applies it to pictures as to arrays of bytes."""
    images = as_images(as_png_folder(tmp_path, GREY))
    assert images.rows.read(0, 1).dtype == np.uint8


@pytest.mark.parametrize("data", [b"", b"no picture", "truncated"])
def test_a_broken_picture_is_named(data, tmp_path):
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40), np.uint8)).save(tmp_path / "good.png")
    whole = (tmp_path / "good.png").read_bytes()
    (tmp_path / "zbad.png").write_bytes(whole[: len(whole) // 2] if data == "truncated" else data)
    with pytest.raises(InputError, match=r"zbad\.png in .* cannot be read as a picture") as caught:
        as_images(tmp_path).read(0, 2)
    assert "\n" not in str(caught.value)


def test_other_files_beside_pictures_are_ignored(tmp_path):
    Image.fromarray(GREY[0]).save(tmp_path / "a.png")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / ".hidden.png").write_text("mine")
    assert len(as_images(tmp_path)) == 1


# ---- names of columns, text as labels, chunks of stores --------------------------------------------------------------

FLAT = GREY.reshape(23, 30)
COLUMNS = [f"v{i}" for i in range(30)]


@pytest.mark.parametrize("key", ["columns", "feature_names"])
def test_archives_and_stores_name_their_columns(key, tmp_path):
    np.savez(tmp_path / "x.npz", values=FLAT, labels=np.array(["a"] * 23), **{key: np.array(COLUMNS)})  # pyright: ignore[reportArgumentType]
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["values"], file["labels"], file[key] = FLAT, ["a"] * 23, COLUMNS
    for path in (tmp_path / "x.npz", tmp_path / "x.h5"):
        images = as_images(path)
        assert images.columns == tuple(COLUMNS)
        assert images.labels is not None
        assert images.labels.tolist() == ["a"] * 23


def test_another_number_of_columns_is_refused(tmp_path):
    np.savez(tmp_path / "x.npz", x=FLAT, columns=np.array(COLUMNS[1:]))
    with pytest.raises(InputError, match=r"columns: expected one name for each of the values \[30\] of 'x'; got 29"):
        as_images(tmp_path / "x.npz")


def zarr_of(path, values, chunks):
    zarr = pytest.importorskip("zarr")
    array = zarr.create_array(str(path), shape=values.shape, dtype=values.dtype, chunks=chunks)
    array[...] = values


@pytest.mark.parametrize("chunks", [(5, 6, 5), (23, 3, 5), (1, 6, 5), (10, 1, 1)])
def test_rows_of_a_store_whatever_its_chunks(chunks, tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("x", data=GREY, chunks=chunks, compression="gzip")
    zarr_of(tmp_path / "x.zarr", GREY, chunks)
    for path in (tmp_path / "x.h5", tmp_path / "x.zarr"):
        images = as_images(path)
        for indices in ([22, 0, 4, 5, 5, 9, 10, 21], list(range(23)), [7]):
            np.testing.assert_array_equal(images.take(indices), GREY[indices])


def test_a_chunk_is_unpacked_once_for_all_its_rows(tmp_path, monkeypatch):
    from vaediag.io import stores

    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("x", data=GREY, chunks=(10, 6, 5), compression="gzip")
    asked = []

    class Counted:
        chunks, dtype, shape = (10, 6, 5), GREY.dtype, GREY.shape

        def __getitem__(self, part):
            asked.append((part.start, part.stop))
            return GREY[part]

    images = as_images(tmp_path / "x.h5")
    monkeypatch.setattr(stores, "_array", lambda _store, _key: Counted())
    images.take([1, 21, 3, 9, 10, 22])
    assert asked == [(1, 10), (10, 11), (21, 23)]
