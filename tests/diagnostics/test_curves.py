"""Bands, areas and maxima of the quantile curve: against simulation of many exact models with dependent pixels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from vaediag.diagnostics.curves import curves, histogram_covariance

BINS = 200


def histograms(rng, images: int, pixels: int, correlation: float, width: float = 1.0):
    """PIT histogram of each image, pixels equally correlated; sigma wrong by the factor `width`."""
    common = rng.standard_normal((images, 1))
    s = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * rng.standard_normal((images, pixels))
    index = np.minimum((norm.cdf(width * s) * BINS).astype(int), BINS - 1) + BINS * np.arange(images)[:, None]
    return np.bincount(index.ravel(), minlength=BINS * images).reshape(images, BINS) / pixels


def curves_of(h, seed: int = 0):
    total, second, n = h.sum(0), h.T @ h, len(h)
    return curves(total / n, histogram_covariance(total, second, n), seed=seed)


def test_covariance_is_that_of_the_mean():
    h = histograms(np.random.default_rng(0), 100, 30, 0.3)
    found = histogram_covariance(h.sum(0), h.T @ h, 100)
    np.testing.assert_allclose(found, np.cov(h.T) / 100, atol=1e-12)
    assert np.isnan(histogram_covariance(h[0], np.outer(h[0], h[0]), 1)).all()


def test_area_and_maximum_of_a_known_curve():
    """u = v² has Ĉ(p) = √p: area 1/6, maximum 1/4 at p = 1/4."""
    mean = np.diff(np.sqrt(np.arange(BINS + 1) / BINS))
    found = curves(mean, np.zeros((BINS, BINS)), seed=0)
    assert found.area.value == pytest.approx(1 / 6, abs=1e-3)
    assert found.maximum.value == pytest.approx(1 / 4, abs=1e-6)
    assert found.area.expected == 0
    np.testing.assert_allclose(found.quantile_curve.observed, np.sqrt(found.quantile_curve.nominal), atol=1e-12)
    coverage = found.coverage
    p = coverage.nominal
    np.testing.assert_allclose(coverage.observed, np.sqrt(0.5 + p / 2) - np.sqrt(0.5 - p / 2), atol=1e-12)
    np.testing.assert_array_equal(found.quantile_curve.lower, found.quantile_curve.observed)


def test_one_image_has_a_curve_but_no_band():
    h = histograms(np.random.default_rng(0), 1, 30, 0.0)
    found = curves_of(h)
    assert found.area.standard_error is None
    assert found.area.expected is None
    assert np.isnan(found.quantile_curve.lower).all()
    assert np.isfinite(found.quantile_curve.observed).all()


def replicated(images, pixels, correlation, count, width=1.0):
    rng = np.random.default_rng([images, pixels])
    with threadpool_limits(1):  # many small matrices: threads would only wait for each other
        return [curves_of(histograms(rng, images, pixels, correlation, width), seed) for seed in range(count)]


def test_error_of_a_large_area():
    """Far from the diagonal the delta method is exact to first order."""
    found = replicated(300, 20, 0.2, 50, width=1.5)
    values, errors = np.array([(one.area.value, one.area.standard_error) for one in found]).T
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(values.std(), rel=0.3)
    assert values.mean() > 0.04


def diagonal_inside(band) -> bool:
    return bool(np.all((band.lower <= band.nominal + 1e-12) & (band.nominal <= band.upper + 1e-12)))


def test_nulls_quickly():
    found = replicated(200, 16, 0.3, 150)
    inside = np.mean([diagonal_inside(one.quantile_curve) for one in found])
    assert 0.9 < inside <= 0.99
    for name in ("area", "maximum"):
        values, expected = np.array([(getattr(one, name).value, getattr(one, name).expected) for one in found]).T
        assert expected.mean() == pytest.approx(values.mean(), rel=0.12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("images", "pixels", "correlation"), [(100, 64, 0.0), (200, 16, 0.5), (500, 64, 0.9), (1000, 4, 0.2)]
)
def test_nulls(images, pixels, correlation):
    """Simultaneous coverage of the bands; expected areas and maxima against the simulated ones."""
    found = replicated(images, pixels, correlation, 600)
    for name in ("quantile_curve", "coverage"):
        inside = np.mean([diagonal_inside(getattr(one, name)) for one in found])
        print(f"{images} x {pixels}, correlation {correlation}: {name} band covers {inside:.3f}")
        assert 0.93 <= inside <= 0.985
    for name, allowed in (("area", 0.08), ("maximum", 0.08)):
        values, expected = np.array([(getattr(one, name).value, getattr(one, name).expected) for one in found]).T
        print(f"{name}: simulated {values.mean():.5f}, expected {expected.mean():.5f}")
        assert expected.mean() == pytest.approx(values.mean(), rel=allowed)
