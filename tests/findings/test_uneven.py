"""Spreads over pixels and images beyond chance, against simulations in which the truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from vaediag.findings.uneven import (
    SLOPE,
    dependence,
    mean_of,
    spread_over_images,
    spread_over_pixels,
    variance_ratio,
)
from vaediag.records.estimate import Estimate


def measured(synthetic, residuals):
    """A calibration whose dispersion map and mean are those of residuals `[images, 8, 8]`, and the per-image row."""
    square = 12 * (norm.cdf(residuals) - 0.5) ** 2
    count, row = len(square), square.mean((1, 2))
    calibration = synthetic.calibration("posterior", event=(8, 8, 1), images=count)
    maps = replace(
        calibration.maps,
        dispersion=square.mean(0)[..., None],
        dispersion_error=square.std(0, ddof=1)[..., None] / np.sqrt(count),
    )
    whole = Estimate(float(row.mean()), float(row.std(ddof=1) / np.sqrt(count)))
    return replace(calibration, maps=maps, dispersion=whole), row


def correlated(rng, count, reach):
    noise = rng.normal(size=(count, 8 + reach, 8 + reach))
    smooth = sum(noise[:, i : i + 8, j : j + 8] for i in range(reach + 1) for j in range(reach + 1))
    return smooth / (reach + 1)


def test_variance_ratio_inverts_the_dispersion_of_a_normal():
    ratio = np.array([0.3, 1.0, 2.25])
    np.testing.assert_allclose(variance_ratio(6 / np.pi * np.arcsin(ratio / (1 + ratio))), ratio)
    step = 1e-5
    assert np.diff(variance_ratio(np.array([1 - step, 1 + step]))) / (2 * step) == pytest.approx([1 / SLOPE], rel=1e-3)


@pytest.mark.parametrize("reach", [0, 2])
def test_no_spread_over_pixels_or_images_of_an_exact_model(synthetic, reach):
    """The errors allow for pixels that depend on each other; over images only heavy tails with a spread count."""
    rng, misses = np.random.default_rng(reach), 0
    for _ in range(20):
        calibration, _ = measured(synthetic, correlated(rng, 300, reach))
        maps, valid = calibration.maps, np.ones((8, 8, 1), bool)
        values, errors = maps.dispersion[valid], maps.dispersion_error[valid]
        found = spread_over_pixels(values, errors, dependence(calibration, valid))
        square = values.var() - np.mean(errors**2)
        misses += abs(square) > 3 * np.sqrt(2 * dependence(calibration, valid)) * np.mean(errors**2)
        assert found.value < 0.1 + 3 * found.standard_error
    assert misses == 0


@pytest.mark.parametrize("reach", [0, 1, 3])
def test_the_error_of_a_part_is_never_smaller_than_it_is(synthetic, reach):
    rng, part = np.random.default_rng(5), np.zeros((8, 8, 1), bool)
    part[:4, :4] = True
    means, errors = [], []
    for _ in range(200):
        calibration, _ = measured(synthetic, correlated(rng, 100, reach))
        found = mean_of(calibration, calibration.maps.dispersion, part)
        means.append(found.value)
        errors.append(found.standard_error)
    assert np.mean(errors) > 0.95 * np.std(means)
    assert np.mean(errors) < 3 * np.std(means)


@pytest.mark.parametrize("spread", [0.0, 0.3])
@pytest.mark.parametrize("heavy", [False, True])
def test_spread_over_images_is_that_of_their_noise_whatever_the_tails(synthetic, spread, heavy):
    rng, count = np.random.default_rng(8), 4000
    noise = rng.standard_t(4, (count, 8, 8)) / np.sqrt(2) if heavy else rng.normal(size=(count, 8, 8))
    residuals = noise * np.exp(spread * rng.normal(size=(count, 1, 1)))
    calibration, row = measured(synthetic, residuals)
    valid = np.ones((8, 8, 1), bool)
    found = spread_over_images(row, calibration, valid, None)
    if spread:
        assert found.value == pytest.approx(2 * spread * SLOPE, rel=0.2)
        assert found.value > 20 * found.standard_error
    else:
        assert found.value < 0.03
