"""The pass against other people's code: scoringrules, SciPy, scikit-learn, uncertainty-toolbox.

A spy in the compiled step brings out the means, standard deviations and probabilities that the pass itself saw.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import scoringrules
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss
from uncertainty_toolbox.metrics_calibration import miscalibration_area

from vaediag import from_callables
from vaediag.backend import tf, tfd
from vaediag.diagnostics.calibration import calibration, finalize
from vaediag.engine.run import run
from vaediag.engine.step import Diagnostic, compile_step
from vaediag.io.images import from_array
from vaediag.laws.traits import traits
from vaediag.seeds import pair
from vaediag_models import oracles

N, D, L = 256, 30, 2


def spied(vae, x, **what):
    """The record of the posterior conditioning, its rows, and `what` the view held, each `[N, D]`: one chunk."""
    spy = Diagnostic(lambda chunk: {"sums": {name: read(chunk.posterior) for name, read in what.items()}})
    step = compile_step(vae, {"posterior": calibration("posterior"), "spy": spy}, chunk=len(x))
    measured = run(step, from_array(x), chunk=len(x), seed=pair(0))
    kind = traits(vae.law(np.zeros((1, vae.latent_dim), np.float32)))
    record = finalize(
        measured.sums["posterior"], conditioning="posterior", event_shape=(D,), traits=kind, off_support=0.0, seed=0
    )
    return record, measured.rows["posterior"], measured.sums["spy"]["sums"]


@pytest.fixture(scope="module")
def uneven():
    """A decoder whose sigma depends on z and pixel, wrong on purpose, on images far from zero."""
    base = oracles.linear_gaussian(D, L, 0.5, 1, mean=7.0, orthogonal=True)
    weights, offset = tf.constant(base.weights.T, tf.float32), tf.constant(base.offset, tf.float32)
    slope = tf.linspace(-0.5, 0.5, D)

    def decode(z):
        scale = 0.4 * tf.exp(0.3 * z[:, :1] + slope)
        return tfd.Independent(tfd.Normal(tf.matmul(z, weights) + offset, scale), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(L), 1.0), 1)
    vae = from_callables(base.vae.encode, decode, prior=prior, event_shape=(D,), latent_dim=L)
    x = base.simulate(N, 3)
    what = {
        "mean": lambda v: v.mean,
        "stddev": lambda v: v.stddev,
        "scores": lambda v: v.scores,
        "u": lambda v: v.cdf[1],
    }
    return (x.astype(float), *spied(vae, x, **what))


@pytest.fixture(scope="module")
def coins():
    model = oracles.binary_cells(D, 3, 1, cells=3, sharpness=1.4)
    x = model.simulate(N, 3)
    return (x.astype(float), *spied(model.vae, x, mean=lambda v: v.mean))


def test_pit_and_normal_scores_are_scipys(uneven):
    x, record, _, seen = uneven
    u = stats.norm.cdf(x, seen["mean"], seen["stddev"])
    np.testing.assert_allclose(seen["u"], u, atol=2e-6)
    np.testing.assert_allclose(seen["scores"], np.clip(stats.norm.ppf(u), -4.753424, 4.753424), rtol=1e-3, atol=1e-4)
    histogram = np.histogram(u, 200, (0, 1))[0] / u.size
    assert np.abs(record.pit_histogram - histogram).sum() < 4 / u.size  # float32 may move one across an edge
    assert record.bias.value == pytest.approx(u.mean() - 0.5, abs=1e-6)
    assert record.dispersion.value == pytest.approx(12 * ((u - 0.5) ** 2).mean(), abs=1e-5)
    s = seen["scores"]
    assert record.tail_weight.value == pytest.approx((s**4).mean() / (s**2).mean() ** 2 - 3, abs=1e-4)


def test_scores_are_those_of_scoringrules(uneven):
    x, record, rows, seen = uneven
    mean, stddev = seen["mean"], seen["stddev"]
    crps = scoringrules.crps_normal(x, mean, stddev)
    np.testing.assert_allclose(rows["crps"], crps.mean(1), rtol=1e-5)
    assert record.crps.value == pytest.approx(crps.mean(), rel=1e-5)
    lower, upper = stats.norm.ppf(0.05, mean, stddev), stats.norm.ppf(0.95, mean, stddev)
    interval = scoringrules.interval_score(x, lower, upper, 0.1)
    np.testing.assert_allclose(rows["interval_score"], interval.mean(1), rtol=1e-5)
    log_score = scoringrules.logs_normal(x, mean, stddev)
    np.testing.assert_allclose(rows["log_score"], log_score.sum(1), rtol=1e-4)
    assert record.reduced_chi2.value == pytest.approx((((x - mean) / stddev) ** 2).mean(), rel=1e-5)
    assert record.sharpness.value == pytest.approx(np.sqrt((stddev**2).mean()), rel=1e-5)


def test_standard_errors_of_means_are_the_textbook_ones(uneven):
    _, record, rows, _ = uneven
    for name in ("bias", "dispersion", "crps", "interval_score", "log_score"):
        plain = rows[name].std(ddof=1) / np.sqrt(N)
        assert getattr(record, name).standard_error == pytest.approx(plain, rel=0.35), name


def test_area_is_uncertainty_toolboxs(uneven):
    x, record, _, seen = uneven
    area = miscalibration_area(
        seen["mean"].ravel(), seen["stddev"].ravel(), x.ravel(), num_bins=201, vectorized=True, prop_type="quantile"
    )
    assert record.miscalibration_area.value == pytest.approx(area, abs=2e-4)
    assert record.miscalibration_area.value > 0.01


def test_coverage_counts_central_intervals(uneven):
    x, record, _, seen = uneven
    for level in (0.1, 0.5, 0.9):
        half = stats.norm.ppf(0.5 + level / 2) * seen["stddev"]
        inside = (np.abs(x - seen["mean"]) < half).mean()
        at = int(np.argmin(np.abs(record.coverage.nominal - level)))
        assert record.coverage.nominal[at] == pytest.approx(level)
        assert record.coverage.observed[at] == pytest.approx(inside, abs=1e-3)


def test_spread_skill_by_sorting(uneven):
    """Bins are those of sorted sigma, up to the width of a fine bin; ENCE as Levi et al. define it."""
    x, record, _, seen = uneven
    order = np.argsort(seen["stddev"].ravel())
    error, variance = ((x - seen["mean"]) ** 2).ravel()[order], seen["stddev"].ravel()[order] ** 2
    edges = np.concatenate([[0], np.cumsum(record.spread_skill.count)]).astype(int)
    assert edges[-1] == x.size
    assert len(edges) - 1 > 10
    pairs = list(pairwise(edges))
    spread = np.array([np.sqrt(variance[a:b].mean()) for a, b in pairs])
    skill = np.array([np.sqrt(error[a:b].mean()) for a, b in pairs])
    np.testing.assert_allclose(record.spread_skill.spread, spread, rtol=1e-3)
    np.testing.assert_allclose(record.spread_skill.error, skill, rtol=1e-3)
    assert record.ence.value == pytest.approx(np.mean(np.abs(skill - spread) / spread), abs=1e-3)
    assert record.spread_skill.count.max() < 2.5 * x.size / 20


def test_reliability_is_scikit_learns(coins):
    x, record, _, seen = coins
    curve = record.reliability_curve
    p = seen["mean"].ravel()
    order = np.argsort(p, kind="stable")
    edges = np.concatenate([[0], np.cumsum(curve.count)]).astype(int)
    assert edges[-1] == x.size
    forecast = np.array([p[order][a:b].mean() for a, b in pairwise(edges)])
    observed = np.array([x.ravel()[order][a:b].mean() for a, b in pairwise(edges)])
    np.testing.assert_allclose(curve.forecast, forecast, atol=1e-5)
    np.testing.assert_allclose(curve.observed, observed, atol=1e-5)
    ece = (curve.count / x.size * np.abs(forecast - observed)).sum()
    assert record.ece.value == pytest.approx(ece, abs=1e-5)
    assert record.mce.value == pytest.approx(np.abs(forecast - observed).max(), abs=1e-5)
    bins = len(curve.count)
    label = np.empty(x.size)
    label[order] = (np.repeat(np.arange(bins), np.diff(edges)) + 0.5) / bins
    truth, _ = calibration_curve(x.ravel(), label, n_bins=bins)
    np.testing.assert_allclose(curve.observed, truth, atol=1e-5)


def test_brier_is_scikit_learns(coins):
    x, record, rows, seen = coins
    assert record.brier.score.value == pytest.approx(brier_score_loss(x.ravel(), seen["mean"].ravel()), abs=1e-6)
    np.testing.assert_allclose(rows["crps"], ((x - seen["mean"]) ** 2).mean(1), atol=1e-6)
    base = x.mean()
    assert record.brier.uncertainty.value == pytest.approx(base * (1 - base), abs=1e-6)


def test_slope_by_its_definition(coins):
    x, record, _, seen = coins
    p = seen["mean"]
    logit = np.log(p / (1 - p))
    slope = ((x - p) * logit).mean() / (p * (1 - p) * logit**2).mean()
    assert record.calibration_slope.value == pytest.approx(slope, abs=1e-4)
    assert slope < -0.1


def test_binary_dispersion_is_that_of_a_randomised_pit(coins):
    """Averaged over many randomisations, 12 Var u and the histogram of u = a + v (b - a)."""
    x, record, _, seen = coins
    below = np.where(x == 1, 1 - seen["mean"], 0.0)
    width = np.where(x == 1, seen["mean"], 1 - seen["mean"])
    rng = np.random.default_rng(0)
    u = below + width * rng.random((400, *x.shape))
    assert record.dispersion.value == pytest.approx(12 * ((u - 0.5) ** 2).mean(), abs=1e-3)
    assert record.bias.value == pytest.approx((u - 0.5).mean(), abs=1e-3)
    histogram = np.histogram(u, 200, (0, 1))[0] / u.size
    np.testing.assert_allclose(record.pit_histogram, histogram, atol=6 * np.sqrt(0.005 / u.size))
