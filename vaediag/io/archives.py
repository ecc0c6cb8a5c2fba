"""Images in a .npz archive, read whole; `columns` or `feature_names` name the values of flat data."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import Images, from_array
from vaediag.io.npy import one_line

IMAGE_KEYS = ("x", "images")
LABEL_KEYS = ("y", "labels")
COLUMN_KEYS = ("columns", "feature_names")


def npz_images(path: Path, split: str | None, *, source: str) -> Images:
    """Images (and labels, if there are any) of an archive. Raises InputError when it cannot be read."""
    try:
        with path.open("rb") as file:  # given a path, NumPy leaves a damaged file open
            if not zipfile.is_zipfile(file):
                raise ValueError("it is not an archive, or cut short")
            file.seek(0)
            archive = np.load(file, allow_pickle=False)
            image_key, found_split = pick(archive.files, split, where=path)
            label_key = labels_for(archive.files, found_split)
            images = archive[image_key]
            labels = None if label_key is None else archive[label_key]
            column_key = next((key for key in COLUMN_KEYS if key in archive.files), None)
            columns = None if column_key is None else archive[column_key].tolist()
    except InputError:
        raise
    except Exception as error:  # a damaged archive can fail anywhere in the parsers of zipfile, zlib and NumPy
        raise _unreadable(path, error) from error
    return from_array(images, labels=labels, name=path.stem, split=found_split, source=source, columns=columns)


def pick(names: Iterable[str], split: str | None, *, where: Path) -> tuple[str, str | None]:
    """The array that holds the images: `x_test` or `test` for a split, else `x`, `images`, or the only one.

    Returns its name and the split that it is. Raises InputError, with the names there are, when none fits.
    """
    names = list(names)
    for wanted in [split] if split else ["test", None]:
        for key in _keys(IMAGE_KEYS, "images", wanted):
            if key in names:
                return key, wanted
    rest = [name for name in names if name not in LABEL_KEYS + COLUMN_KEYS]
    if split is None and len(rest) == 1:
        return rest[0], None
    expected = "images under the name x or images"
    if split is not None:
        expected = f"images of the split {split!r} under the name x_{split} or {split}"
    raise InputError(
        f"images: expected {expected}; {where} holds {', '.join(names) or 'nothing'}. Rename the one that is meant."
    )


def labels_for(names: Iterable[str], split: str | None) -> str | None:
    """The array that holds the labels of the same split, or None."""
    names = list(names)
    return next((key for key in _keys(LABEL_KEYS, "labels", split) if key in names), None)


def _keys(plain: tuple[str, ...], word: str, split: str | None) -> tuple[str, ...]:
    if split is None:
        return plain
    bare = (split,) if word == "images" else ()
    return (*(f"{key}_{split}" for key in plain), f"{split}_{word}", *bare)


def _unreadable(path: Path, error: Exception) -> InputError:
    """NumPy's refusal of pickled objects, or of a damaged archive, in a sentence."""
    if "pickle" in str(error).lower():
        return InputError(
            f"images: expected numbers; {path} holds pickled Python objects, which are not opened because that could"
            " run code. Save them again as one array of float32 or uint8."
        )
    return InputError(f"images: {path} cannot be read ({one_line(error)}). Copy or save it again.")
