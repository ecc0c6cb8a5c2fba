"""A `tf.data.Dataset` as images: read once, in the order of that reading, into memory or a temporary file.

TensorFlow is not imported: whoever has such a dataset has loaded it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import Images, from_rows
from vaediag.io.npy import one_line
from vaediag.io.spool import Spool

Array: TypeAlias = np.ndarray[Any, Any]

IMAGE_KEYS = ("image", "images", "x", "features")
LABEL_KEYS = ("label", "labels", "y")
_INFINITE = -1  # tf.data.INFINITE_CARDINALITY
_TOGETHER = 256  # images of an unbatched dataset that are kept in one go


def is_pipeline(source: Any) -> bool:
    return hasattr(source, "element_spec") and hasattr(source, "as_numpy_iterator")


def pipeline_images(dataset: Any, *, name: str = "tf.data") -> Images:
    """Images, and labels where there is one number or text per image, of a dataset, batched or not.

    Elements are images, pairs (x, y, …), or tables with one of `IMAGE_KEYS`. Raises InputError for an endless dataset,
    other elements, images of different shapes, more than `spool.LIMIT`.
    """
    if int(dataset.cardinality()) == _INFINITE:
        raise InputError(
            "images: expected a dataset with an end; got a tf.data.Dataset that repeats for ever. Take as many as are"
            " wanted: dataset.take(n)."
        )
    image_spec, label_spec = _parts(dataset.element_spec)
    batched = _is_batched(image_spec, label_spec)
    has_labels = _is_label(label_spec, batched)
    labels: list[Array] = []
    with Spool(f"the dataset {name!r}") as spool:
        for images, marks in _blocks(dataset, batched, has_labels):
            spool.add(images)
            if marks is not None:
                labels.append(marks)
        rows = spool.rows()
    kept = np.concatenate(labels) if labels else None
    if kept is not None and kept.dtype.kind in "OS":
        kept = np.array([each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in kept])
    said = ("images in the order in which the tf.data pipeline gave them, read once",)
    return from_rows(rows, labels=kept, name=name, assumed=said)


def _parts(element: Any) -> tuple[Any, Any]:
    """What of an element is the image, and what may be its label: works on an element and on its spec."""
    if isinstance(element, Mapping):
        key = next((key for key in IMAGE_KEYS if key in element), None)
        if key is None and len(element) == 1:
            key = next(iter(element))
        if key is None:
            raise InputError(
                f"images: expected one of {', '.join(IMAGE_KEYS)} in each element of the dataset; got"
                f" {', '.join(map(str, element))}. Try dataset.map(lambda each: each[...])."
            )
        label = next((each for each in LABEL_KEYS if each in element), None)
        return element[key], None if label is None else element[label]
    if isinstance(element, tuple | list):
        if not element:
            raise InputError("images: expected images in the dataset; got empty elements. Map them to x.")
        inner = _parts(element[0])[0] if isinstance(element[0], Mapping) else element[0]
        return inner, element[1] if len(element) > 1 else None
    return element, None


def _is_batched(image: Any, label: Any) -> bool:
    """Whether the first axis counts images. Raises InputError where that cannot be told."""
    shape = getattr(image, "shape", None)
    if shape is None or shape.rank is None:
        raise InputError(
            f"images: expected elements with a shape; got {type(image).__name__} in the dataset. Set it with"
            " tf.ensure_shape in a map, or pass an array."
        )
    sizes = tuple(shape)
    if len(sizes) == 0 or len(sizes) > 4:
        raise InputError(f"images: expected images in the dataset; got elements of shape {list(sizes)}. Reshape them.")
    marks = getattr(getattr(label, "shape", None), "rank", None)
    picture = len(sizes) == 3 and sizes[-1] in (1, 3)
    if len(sizes) == 4:
        return True
    if len(sizes) == 1 or marks == 0 or (picture and sizes[0] is not None):
        return False
    if (marks is not None and label.shape[0] == sizes[0]) or (sizes[0] is None and not picture):
        return True
    remedy = "tf.ensure_shape in a map" if sizes[0] is None else "dataset.batch(256), without drop_remainder"
    raise InputError(
        f"images: expected to see which axis counts images; got elements of shape {list(sizes)} in the dataset, which"
        f" may be one image or many. Say so with {remedy}."
    )


def _is_label(label: Any, batched: bool) -> bool:
    """One number or text per image, which may stand in an axis of its own."""
    shape = getattr(label, "shape", None)
    if shape is None or shape.rank is None:
        return False
    inner = tuple(shape)[1:] if batched else tuple(shape)
    return shape.rank >= batched and inner in ((), (1,))


def _blocks(dataset: Any, batched: bool, labelled: bool) -> Iterator[tuple[Array, Array | None]]:
    """Blocks of images and their labels. Raises InputError for what fails inside the pipeline."""
    stream = iter((dataset if batched else dataset.batch(_TOGETHER)).as_numpy_iterator())
    while True:
        try:
            element = next(stream)
        except StopIteration:
            return
        except Exception as error:  # the pipeline runs the user's own functions, and TensorFlow's errors are its own
            raise InputError(f"images: the dataset failed while it was read ({one_line(error)}). Mend it.") from error
        image, label = _parts(element)
        yield np.asarray(image), np.asarray(label).reshape(-1) if labelled else None
