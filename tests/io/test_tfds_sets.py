"""tfds:NAME with a stand-in for TensorFlow Datasets of the same face."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.registry import load_images

X = np.random.default_rng(0).integers(0, 256, (20, 6, 5, 1), dtype=np.uint8)
SIZES = {"train": 20, "test": 8}


class Builder:
    def __init__(self, name, sizes=SIZES, broken=None):
        self.name, self.broken = name, broken
        self.info = SimpleNamespace(splits=sizes)

    def download_and_prepare(self):
        if self.broken:
            raise self.broken

    def as_dataset(self, *, split, shuffle_files):
        assert not shuffle_files
        name, _, rest = split.partition("[")
        count = int(rest[1:-1]) if rest else self.info.splits[name]
        return tf.data.Dataset.from_tensor_slices({"image": X[:count], "label": np.arange(count)})


@pytest.fixture
def tfds(monkeypatch):
    builders = {
        "mnist": Builder("mnist"),
        "mine/small:1.0.0": Builder("mine", {"all": 5}),
        "odd": Builder("odd", {"a": 1, "b": 1}),
        "far": Builder("far", broken=ConnectionError("no\nnetwork")),
    }

    def builder(name):
        if name not in builders:
            raise LookupError(f"Dataset {name} not found")
        return builders[name]

    module = ModuleType("tensorflow_datasets")
    module.builder = builder  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", module)


@pytest.mark.usefixtures("tfds")
@pytest.mark.parametrize(
    ("address", "count", "split"),
    [
        ("tfds:mnist", 8, "test"),
        ("tfds:mnist[train]", 20, "train"),
        ("tfds:mnist[train[:12]]", 12, "train[:12]"),
        ("tfds:mine/small:1.0.0", 5, "all"),
    ],
)
def test_sets_with_splits(address, count, split):
    images = load_images(address)
    np.testing.assert_array_equal(images.values, X[:count])
    np.testing.assert_array_equal(images.labels, np.arange(count))
    assert (images.split, images.source) == (split, address)


@pytest.mark.usefixtures("tfds")
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tfds:mist", r"a name of TensorFlow Datasets; got 'mist' \(.*Dataset mist not found"),
        ("tfds:mnist[valid]", r"split: expected one of train, test, which 'mnist' has; got 'valid'"),
        ("tfds:odd", r"expected one of a, b, which 'odd' has; got None. Try tfds:odd\[a\]"),
        ("tfds:far", r"cannot be prepared by TensorFlow Datasets \(no network\)"),
        ("tfds:mnist[train[x]]", r"the split 'train\[x\]' of 'mnist' cannot be read"),
    ],
)
def test_what_there_is_not(address, message):
    with pytest.raises(InputError, match=message) as caught:
        load_images(address)
    assert "\n" not in str(caught.value)


def test_without_the_package_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(InputError, match="Install it with: pip install tensorflow-datasets"):
        load_images("tfds:mnist")
