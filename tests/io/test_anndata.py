"""AnnData files: counts of genes, dense or sparse by rows, with their names."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
from scipy import sparse

from vaediag.errors import InputError
from vaediag.io.images import from_array
from vaediag.io.open import as_images

COUNTS = np.random.default_rng(0).poisson(0.4, (50, 12)).astype(np.float32)
GENES = [f"gene {i}" for i in range(12)]


def matrix(group, name, values, kind):
    if kind == "dense":
        group.create_dataset(name, data=values, chunks=(7, 5), compression="gzip")
        return
    packed = (sparse.csr_matrix if kind == "csr" else sparse.csc_matrix)(values)
    inner = group.create_group(name)
    inner.attrs["encoding-type"] = f"{kind}_matrix"
    inner.attrs["shape"] = values.shape
    for part in ("data", "indices", "indptr"):
        inner[part] = getattr(packed, part)


def written(folder, kind="csr", index="_index"):
    path = folder / "cells.h5ad"
    with h5py.File(path, "w") as file:
        matrix(file, "X", np.log1p(COUNTS), kind)
        matrix(file.create_group("layers"), "counts", COUNTS, kind)
        matrix(file.create_group("raw"), "X", COUNTS[:, :5], kind)
        for group, count in (("var", 12), ("raw/var", 5)):
            table = file.create_group(group)
            table.attrs["_index"] = index
            table[index] = GENES[:count]
        obs = file.create_group("obs")
        obs["total"] = COUNTS.sum(1)
        column = obs.create_group("species")
        column["categories"], column["codes"] = ["man", "mouse"], (np.arange(50) % 3 - 1).astype(np.int8)
    return path


@pytest.mark.parametrize("kind", ["dense", "csr"])
def test_x_layers_and_raw(kind, tmp_path):
    path = written(tmp_path, kind, index="symbol")
    for layer, values in ((None, np.log1p(COUNTS)), ("counts", COUNTS), ("raw", COUNTS[:, :5])):
        images = as_images(path, split=layer)
        assert images.sha256 == from_array(values).sha256
        np.testing.assert_array_equal(images.take([40, 3, 3, 4, 0]), values[[40, 3, 3, 4, 0]])
        np.testing.assert_array_equal(images.take([]), values[:0])
        assert images.columns == tuple(GENES[: values.shape[1]])
        assert images.assumed[1] == "column 'species' of obs taken as labels"
    assert images.assumed[0] == "x is raw/X of the AnnData file"
    assert images.labels is not None
    assert images.labels[:4].tolist() == ["none", "man", "mouse", "none"]


def test_what_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(InputError, match=r"dense or sparse by rows \(CSR\); .* holds 'csc_matrix'.*tocsr"):
        as_images(written(tmp_path, "csc"))
    with pytest.raises(InputError, match=r"a layer that cells\.h5ad has \('counts', 'raw'\); got 'spliced'"):
        as_images(written(tmp_path), split="spliced")
    with h5py.File(tmp_path / "no.h5ad", "w") as file:
        file["x"] = COUNTS
    with pytest.raises(InputError, match="an AnnData file with X"):
        as_images(tmp_path / "no.h5ad")
    (tmp_path / "text.h5ad").write_text("text")
    with pytest.raises(InputError, match="cannot be read as HDF5"):
        as_images(tmp_path / "text.h5ad")


@pytest.mark.parametrize(
    ("part", "value"),
    [("indices", 12), ("indices", -1), ("indptr", 10**9), ("indptr", -5), ("shape", (50, 10**9)), ("shape", (9, 12))],
)
def test_damaged_sparse_matrices_are_refused(part, value, tmp_path):
    path = written(tmp_path)
    with h5py.File(path, "r+") as file:
        if part == "shape":
            file["X"].attrs["shape"] = value
        else:
            file[f"X/{part}"][3] = value  # pyright: ignore[reportIndexIssue]
    with pytest.raises(InputError, match=r"cannot be read as HDF5|at most 16777216 values|one name for each") as caught:
        as_images(path).read(0, 20)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["var/_index", "obs/species/codes", "obs/species/categories"])
def test_claims_of_many_names_are_refused_before_they_are_read(key, tmp_path):
    path = written(tmp_path)
    with h5py.File(path, "r+") as file:
        del file[key]
        file.create_dataset(key, shape=(2**40,), dtype="i8", chunks=(1024,))
    with pytest.raises(InputError, match="cannot be read as HDF5"):
        as_images(path)
