"""One way in for images: an array, a table, a pipeline, a file or a folder becomes `Images`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vaediag.errors import InputError
from vaediag.io.images import Images, from_array, from_rows

FORMATS = (
    ".npy, .npz, .h5, .hdf5, .h5ad, .zarr, .csv or .tsv (also .gz), IDX (also .gz), or a folder of PNG or JPEG files"
)


def as_images(source: Any, *, split: str | None = None, preprocess: str | None = None) -> Images:
    """Images from an array, a table, a pipeline, the path of a file or folder, or `Images` themselves.

    Args:
        source: array `[N, H, W, C]`, `[N, H, W]` or `[N, D]`; pandas DataFrame; tf.data.Dataset, which is read once;
            or a path to one of `FORMATS`.
        split: "train", "test", … where one file or folder holds several.
        preprocess: a name of `Images.preprocess`; None leaves the values as they are stored.
    Raises:
        InputError: nothing there, an unknown format, a broken file, something that is not images.
    """
    images = _opened(source, split)
    return images if preprocess is None else images.preprocess(preprocess)


def _opened(source: Any, split: str | None) -> Images:
    if isinstance(source, Images):
        if split not in (None, source.split):
            raise InputError(
                f"split: expected {source.split!r}, which {source.name!r} is; got {split!r}. Load it again."
            )
        return source
    if isinstance(source, str | os.PathLike):
        return open_path(Path(source).expanduser(), split, source=os.fspath(source))
    if split is not None:
        raise InputError(f"split: expected None for an array; got {split!r}. Give the part of the array instead.")
    from vaediag.io.frames import frame_images, is_frame
    from vaediag.io.pipelines import is_pipeline, pipeline_images

    if is_pipeline(source):
        return pipeline_images(source)
    if is_frame(source):
        return frame_images(source)
    if isinstance(source, Iterator):
        raise InputError(
            f"images: expected an array or a path; got a {type(source).__name__}, which can be read only once and has"
            " no length. Try numpy.stack(list(...)), or a tf.data.Dataset with .take(n)."
        )
    if not (hasattr(source, "__array__") or isinstance(source, list | tuple)):
        raise InputError(f"images: expected an array or a path; got {type(source).__name__}. Try a NumPy array.")
    try:
        return from_array(source)
    except InputError:
        raise
    except (ValueError, TypeError) as error:  # rows of unequal length
        raise InputError(
            "images: expected rows of equal length; got a ragged list. Give every image one size."
        ) from error


def open_path(path: Path, split: str | None, *, source: str) -> Images:
    """Images of a file or folder, by its name's ending. Raises InputError as `as_images` does."""
    from vaediag.io.csv_table import ENDINGS
    from vaediag.io.idx import idx_of_split, idx_rows, labels_beside, looks_like_idx, split_of

    if not there(path):
        raise InputError(f"images: expected a file or folder; {path} does not exist. Check the path.")
    name = path.name.lower()
    if name.endswith(".h5ad"):
        from vaediag.io.anndata import anndata_images

        return anndata_images(path, split, source=source)
    if name.endswith((".h5", ".hdf5", ".zarr", ".zarr.zip")):
        from vaediag.io.stores import store_images

        return store_images(path, split, source=source)
    if path.is_dir():
        found = idx_of_split(path, split)
        if found is not None:
            images = open_path(found, split_of(found), source=source)
            return _renamed(images, path.name, source)
        _one_split_only(path, split)
        from vaediag.io.pictures import picture_images

        return picture_images(path, source=source)
    if path.stat().st_size == 0:
        raise InputError(f"images: expected a file with images; {path} is empty, 0 bytes. Copy or save it again.")
    if name.endswith(ENDINGS):
        from vaediag.io.csv_table import table_images

        _one_split_only(path, split)
        return table_images(path, source=source)
    if name.endswith(".npz"):
        from vaediag.io.archives import npz_images

        return npz_images(path, split, source=source)
    if name.endswith(".npy"):
        from vaediag.io.npy import npy_rows

        _one_split_only(path, split)
        return from_rows(npy_rows(path), name=path.stem, source=source)
    if looks_like_idx(path):
        stored = split_of(path)
        if split not in (None, stored):
            _one_split_only(path, split)
        return from_rows(idx_rows(path), labels=labels_beside(path), name=path.name, split=stored, source=source)
    raise InputError(f"images: expected {FORMATS}; got {path.name!r}. Convert it, for instance with numpy.save.")


def there(path: Path) -> bool:
    """Whether something is there; False, too, for what cannot be a path: names that are too long."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _renamed(images: Images, name: str, source: str) -> Images:
    import dataclasses

    address = f"{source}[{images.split}]" if images.split else source
    return dataclasses.replace(images, name=name, source=address)


def _one_split_only(path: Path, split: str | None) -> None:
    if split is not None:
        raise InputError(f"split: {path} holds one set of images; got {split!r}. Leave the split out.")
