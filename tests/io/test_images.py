"""Images: read, take, chunks, limit, fit, columns, sha256."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag.io.images import ArrayRows, from_array, from_rows

BYTES = np.arange(7 * 4 * 3, dtype=np.uint8).reshape(7, 4, 3)


@dataclass(frozen=True)
class CountedRows(ArrayRows):
    """Rows that remember which ranges were asked for."""

    asked: list[tuple[int, int]] = field(default_factory=list)

    def read(self, start, stop):
        self.asked.append((start, stop))
        return super().read(start, stop)


def test_read_gives_fresh_float32():
    values = BYTES.astype(np.float32)
    images = from_array(values)
    block = images.read(2, 5)
    assert block.dtype == np.float32
    assert block.flags.c_contiguous
    np.testing.assert_array_equal(block, values[2:5])
    block[:] = -1
    np.testing.assert_array_equal(images.read(2, 5), values[2:5])


@pytest.mark.parametrize(("start", "stop"), [(-1, 3), (3, 8), (5, 4)])
def test_read_refuses_what_is_outside(start, stop):
    with pytest.raises(InputError, match="expected a range within 0 … 7"):
        from_array(BYTES).read(start, stop)


def test_take_keeps_order_and_repeats():
    np.testing.assert_array_equal(from_array(BYTES).take([6, 0, 0, 3]), BYTES[[6, 0, 0, 3]].astype(np.float32))


@pytest.mark.parametrize("indices", [[7], [-1]])
def test_take_refuses_what_is_outside(indices):
    with pytest.raises(InputError, match="numbers from 0 to 6"):
        from_array(BYTES).take(indices)


@pytest.mark.parametrize("indices", [[0.5], [[1, 2]], [True]])
def test_take_refuses_what_is_no_index(indices):
    with pytest.raises(InputError, match="expected whole numbers in one row"):
        from_array(BYTES).take(indices)


def test_chunks_cover_everything_once():
    chunks = list(from_array(BYTES).chunks(3))
    assert [len(chunk) for chunk in chunks] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate(chunks), BYTES.astype(np.float32))


def test_chunks_refuse_size_zero():
    with pytest.raises(InputError, match="at least one image per chunk"):
        next(from_array(BYTES).chunks(0))


def test_values_are_everything_read_only():
    values = from_array(BYTES).values
    np.testing.assert_array_equal(values, BYTES)
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 0


# ---- subsets ---------------------------------------------------------------------------------------------------------


def test_limit_is_seeded_sorted_and_said():
    images = from_array(np.arange(400).reshape(200, 2), labels=np.arange(200))
    some = images.limit(20, seed=3)
    assert len(some) == 20
    assert some.indices is not None
    assert (np.diff(some.indices) > 0).all()
    np.testing.assert_array_equal(some.indices, images.limit(20, seed=3).indices)
    assert (some.indices != images.limit(20, seed=4).indices).any()
    assert some.subset_note == "20 of 200 images drawn with seed 3"
    np.testing.assert_array_equal(some.labels, some.indices)
    np.testing.assert_array_equal(some.read(0, 20)[:, 0], 2 * some.indices)
    np.testing.assert_array_equal(some.take([5])[0], some.read(5, 6)[0])


def test_limit_of_a_limit_points_into_the_whole():
    images = from_array(np.arange(400).reshape(200, 2))
    twice = images.limit(50, seed=1).limit(10, seed=2)
    assert twice.indices is not None
    np.testing.assert_array_equal(twice.read(0, 10)[:, 0], 2 * twice.indices)


def test_limit_above_the_count_is_everything():
    images = from_array(BYTES)
    assert images.limit(7, seed=0) is images
    assert images.limit(8, seed=0).subset_note is None


def test_limit_of_nothing_is_refused():
    with pytest.raises(InputError, match="limit: expected at least one image; got 0"):
        from_array(BYTES).limit(0)


# ---- identity --------------------------------------------------------------------------------------------------------


def test_sha256_is_of_shape_and_float32_bytes():
    expected = hashlib.sha256(b"float32 [7, 4, 3]\n" + BYTES.astype("<f4").tobytes()).hexdigest()
    assert from_array(BYTES).sha256 == expected


@pytest.mark.parametrize("dtype", ["u1", "i2", ">i4", "<f4", ">f4", "f8", "f2"])
def test_sha256_does_not_depend_on_the_type(dtype):
    assert from_array(BYTES.astype(dtype)).sha256 == from_array(BYTES).sha256


def test_sha256_sees_shape_order_and_every_value():
    images = from_array(BYTES)
    other = BYTES.copy()
    other[6, 3, 2] += 1
    hashes = {
        images.sha256,
        images.fit((12,)).sha256,
        from_array(BYTES[::-1]).sha256,
        from_array(other).sha256,
        images.preprocess("unit").sha256,
        images.limit(6).sha256,
    }
    assert len(hashes) == 6


@pytest.mark.parametrize(
    "ranges",
    [
        [(0, 7)],
        [(0, 3), (3, 7)],
        [(0, 2), (0, 7)],
        [(4, 7), (0, 5), (2, 7)],
        [(5, 6)],
        [(0, 0), (0, 4)],
    ],
)
def test_sha256_is_the_same_whatever_was_read_before(ranges):
    images = from_array(BYTES)
    for start, stop in ranges:
        images.read(start, stop)
    images.take([6, 1])
    assert images.sha256 == from_array(BYTES).sha256


def test_sha256_after_streaming_reads_nothing_again():
    rows = CountedRows(BYTES)
    images = from_rows(rows, name="counted")
    list(images.chunks(3))
    before = list(rows.asked)
    assert images.sha256 == from_array(BYTES).sha256
    assert rows.asked == before


# ---- shapes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ((4, 3), (4, 3)),
        ((4, 3), (4, 3, 1)),
        ((4, 3, 1), (4, 3)),
        ((12,), (4, 3, 1)),
        ((12,), (2, 2, 3)),
        ((4, 3, 1), (12,)),
        ((12, 1), (12,)),
    ],
)
def test_fit_reshapes_without_moving_numbers(stored, wanted):
    fitted = from_array(BYTES.reshape(7, *stored)).fit(wanted)
    assert fitted.event_shape == wanted
    np.testing.assert_array_equal(fitted.read(0, 7), BYTES.reshape(7, *wanted))


@pytest.mark.parametrize(
    ("shape", "wanted", "advice"),
    [
        ((7, 4, 3), (3, 4, 1), "resize"),
        ((7, 4, 3), (4, 4, 1), "resize"),
        ((5, 3, 8, 8), (8, 8, 3), "moveaxis"),
        ((8, 8), (8, 8, 1), "one image, add a first axis"),
        ((8, 8, 3), (8, 8, 3), "one image, add a first axis"),
    ],
)
def test_fit_names_both_shapes_and_a_remedy(shape, wanted, advice):
    with pytest.raises(InputError, match=advice) as caught:
        from_array(np.zeros(shape)).fit(wanted)
    assert str(list(wanted)) in str(caught.value)
    assert str(list(shape[1:])) in str(caught.value)


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(5), r"shape \[5\]"),
        (np.float32(1), r"shape \[\]"),
        (np.zeros((2, 2, 2, 2, 2)), r"shape \[2, 2, 2, 2, 2\]"),
        (np.zeros((0, 4, 4)), "is empty"),
        (np.zeros((3, 0)), "is empty"),
        (np.array([[object()]]), "Python objects"),
        (np.array([["a", "b"]]), "<U1"),
        (np.zeros((2, 2), complex), "complex128"),
        (np.zeros((2, 2), "M8[s]"), "datetime64"),
        (np.zeros(3, [("r", "u1"), ("g", "u1")]), "holds"),
    ],
)
def test_from_array_refuses(values, message):
    with pytest.raises(InputError, match=message) as caught:
        from_array(values)
    assert "\n" not in str(caught.value)


def test_labels_of_another_length_are_refused():
    with pytest.raises(InputError, match="labels: expected one per image, 7"):
        from_array(BYTES, labels=np.arange(6))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_non_finite_values_pass_silently(bad):
    values = np.full((2, 3), bad)
    block = from_array(values).read(0, 2)
    assert not np.isfinite(block).any()


def test_booleans_become_zero_and_one():
    np.testing.assert_array_equal(from_array(np.array([[True, False]])).read(0, 1), [[1, 0]])


# ---- columns ---------------------------------------------------------------------------------------------------------


def test_columns_survive_what_keeps_the_values():
    images = from_array(BYTES.reshape(7, 12), columns=[f"v{i}" for i in range(12)])
    some = images.limit(4).preprocess("unit").fit((12,))
    assert some.columns == images.columns == tuple(f"v{i}" for i in range(12))
    assert images.fit((4, 3, 1)).columns is None
    assert images.preprocess("shape:4x3").columns is None


@pytest.mark.parametrize("shape", [(7, 4, 3), (7, 12, 1), (7, 84)])
def test_another_number_of_names_is_refused(shape):
    with pytest.raises(InputError, match=r"columns: expected one name for each of the values \[.*; got 12"):
        from_array(np.zeros(shape), columns=list("abcdefghijkl"))


def test_names_of_columns_cannot_drive_a_terminal():
    images = from_array(np.zeros((2, 3)), columns=["a\x1b[31m\nb", 7, "x" * 500])
    assert images.columns is not None
    assert images.columns[:2] == ("a[31m b", "7")
    assert len(images.columns[2]) == 100


@pytest.mark.parametrize("labels", [["a\x1b[31m", "ü"], [b"a\x1b[31m", "ü".encode()]])
def test_labels_of_text_cannot_either(labels):
    images = from_array(np.zeros((2, 3)), labels=labels)
    assert images.labels is not None
    assert images.labels.tolist() == ["a[31m", "ü"]
