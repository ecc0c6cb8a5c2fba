"""Data sets of TensorFlow Datasets by name, where that package is installed."""

from __future__ import annotations

import dataclasses
from importlib import import_module
from typing import Any

from vaediag.errors import InputError
from vaediag.io.images import Images
from vaediag.io.npy import one_line
from vaediag.io.pipelines import pipeline_images

PACKAGE = "tensorflow_datasets"


def tfds_images(name: str, split: str | None, *, source: str) -> Images:
    """Images and labels of one split, `test` unless asked otherwise; prepared by the package when they are not yet.

    Raises InputError when the package is missing, for a name or a split that it does not have, and when preparing the
    data fails.
    """
    try:
        tfds: Any = import_module(PACKAGE)
    except ImportError as error:
        raise InputError(
            f"images: {source!r} needs the package tensorflow-datasets ({one_line(error)}). Install it with: pip"
            " install tensorflow-datasets."
        ) from error
    try:
        builder = tfds.builder(name)
    except Exception as error:  # its errors share no base class
        raise InputError(
            f"images: expected a name of TensorFlow Datasets; got {name!r} ({one_line(error)}). Try tfds:mnist."
        ) from error
    try:
        builder.download_and_prepare()
    except Exception as error:
        raise InputError(
            f"images: {source!r} cannot be prepared by TensorFlow Datasets ({one_line(error)}). Prepare it where there"
            " is a network, with tfds.load, and copy the folder ~/tensorflow_datasets here."
        ) from error
    there = list(builder.info.splits)
    split = split or ("test" if "test" in there else there[0] if len(there) == 1 else None)
    if split is None or (split.isidentifier() and split not in there):
        raise InputError(
            f"split: expected one of {', '.join(map(str, there)) or 'none'}, which {name!r} has; got {split!r}."
            f" Try tfds:{name}[{there[0] if there else 'train'}]."
        )
    try:
        dataset = builder.as_dataset(split=split, shuffle_files=False)
    except Exception as error:
        raise InputError(
            f"images: the split {split!r} of {name!r} cannot be read ({one_line(error)}). Try another split."
        ) from error
    images = pipeline_images(dataset, name=name)
    return dataclasses.replace(images, split=split, source=source)
