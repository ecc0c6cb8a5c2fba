"""Preprocessing: each step's formula, chains, what is refused; bits that do not depend on how images are read."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag.io.images import from_array
from vaediag.io.preprocess import STEPS, chosen, known

RAW = np.array([0, 127, 128, 255], np.float32)
ONE = from_array(RAW[None].astype(np.uint8))
GREY = np.random.default_rng(0).random((60, 7, 6)).astype(np.float32)
BYTES = np.random.default_rng(1).integers(0, 256, (9, 5, 4, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("none", RAW),
        ("unit", RAW / np.float32(255)),
        ("symmetric", RAW / 127.5 - 1),
        ("unit+unit-to-symmetric", RAW / 127.5 - 1),
        ("threshold", [0, 0, 1, 1]),
        ("unit+threshold", [0, 0, 1, 1]),
        ("symmetric+shape:2x2", (RAW / 127.5 - 1).reshape(2, 2)),
    ],
)
def test_formulas(name, expected):
    images = ONE.preprocess(name)
    assert images.preprocessing == name
    assert images.event_shape == np.shape(expected)
    np.testing.assert_allclose(images.read(0, 1)[0], expected, rtol=0, atol=2e-7)


def test_16_bits_divide_by_their_own_largest():
    images = from_array(np.array([[0, 65535, 13107]], np.uint16))
    np.testing.assert_allclose(images.preprocess("unit16").read(0, 1), [[0, 1, 0.2]], atol=1e-7)
    with pytest.raises(InputError, match=r"'unit' expects values from 0 to 255; image 0 holds 65535.*unit16"):
        images.preprocess("unit").read(0, 1)


@pytest.mark.parametrize("name", ["symmetric", "unit+unit-to-symmetric"])
def test_symmetric_reaches_its_ends_exactly(name):
    np.testing.assert_array_equal(from_array(np.array([[0, 255]], np.uint8)).preprocess(name).read(0, 1), [[-1, 1]])


def test_booleans_are_zero_and_one():
    images = from_array(np.array([[True, False]]))
    np.testing.assert_array_equal(images.preprocess("unit-to-symmetric").read(0, 1), [[1, -1]])
    np.testing.assert_array_equal(images.preprocess("binarize").read(0, 1), [[1, 0]])
    with pytest.raises(InputError, match="'unit' expects bytes"):
        images.preprocess("unit")


def test_threshold_of_unit_values_cuts_at_a_half_and_keeps_nan():
    images = from_array(np.array([[0.2, 0.5, 0.9, np.nan]])).preprocess("threshold")
    np.testing.assert_array_equal(images.read(0, 1), [[0, 1, 1, np.nan]])


def test_threshold_of_bytes_is_that_of_bytes_though_the_first_images_are_black():
    values = np.zeros((2_000, 28, 28), np.uint8)
    values[-1] = 100
    assert from_array(values).preprocess("threshold").read(1_999, 2_000).max() == 0


def test_grey_is_luminance():
    expected = BYTES @ np.array([0.299, 0.587, 0.114])
    images = from_array(BYTES).preprocess("grey")
    np.testing.assert_allclose(images.values[..., 0], expected, rtol=1e-6)
    assert images.event_shape == (5, 4, 1)


# ---- geometry --------------------------------------------------------------------------------------------------------


def test_pad_puts_zeros_around_in_the_units_reached_so_far():
    images = from_array(BYTES)
    expected = np.pad(BYTES, ((0, 0), (1, 2), (2, 2), (0, 0)))
    np.testing.assert_array_equal(images.preprocess("pad:8").values, expected)
    np.testing.assert_allclose(images.preprocess("pad:8+symmetric").values, expected / 127.5 - 1, atol=1e-6)
    after = images.preprocess("symmetric+pad:8")
    assert after.event_shape == (8, 8, 3)
    assert (after.values[:, 0] == 0).all()
    np.testing.assert_allclose(after.values[:, 1:6, 2:6], BYTES / 127.5 - 1, atol=1e-6)


def test_crop_undoes_pad_and_takes_the_middle():
    square = BYTES[:, :4]
    images = from_array(square)
    np.testing.assert_array_equal(images.preprocess("pad:9+crop:4").values, square)
    np.testing.assert_array_equal(from_array(BYTES[..., 0]).preprocess("crop:3").values, BYTES[:, 1:4, 0:3, 0])


def test_flat_values_need_a_shape_before_they_are_padded():
    flat = from_array(BYTES.reshape(9, 60))
    with pytest.raises(InputError, match=r"'pad:8' expects images \[height, width\].*Put shape:HxW before it"):
        flat.preprocess("pad:8")
    expected = from_array(BYTES).preprocess("unit+pad:8").values
    np.testing.assert_array_equal(flat.preprocess("shape:5x4x3+unit+pad:8").values, expected)
    np.testing.assert_array_equal(flat.fit((5, 4, 3)).preprocess("unit+pad:8").values, expected)


# ---- binarize --------------------------------------------------------------------------------------------------------


def test_binarize_draws_with_the_probability_of_the_value():
    levels = np.array([0, 0.1, 0.5, 0.9, 1], np.float32)
    values = from_array(np.tile(levels, (40, 2_000))).preprocess("binarize").values
    mean = values.reshape(-1, 5).mean(0)
    assert set(np.unique(values)) == {0, 1}
    np.testing.assert_array_equal(mean[[0, 4]], [0, 1])  # by no chance
    np.testing.assert_allclose(mean, levels, atol=5 * 0.5 / np.sqrt(80_000))


def test_binarize_depends_on_seed_and_number_only():
    images = from_array(GREY).preprocess("binarize:3")
    whole = images.values
    np.testing.assert_array_equal(np.concatenate(list(images.chunks(7))), whole)
    np.testing.assert_array_equal(images.take([50, 3, 3]), whole[[50, 3, 3]])
    some = images.limit(20, seed=1)
    np.testing.assert_array_equal(some.values, whole[some.indices])
    np.testing.assert_array_equal(from_array(GREY).limit(20, seed=1).preprocess("binarize:3").values, some.values)
    np.testing.assert_array_equal(some.limit(5).take([4]), whole[some.limit(5).indices[[4]]])  # type: ignore[index]
    assert images.sha256 == from_array(GREY[..., None]).preprocess("binarize:3").fit((7, 6)).sha256


def test_binarize_of_equal_images_and_of_other_seeds_differs():
    half = from_array(np.full((30, 40), 0.5))
    draws = [half.preprocess(name).values for name in ("binarize", "binarize:0", "binarize:1")]
    np.testing.assert_array_equal(draws[0], draws[1])
    for one, other in [(draws[0], draws[2]), (draws[0][1:], draws[0][:-1]), (draws[0][1:], draws[2][:-1])]:
        assert abs(np.mean(one == other) - 0.5) < 5 * 0.5 / np.sqrt(one.size)


def test_binarize_is_pinned():
    """Records keep the hash of binarised images: the bits must be the same in the next version, too."""
    assert from_array(GREY).preprocess("binarize").values.astype(int)[-1, 0].tolist() == [0, 1, 0, 0, 0, 0]


def test_binarize_keeps_nan_and_refuses_bytes():
    images = from_array(np.array([[0.0, np.nan, 1.0]])).preprocess("binarize")
    np.testing.assert_array_equal(images.values, [[0, np.nan, 1]])
    with pytest.raises(InputError, match=r"'binarize' expects values from 0 to 1.*Try preprocess='unit\+binarize'"):
        from_array(BYTES).preprocess("binarize")


# ---- chains and names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["none", "unit", "binarize:2147483647", "unit+pad:32", "shape:28x28+unit+binarize:7+pad:32", "grey+unit"]
)
def test_names_that_are_known(name):
    assert known(name)


@pytest.mark.parametrize(
    "name",
    ["", "+", "unit+", "scale", "pad", "pad:", "pad:0", "pad:-1", "pad:1e3", "pad:99999", "unit:3", "binarize:-1",
     "binarize:2147483648", "binarize:x", "shape:28", "shape:1x2x3x4", "unit+none", "unit + pad:32", "pad:٣", "UNIT",
     "unit+unit", "unit+symmetric", "symmetric+unit", "symmetric+threshold", "threshold+unit", "pad:" + "9" * 5_000],
)  # fmt: skip
def test_names_that_are_not(name):
    assert not known(name)
    with pytest.raises(InputError, match=r"^preprocess: ") as caught:
        chosen(name)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_every_listed_step_is_known():
    for name in STEPS:
        assert known(name.replace("HxW", "2x2").replace("N", "2")), name


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("unit+symmetric", "Try 'unit-to-symmetric' instead"),
        ("unit+unit", "Leave it out"),
        ("symmetric+binarize", "Let it come first"),
    ],
)
def test_a_step_that_cannot_follow_says_what_to_do(name, remedy):
    with pytest.raises(InputError, match=remedy):
        ONE.preprocess(name)


def test_steps_add_to_those_applied_and_the_same_again_changes_nothing():
    images = from_array(BYTES).preprocess("unit")
    assert images.preprocess("unit") is images
    assert images.preprocess("none") is images  # nothing more
    more = images.preprocess("pad:8")
    assert more.preprocessing == "unit+pad:8"
    assert more.sha256 == from_array(BYTES).preprocess("unit+pad:8").sha256
    with pytest.raises(InputError, match=r"'symmetric' expects bytes, 0 to 255; got 'unit\+symmetric'"):
        images.preprocess("symmetric")


@pytest.mark.parametrize(
    ("values", "name", "message"),
    [
        (np.full((2, 4), 0.5), "unit", "holds values up to 0.5. Try preprocess='none'"),
        (np.full((2, 4), 0.5), "symmetric", "Try preprocess='unit-to-symmetric'"),
        (np.full((2, 4), 9), "unit-to-symmetric", "Try preprocess='symmetric'"),
        (np.full((2, 4), 0.5), "shape:2x2+unit+binarize:3", r"Try preprocess='shape:2x2\+binarize:3'"),
        (np.full((2, 4), 9, np.uint8), "unit16+binarize", r"holds bytes up to 9\. Try preprocess='unit\+binarize'"),
        (np.full((2, 4), 999), "binarize", r"Try preprocess='unit16\+binarize'"),
        (np.zeros((2, 9, 9)), "pad:8", "images of at most 8 x 8"),
        (np.zeros((2, 9, 9)), "crop:10", "images of at least 10 x 10"),
        (np.zeros((2, 9, 9)), "grey", r"images \[height, width, 3\].*Leave it out"),
        (np.zeros((2, 9, 9)), "shape:9x10", "90 values per image"),
    ],
)
def test_what_does_not_fit_the_images(values, name, message):
    with pytest.raises(InputError, match=message):
        from_array(values).preprocess(name)


@pytest.mark.parametrize(
    ("low", "high", "name"), [(0, 256, "unit"), (-1, 255, "symmetric"), (0, 1.01, "binarize"), (0, 300, "threshold")]
)
def test_a_value_outside_the_range_is_found_where_it_is_read(low, high, name):
    values = np.zeros((400_000, 3), np.float32)  # more than is looked at beforehand
    values[0] = min(high, 1 if name == "binarize" else 255)
    values[399_999, :2] = low, high
    images = from_array(values).preprocess(name)
    with pytest.raises(InputError, match="image 399999 holds"):
        images.take([399_999])
    if name != "threshold":
        assert np.isfinite(images.read(0, 1)).all()


def test_values_that_are_not_finite_are_left_to_the_diagnosis():
    images = from_array(np.array([[np.nan, np.inf, 255, 0]])).preprocess("unit")
    np.testing.assert_array_equal(images.values, [[np.nan, np.inf, 1, 0]])


def test_preprocess_is_per_image_after_a_limit():
    images = from_array(np.arange(200, dtype=np.float64).reshape(100, 2))
    some = images.limit(9, seed=1)
    np.testing.assert_array_equal(some.preprocess("unit").read(0, 9), some.read(0, 9) / np.float32(255))
