"""Spread against skill from streamed bins: ENCE's expected value, and a sigma that is wrong where it is large."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.diagnostics.bins import FINE
from vaediag.diagnostics.spread import REACH, finalize

GROUPS = 50


def sums(sigma, error):
    """What a pass leaves of stated sigmas and errors made, `[N, D]`."""
    index = np.clip((2 * np.log(sigma) + REACH) / (2 * REACH) * FINE, 0, FINE - 1).astype(int)
    group = np.arange(len(sigma)) % GROUPS
    flat = (group[:, None] * FINE + index).ravel()

    def binned(values):
        return np.bincount(flat, values.ravel(), GROUPS * FINE).reshape(GROUPS, FINE)

    return {
        "n": np.bincount(group, minlength=GROUPS).astype(float),
        "spread_count": binned(np.ones_like(sigma)),
        "spread_variance": binned(sigma**2),
        "spread_error": binned(error**2),
    }


def sigmas(rng, images, pixels):
    return np.exp(0.5 * rng.standard_normal((images, 1)) + 0.3 * rng.standard_normal((images, pixels)))


@pytest.mark.parametrize(("images", "pixels"), [(200, 20), (1000, 8)])
def test_ence_of_an_exact_sigma_is_as_expected(images, pixels):
    rng = np.random.default_rng([images, pixels])
    values, expected = [], []
    for _ in range(100):
        sigma = sigmas(rng, images, pixels)
        one = finalize(sums(sigma, sigma * rng.standard_normal(sigma.shape))).ence
        values.append(one.value)
        expected.append(one.expected)
    assert np.mean(expected) == pytest.approx(np.mean(values), rel=0.1)


def test_a_sigma_that_varies_too_much():
    rng = np.random.default_rng(0)
    sigma = sigmas(rng, 2000, 10)
    found = finalize(sums(sigma, np.sqrt(sigma) * rng.standard_normal(sigma.shape)))
    curve = found.curve
    np.testing.assert_allclose(curve.error, np.sqrt(curve.spread), rtol=0.12)  # E sigma is not sqrt(E sigma²)
    assert found.ence.value > found.ence.expected + 10 * found.ence.standard_error
    assert np.all(np.diff(curve.spread) > 0)
    assert curve.count.sum() == 20000


def test_errors_of_a_curve():
    """Stated standard errors are the spread over data sets."""
    rng = np.random.default_rng(1)
    curves = []
    for _ in range(60):
        sigma = np.tile(np.exp(np.linspace(-1, 1, 20)), (300, 1))
        curves.append(finalize(sums(sigma, sigma * rng.standard_normal(sigma.shape))).curve)
    spread = np.std([one.error for one in curves], 0)
    stated = np.sqrt(np.mean([one.standard_error**2 for one in curves], 0))
    np.testing.assert_allclose(stated, spread, rtol=0.4)
    assert np.median(stated / spread) == pytest.approx(1, abs=0.12)


def test_one_sigma_has_no_ence():
    error = np.random.default_rng(2).standard_normal((100, 5))
    found = finalize(sums(np.ones((100, 5)), error))
    assert found.ence is None
    assert len(found.curve.spread) == 1
    assert found.curve.error[0] == pytest.approx(np.sqrt((error**2).mean()))
