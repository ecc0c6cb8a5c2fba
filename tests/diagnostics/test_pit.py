"""PIT histograms of one chunk, the randomisation of discrete x integrated out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from vaediag.backend import tf
from vaediag.diagnostics.bins import FINE, fine_index, regroup, scatter
from vaediag.diagnostics.pit import BINS, NARROW, histogram, moments


def overlaps(below, upto):
    """Share of [a, b] in each bin, by its definition."""
    edges = np.arange(BINS + 1) / BINS
    a, b = below[..., None], upto[..., None]
    return (np.clip((edges[1:] - a) / (b - a), 0, 1) - np.clip((edges[:-1] - a) / (b - a), 0, 1)).mean(1)


@pytest.fixture(scope="module")
def intervals():
    rng = np.random.default_rng(0)
    below = rng.random((7, 30))
    width = NARROW + rng.random((7, 30)) ** 4 * (1 - NARROW)
    below, upto = below * (1 - width), below * (1 - width) + width
    below[0, :6], upto[0, :6] = [0, 0.25, 0.5, 0, 0.999, 0.005], [1, 0.5, 1, 0.005, 1, 0.01]
    return below.astype(np.float32), upto.astype(np.float32)


def test_discrete_histogram_adds_overlaps(intervals):
    below, upto = intervals
    found = histogram(tf.constant(below), tf.constant(upto), discrete=True).numpy()
    np.testing.assert_allclose(found, overlaps(below.astype(float), upto.astype(float)), atol=2e-6)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)


def test_intervals_without_width_stay_where_they_are():
    u = np.array([[0.0, 0.5025, 1.0, 0.1234]], np.float32)
    found = histogram(tf.constant(u), tf.constant(u), discrete=True).numpy()[0] * 4
    np.testing.assert_allclose(found[[0, 24, 100, 199]], 1, atol=0.25)
    assert found.sum() == pytest.approx(4, abs=1e-4)


def test_continuous_histogram_is_numpys():
    u = np.random.default_rng(1).random((5, 400)).astype(np.float32)
    u[0, :4] = [0, 1, 0.5, 0.99999994]
    found = histogram(tf.constant(u), tf.constant(u), discrete=False).numpy()
    expected = np.stack([np.histogram(np.float32(row * BINS), BINS, (0, BINS))[0] for row in u]) / 400
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_moments_integrate_the_randomisation(intervals):
    below, upto = intervals
    first, second = (t.numpy() for t in moments(*map(tf.constant, intervals)))
    v = (np.arange(2000) + 0.5) / 2000
    u = below[..., None] + v * (upto - below)[..., None] - 0.5
    np.testing.assert_allclose(first, u.mean(-1), atol=1e-6)
    np.testing.assert_allclose(second, (u**2).mean(-1), atol=1e-6)


def test_nan_does_not_spread():
    u = np.array([[np.nan, 0.5], [0.2, 0.7]], np.float32)
    for discrete in (False, True):
        found = histogram(tf.constant(u), tf.constant(u), discrete=discrete).numpy()
        assert np.isfinite(found).all()
        assert found[1].sum() == pytest.approx(1, abs=1e-5)


def test_fine_bins_are_equal_steps_and_keep_what_lies_outside():
    values = tf.constant([[-9.0, -1.0, -0.999, 0.0, 0.999, 1.0, 9.0, np.nan]])
    assert fine_index(values, -1, 1).numpy()[0].tolist() == [0, 0, 0, 128, 255, 255, 255, 0]


def test_scatter_adds_per_image():
    rng = np.random.default_rng(2)
    index, values = rng.integers(0, 12, (4, 50)), rng.random((4, 50)).astype(np.float32)
    found = scatter(tf.constant(index, tf.int32), tf.constant(values), 10).numpy()
    expected = np.stack([np.bincount(i[i < 10], v[i < 10], 10) for i, v in zip(index, values, strict=True)])
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    counts = scatter(tf.constant(index, tf.int32), None, 10).numpy()
    np.testing.assert_array_equal(counts, np.stack([np.bincount(i[i < 10], minlength=10) for i in index]))


@pytest.mark.parametrize("heavy", [None, 0, 100, 255])
def test_groups_of_neighbours_with_equal_counts(heavy):
    count = np.random.default_rng(3).integers(0, 20, FINE).astype(float)
    if heavy is not None:
        count[heavy] = 3 * count.sum()
    members = regroup(count)
    assert np.all(members.sum(0) <= 1)  # a fine bin belongs to one group only, and every filled one to some group
    assert np.all(members.sum(0)[count > 0] == 1)
    sizes = members @ count
    assert np.all(sizes > 0)
    if heavy is None:
        assert len(sizes) == 20
        assert sizes.max() < 1.5 * count.sum() / 20
    else:
        assert sizes.max() < count[heavy] + 1.5 * count.sum() / 20
    order = [np.flatnonzero(row) for row in members]
    assert all(one.max() < two.min() for one, two in pairwise(order))


def test_one_value_is_one_group():
    count = np.zeros(FINE)
    count[17] = 1000
    assert regroup(count).shape == (1, FINE)
