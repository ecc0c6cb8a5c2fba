"""tf.data pipelines: read once, whatever an element looks like; and where what was read is kept."""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np
import pytest

from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.io import pipelines, spool
from vaediag.io.images import from_array
from vaediag.io.npy import FileRows
from vaediag.io.open import as_images

X = np.random.default_rng(0).integers(0, 256, (300, 6, 5, 1), dtype=np.uint8)
Y = np.arange(300) % 7


def sliced(first: Any, *more: Any) -> Any:
    return tf.data.Dataset.from_tensor_slices((first, *more) if more else first)


@pytest.mark.parametrize(
    ("dataset", "labelled"),
    [
        (lambda: sliced(X), False),
        (lambda: sliced(X).batch(7), False),
        (lambda: sliced(X, Y), True),
        (lambda: sliced(X, Y).batch(100, drop_remainder=True), True),
        (lambda: sliced(X, Y).batch(7).prefetch(1), True),
        (lambda: sliced(X, Y, Y).batch(7), True),
        (lambda: sliced(X, Y[:, None]).batch(7), True),
        (lambda: sliced(X, Y[:, None]), True),
        (lambda: sliced(X, X).batch(7), False),
        (lambda: sliced(X, np.eye(7)[Y]).batch(7), False),
        (lambda: sliced({"image": X, "label": Y, "id": Y}), True),
        (lambda: sliced({"features": X, "y": Y}).batch(7), True),
        (lambda: sliced({"pixels": X}), False),
        (lambda: sliced({"x": X, "mask": X}, Y), True),
        (lambda: tf.data.Dataset.from_generator(lambda: iter(X), output_signature=tf.TensorSpec((6, 5, 1))), False),
    ],
)
def test_every_kind_of_element(dataset, labelled):
    images = as_images(dataset())
    assert images.sha256 == from_array(X).sha256
    np.testing.assert_array_equal(images.labels, Y if labelled else None)
    assert images.assumed == ("images in the order in which the tf.data pipeline gave them, read once",)


def test_bytes_stay_bytes():
    """A model that declares what bytes need applies it here, too."""
    assert as_images(sliced(X)).rows.read(0, 1).dtype == np.uint8


def test_without_a_channel_a_batch_says_which_axis_counts():
    flat = X[..., 0]
    with pytest.raises(
        InputError, match=r"shape \[6, 5\] in the dataset, which may be one image or many.*batch\(256\)"
    ):
        as_images(sliced(flat))
    for dataset in (sliced(flat).batch(256), sliced(flat, Y), sliced(flat, Y).batch(100, drop_remainder=True)):
        assert as_images(dataset).sha256 == from_array(flat).sha256


def test_a_shuffled_dataset_is_read_once():
    images = as_images(sliced(X, Y).shuffle(300, seed=1).batch(64))
    assert (images.values != X).any()
    np.testing.assert_array_equal(images.values, X[np.argsort(Y, kind="stable")][_order(images)])
    assert images.labels is not None
    np.testing.assert_array_equal(images.take([5]), images.read(5, 6))


def _order(images):
    """Where each image of the shuffled set stands among those sorted by label; labels must have moved with them."""
    sort = np.argsort(Y, kind="stable")
    place = {X[i].tobytes(): k for k, i in enumerate(sort)}
    order = [place[image.astype(np.uint8).tobytes()] for image in images.values]
    np.testing.assert_array_equal(Y[sort][order], images.labels)
    return order


def test_text_labels():
    images = as_images(sliced(X[:2], ["a", "ü"]))
    assert images.labels is not None
    assert images.labels.tolist() == ["a", "ü"]


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (lambda: sliced(X).repeat(), r"repeats for ever.*dataset\.take\(n\)"),
        (lambda: sliced(X).take(0), "has none"),
        (lambda: sliced(X).batch(7).batch(2), r"shape \[None, None, 6, 5, 1\]"),
        (lambda: sliced({"a": X, "b": X}), r"expected one of image, images, x, features .*; got a, b"),
        (lambda: sliced(["a", "b"]), "got elements of shape"),
        (lambda: sliced([["a", "b"]]), "expected numbers"),
        (
            lambda: sliced(X).map(lambda x: x[: tf.cast(x[0, 0, 0], tf.int32)]),
            r"shape \[None, 5, 1\].*tf\.ensure_shape",
        ),
        (lambda: sliced(X, Y).map(lambda x, y: (x[: tf.cast(y, tf.int32)], y)), "failed while it was read"),
        (lambda: tf.data.Dataset.from_generator(lambda: iter(X), output_types=tf.uint8), "elements with a shape"),
        (lambda: tf.data.Dataset.from_generator(lambda: 1 / 0, output_signature=tf.TensorSpec((3,))), "failed while"),
    ],
)
def test_datasets_that_cannot_be_used(dataset, message):
    with pytest.raises(InputError, match=message) as caught:
        as_images(dataset())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("source", [iter([X]), (x for x in X), map(np.asarray, X)])
def test_iterators_are_refused_with_a_hint(source):
    with pytest.raises(InputError, match=r"can be read only once.*numpy\.stack\(list\(\.\.\.\)\)"):
        as_images(source)


# ---- where it is kept ------------------------------------------------------------------------------------------------


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def small(monkeypatch):
    """As if this were much: in a file after 1000 bytes."""
    monkeypatch.setattr(spool, "IN_MEMORY", 1_000)
    monkeypatch.setattr(spool, "LIMIT", 6_000)


@pytest.mark.usefixtures("small")
def test_much_goes_to_a_file_that_goes_with_the_images(temporary, monkeypatch):
    monkeypatch.setattr(pipelines, "_TOGETHER", 25)
    images = as_images(sliced(X[:200]))
    assert isinstance(images.rows, FileRows)
    assert [path.stat().st_size for path in temporary.iterdir()] == [6_000]
    some = images.limit(50)
    del images
    np.testing.assert_array_equal(some.values, X[:200][some.indices])
    del some
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_too_much_is_refused_and_leaves_nothing(temporary):
    with pytest.raises(InputError, match=r"at most 5\.59e-06 GiB.*dataset\.take"):
        as_images(sliced(X).batch(20))
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_a_full_disk_is_one_line(temporary, monkeypatch):
    monkeypatch.setattr(spool, "_SPARE", 2**80)
    with pytest.raises(InputError, match=r"the disk is nearly full.*Set TMPDIR"):
        as_images(sliced(X[:100]))
    assert list(temporary.iterdir()) == []


def test_images_of_different_shapes_are_named():
    with spool.Spool("mine") as kept:
        kept.add(np.zeros((3, 2, 2)))
        with pytest.raises(InputError, match=r"one shape, \[2, 2\]; image 3 of mine has \[2, 3\]"):
            kept.add(np.zeros((1, 2, 3)))
