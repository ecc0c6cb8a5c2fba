"""Reliability from streamed bins: expected values against simulated exact forecasts, and known miscalibration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from vaediag.diagnostics.binary import LOGIT, finalize
from vaediag.diagnostics.bins import FINE

GROUPS = 50


def sums(p, x):
    """What a pass leaves of forecasts and outcomes `[N, D]`."""
    logit = np.log(p) - np.log1p(-p)
    index = np.clip((logit + LOGIT) / (2 * LOGIT) * FINE, 0, FINE - 1).astype(int)
    group = np.arange(len(p)) % GROUPS

    def binned(values):
        flat = (group[:, None] * FINE + index).ravel()
        return np.bincount(flat, np.broadcast_to(values, p.shape).ravel(), GROUPS * FINE).reshape(GROUPS, FINE)

    def grouped(values):
        return np.bincount(group, values.mean(1), GROUPS)

    return {
        "n": np.bincount(group, minlength=GROUPS).astype(float),
        "bin_count": binned(1.0),
        "bin_p": binned(p),
        "bin_x": binned(x),
        "slope_top": grouped((x - p) * logit),
        "slope_bottom": grouped(p * (1 - p) * logit**2),
        "brier": grouped((x - p) ** 2),
    }


def replicate(images, pixels, *, shared, sharpness=1.0, count=120):
    """Exact forecasts (sharpness 1); `shared` makes the forecasts of one image alike."""
    rng = np.random.default_rng([images, pixels])
    found = []
    for seed in range(count):
        common = rng.standard_normal((images, 1))
        logit = 2 * (shared * common + np.sqrt(1 - shared**2) * rng.standard_normal((images, pixels)))
        x = (rng.random(logit.shape) < expit(logit)).astype(float)
        found.append(finalize(sums(expit(sharpness * logit), x), seed=seed, draws={}))
    return found


@pytest.mark.parametrize(("images", "pixels", "shared"), [(100, 64, 0.0), (400, 16, 0.8), (1000, 64, 0.3)])
def test_distances_of_exact_forecasts_are_as_expected(images, pixels, shared):
    found = replicate(images, pixels, shared=shared)
    for name in ("ece", "mce"):
        values, expected = np.array([(getattr(one, name).value, getattr(one, name).expected) for one in found]).T
        assert expected.mean() == pytest.approx(values.mean(), rel=0.12), name


def test_slope_and_brier_of_exact_forecasts_and_their_errors():
    found = replicate(300, 16, shared=0.5, count=300)
    slope, error = np.array([(one.slope.value, one.slope.standard_error) for one in found]).T
    assert abs(slope.mean()) < 4 * slope.std() / np.sqrt(300)
    assert 0.91 < np.mean(np.abs(slope) < 1.96 * error) < 0.985
    score, error = np.array([(one.brier.score.value, one.brier.score.standard_error) for one in found]).T
    assert np.sqrt(np.mean(error**2)) == pytest.approx(score.std(), rel=0.15)


def test_too_sharp_forecasts():
    (one, *_) = replicate(1000, 64, shared=0.3, sharpness=1.5, count=1)
    assert one.slope.value < -0.1 - 3 * one.slope.standard_error
    assert one.ece.value > 0.03
    assert one.ece.value > one.ece.expected + 10 * one.ece.standard_error
    curve = one.curve
    assert np.all(np.diff(curve.forecast) > 0)
    assert curve.observed[0] > curve.forecast[0]
    assert curve.observed[-1] < curve.forecast[-1]


def test_one_forecast_for_everything():
    """One bin: no resolution, and reliability is the squared bias."""
    rng = np.random.default_rng(0)
    x = (rng.random((200, 10)) < 0.3).astype(float)
    one = finalize(sums(np.full(x.shape, 0.4), x), seed=0, draws={})
    assert len(one.curve.forecast) == 1
    assert one.brier.resolution.value == pytest.approx(0, abs=1e-15)
    assert one.brier.reliability.value == pytest.approx((0.4 - x.mean()) ** 2)
    assert one.brier.within_bin.value == pytest.approx(0, abs=1e-12)
    assert one.ece.value == pytest.approx(abs(0.4 - x.mean()))


def test_prior_draws_widen_the_errors():
    rng = np.random.default_rng(1)
    p = expit(rng.standard_normal((1, 40)))
    x = (rng.random((300, 40)) < p).astype(float)
    measured = sums(np.broadcast_to(p, x.shape), x)
    index = np.clip((np.log(p[0] / (1 - p[0])) + LOGIT) / (2 * LOGIT) * FINE, 0, FINE - 1).astype(int)
    moved = p[0] + 0.02 * rng.standard_normal((20, 1)) / np.sqrt(19)
    draws = {
        "bin_p": np.stack([np.bincount(index, one, FINE) for one in moved]),
        "bin_count": np.bincount(index, minlength=FINE).astype(float),
        "calibration_slope": np.array(0.05**2),
        "brier": np.array(0.01**2),
    }
    alone, both = finalize(measured, seed=0, draws={}), finalize(measured, seed=0, draws=draws)
    assert both.ece.value == alone.ece.value
    assert both.ece.expected > 1.3 * alone.ece.expected
    assert both.mce.expected > 1.3 * alone.mce.expected
    assert both.slope.standard_error == pytest.approx(np.hypot(alone.slope.standard_error or 0, 0.05))
    assert both.brier.score.standard_error == pytest.approx(np.hypot(alone.brier.score.standard_error or 0, 0.01))
    np.testing.assert_array_less(alone.curve.standard_error, both.curve.standard_error)
