"""The bundled data sets: what they hold, and that training and test images are apart."""

from importlib import import_module

import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag_models import data
from vaediag_models.data.patches import _tiles
from vaediag_models.data.splits import SPLITS

module = import_module("vaediag_models.data.patches")  # the package has a function of that name
ALL = {"digits": data.digits, "digits-binary": data.digits_binary, "patches": data.patches, "shapes": data.shapes}
SHAPES = {"digits": (8, 8, 1), "digits-binary": (8, 8, 1), "patches": (16, 16, 1), "shapes": (64, 64, 1)}


@pytest.mark.parametrize("name", ALL)
def test_images_labels_and_names(name):
    train, test = ALL[name]("train"), ALL[name]("test")
    for images, split in ((train, "train"), (test, "test")):
        assert images.event_shape == SHAPES[name]
        assert (images.name, images.split, images.source) == (name, split, f"{name}[{split}]")
        assert images.labels is not None
        assert len(images.labels) == len(images)
        some = images.read(0, 50)
        assert some.dtype == np.float32
        assert some.min() >= 0
        assert some.max() <= 1
    assert len(test) >= 500
    assert len(train) > len(test)
    assert len(ALL[name]()) == len(test)


@pytest.mark.parametrize("name", ALL)
def test_splits_share_no_image_and_repeat(name):
    train, test = ALL[name]("train"), ALL[name]("test")
    keys = {image.tobytes() for image in test.read(0, len(test))}
    shared = sum(image.tobytes() in keys for chunk in train.chunks(500) for image in chunk)
    # two different grey digits may by chance give the same few bits
    assert shared <= (2 if name == "digits-binary" else 0)
    np.testing.assert_array_equal(ALL[name]("test").read(7, 12), test.read(7, 12))


@pytest.mark.parametrize("name", ALL)
def test_another_split_is_refused(name):
    with pytest.raises(InputError, match=r"split: expected one of train, test; got 'valid'"):
        ALL[name]("valid")


def test_digits_are_whole():
    both = np.concatenate([data.digits("train").values, data.digits("test").values])
    assert len(both) == 1797
    assert np.all(both * 16 == np.round(both * 16))
    assert np.mean(both == 0) == pytest.approx(0.49, abs=0.01)
    np.testing.assert_array_equal(np.unique(np.asarray(data.digits("test").labels)), np.arange(10))


@pytest.mark.parametrize("split", ["train", "test"])
def test_binary_digits_are_draws_of_the_grey_ones(split):
    grey, bits = data.digits(split), data.digits_binary(split)
    np.testing.assert_array_equal(grey.labels, bits.labels)
    assert set(np.unique(bits.values)) == {0.0, 1.0}
    p, x = grey.values.ravel(), bits.values.ravel()
    for level in range(17):
        kept = x[p == level / 16]
        assert abs(kept.mean() - level / 16) < 4.5 * np.sqrt(0.25 / len(kept))
    assert np.all(x[p == 0] == 0)


def test_patches_share_no_pixels():
    """Put a number of its own on every pixel of the tiles: no number is in both splits."""
    tiles, _ = _tiles()
    numbered = np.arange(tiles.size, dtype=np.float64).reshape(tiles.shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_tiles", lambda: (numbered, np.zeros(len(tiles), int)))
        train, test = (np.concatenate([half.ravel() for half in module._halves(split)[0]]) for split in SPLITS)
    assert not set(train) & set(test)
    assert len(train) + len(test) == tiles.size


def test_patches():
    train, test = data.patches("train"), data.patches("test")
    assert len(test) == 140 * 6  # 3 x 2 patches side by side in half a tile
    assert len(train) == 140 * 60
    np.testing.assert_array_equal(np.unique(np.asarray(test.labels)), [0, 1])
    assert train.values.std() == pytest.approx(test.values.std(), rel=0.05)


def test_shapes_do_not_depend_on_how_they_are_read():
    images = data.shapes("test")
    np.testing.assert_array_equal(images.take([9, 3]), images.read(0, 10)[[9, 3]])
    assert images.read(4, 4).shape == (0, 64, 64, 1)


def test_shapes_are_where_their_factors_say():
    factors, x = data.shapes_factors("test")[:200], data.shapes("test").read(0, 200)[..., 0]
    assert factors.shape[1] == len(data.FACTORS)
    weight = x / x.sum((1, 2), keepdims=True)
    centre = np.arange(64) + 0.5
    assert np.abs((weight.sum(2) @ centre) - factors[:, 3]).max() < 1.5
    assert np.abs((weight.sum(1) @ centre) - factors[:, 4]).max() < 1.5
    kind, size, area = factors[:, 0], factors[:, 1], x.sum((1, 2))
    for number, constant in ((0, 4 * 0.6), (1, np.pi * 0.6), (2, 3 * np.sqrt(3) * 0.55**2)):
        chosen = kind == number
        np.testing.assert_allclose(area[chosen], constant * size[chosen] ** 2, rtol=0.16)
    assert x[:, [0, -1]].mean() < 1e-3


def test_angle_turns_the_shape():
    factors, x = data.shapes_factors("test")[:200], data.shapes("test").read(0, 200)[..., 0]
    for index in np.flatnonzero(factors[:, 0] < 2)[:50]:
        rows, columns = np.nonzero(x[index])
        spread = np.cov(columns, rows)
        long = np.linalg.eigh(spread)[1][:, 1]
        turn = np.array([np.cos(factors[index, 2]), np.sin(factors[index, 2])])
        assert abs(long @ turn) > 0.98
