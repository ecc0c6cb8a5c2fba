"""An AnnData file (.h5ad) as images `[cells, genes]` with the names of the genes; dense, or sparse by rows.

Layout: https://anndata.readthedocs.io/en/stable/fileformat-prose.html, encodings 0.1 and 0.2 of arrays and matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import Images, Rows, check_numbers, from_rows
from vaediag.io.stores import StoreRows, hdf5
from vaediag.io.tables import LABELS, shown

Array: TypeAlias = np.ndarray[Any, Any]


@dataclass(frozen=True)
class SparseRows:
    """Rows of a compressed sparse matrix `key`, made dense as they are asked for."""

    path: Path
    key: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def read(self, start: int, stop: int) -> Array:
        with hdf5(self.path) as store:
            return self._dense(store[self.key], start, stop)

    def take(self, indices: Array) -> Array:
        out = np.empty((len(indices), *self.shape[1:]), self.dtype)
        order = np.argsort(indices, kind="stable")
        ranked = indices[order]
        with hdf5(self.path) as store:
            for run in np.split(np.arange(len(ranked)), np.flatnonzero(np.diff(ranked) > 1) + 1):
                if run.size:  # neighbours are read in one go
                    first, last = int(ranked[run[0]]), int(ranked[run[-1]])
                    out[order[run]] = self._dense(store[self.key], first, last + 1)[ranked[run] - first]
        return out

    def _dense(self, matrix: Any, start: int, stop: int) -> Array:
        borders = np.asarray(matrix["indptr"][start : stop + 1], np.int64)
        first, last = int(borders[0]), int(borders[-1])
        columns = np.asarray(matrix["indices"][first:last])
        values = np.asarray(matrix["data"][first:last])
        sizes = np.diff(borders)
        if (sizes < 0).any() or len(columns) != last - first or len(values) != len(columns):
            raise ValueError(f"the sparse matrix {self.key!r} is damaged")
        if len(columns) and not 0 <= columns.min() <= columns.max() < self.shape[1]:
            raise ValueError(f"the sparse matrix {self.key!r} points outside of itself")
        dense = np.zeros((stop - start, self.shape[1]), self.dtype)
        dense[np.repeat(np.arange(stop - start), sizes), columns] = values
        return dense


def anndata_images(path: Path, layer: str | None, *, source: str) -> Images:
    """`X` of a file, or the layer of that name; `raw` is `raw/X`. A column of `obs` called as in `LABELS`: the labels.

    Raises InputError for another layer, a matrix that is sparse by columns, and files that are not AnnData.
    """
    with hdf5(path) as store:
        layers = list(store["layers"]) if "layers" in store else []
        raw = ["raw"] if "raw" in store else []
        if layer is None and "X" not in store:
            raise InputError(f"images: expected an AnnData file with X; {path} has none. Choose another file.")
        if layer is not None and layer not in [*layers, *raw]:
            there = ", ".join(map(shown, [*layers, *raw])) or "none"
            raise InputError(
                f"split: expected a layer that {path.name} has ({there}); got {layer!r}. Leave it out for X."
            )
        key = "X" if layer is None else "raw/X" if layer in raw and layer not in layers else f"layers/{layer}"
        rows = _rows(store, path, key)
        table = "raw/var" if key == "raw/X" else "var"
        genes = _names(store[table], rows.shape[1]) if table in store and len(rows.shape) == 2 else None
        labels, label_name = _labels(store["obs"], rows.shape[0]) if "obs" in store else (None, None)
    said = [f"x is {key} of the AnnData file"]
    if label_name is not None:
        said.append(f"column {shown(label_name)} of obs taken as labels")
    return from_rows(rows, labels=labels, name=path.stem, source=source, columns=genes, assumed=tuple(said))


def _rows(store: Any, path: Path, key: str) -> Rows:
    matrix = store[key]
    if hasattr(matrix, "dtype"):
        check_numbers(matrix.dtype, path.name)
        return StoreRows(path, key, tuple(int(size) for size in matrix.shape), hdf5)
    kind = _text(matrix.attrs.get("encoding-type", matrix.attrs.get("h5sparse_format", "")))
    if not kind.startswith("csr"):
        raise InputError(
            f"images: expected {key} dense or sparse by rows (CSR); {path} holds {shown(kind or 'a group')}. Write it"
            f" again after adata.{key.replace('/', '.')} = adata.{key.replace('/', '.')}.tocsr()."
        )
    shape = tuple(int(size) for size in matrix.attrs.get("shape", matrix.attrs.get("h5sparse_shape", ())))
    check_numbers(matrix["data"].dtype, path.name)
    if len(shape) != 2 or matrix["indptr"].shape != (shape[0] + 1,):
        raise ValueError(f"the sparse matrix {key!r} does not have the shape that it states, {list(shape)}")
    return SparseRows(path, key, shape, matrix["data"].dtype)


def _names(table: Any, count: int) -> list[str] | None:
    """The index of a table of the file: the names of its rows."""
    key = _text(table.attrs.get("_index", "_index"))
    if not hasattr(table, "keys") or key not in table:
        return None
    if table[key].shape != (count,):  # before it is read: a damaged file may claim any size
        raise ValueError(f"{count} columns have {table[key].shape} names")
    return [_text(name) for name in np.asarray(table[key][...]).tolist()]


def _labels(table: Any, count: int) -> tuple[Array | None, str | None]:
    names = [name for name in table if name.lower() in LABELS]
    if len(names) != 1:
        return None, None
    column = table[names[0]]
    if getattr(column, "shape", (count,)) != (count,):
        raise ValueError(f"{count} rows have {column.shape} labels")
    if hasattr(column, "dtype"):
        values = np.asarray(column[...])
        return (np.array([_text(each) for each in values]) if values.dtype.kind in "OS" else values), names[0]
    if "codes" not in column or "categories" not in column:
        return None, None
    if column["codes"].shape != (count,) or column["categories"].shape[0] > count:
        raise ValueError(f"{count} rows have {column['codes'].shape} labels")
    words = [_text(each) for each in np.asarray(column["categories"][...]).tolist()]
    codes = np.asarray(column["codes"][...], np.int64)  # -1: none
    return np.array([*words, "none"])[codes], names[0]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
