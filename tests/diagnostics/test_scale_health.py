"""What sigma looks like: quantiles from fine bins, the floor, the best shared sigma."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag import VAE, diagnose, likelihoods, posteriors
from vaediag.backend import tf
from vaediag.diagnostics.bins import FINE
from vaediag.diagnostics.scale_health import LEVELS, finalize, typical_log_variance
from vaediag.diagnostics.spread import REACH
from vaediag_models import oracles


def health(sigma, error, *, center=0.0, floor=None, stated=None, gaussian=True):
    rows = {"sigma_min": sigma.min(1), "sigma_max": sigma.max(1)}
    group = np.arange(len(sigma)) % 50
    floored = (sigma <= (floor or 0)).mean(1)

    def grouped(values):
        return np.bincount(group, values, 50)

    groups = {"n": grouped(np.ones(len(sigma))), "error": grouped((error**2).mean(1)), "floored": grouped(floored)}
    index = np.clip((2 * np.log(sigma) - center + REACH) / (2 * REACH) * FINE, 0, FINE - 1).astype(int)
    fine = np.bincount(index.ravel(), minlength=FINE).astype(float)
    return finalize(rows, groups, 0, fine, center=center, floor=floor, stated=stated, gaussian=gaussian)


def test_quantiles_within_two_per_cent():
    rng = np.random.default_rng(0)
    sigma = 200 * np.exp(0.7 * rng.standard_normal((400, 30)))
    found = health(sigma, sigma, center=2 * np.log(200))
    np.testing.assert_allclose(found.quantiles, np.quantile(sigma, LEVELS), rtol=0.02)
    assert found.minimum == sigma.min()
    assert found.maximum == sigma.max()


def test_best_sigma_and_the_beta_it_stands_for():
    error = np.random.default_rng(1).normal(0, 0.3, (500, 20))
    found = health(np.full(error.shape, 0.2), error, stated=0.2)
    assert found.optimal.value == pytest.approx(np.sqrt((error**2).mean()))
    assert found.optimal.standard_error == pytest.approx(0.3 / np.sqrt(2 * error.size), rel=0.3)
    assert found.beta_equivalent.value == pytest.approx(0.04 / (error**2).mean())
    assert health(np.full(error.shape, 0.2), error).beta_equivalent is None
    assert health(np.full(error.shape, 0.2), error, stated=0.2, gaussian=False).beta_equivalent is None


def test_share_at_the_floor():
    sigma = np.full((100, 4), 0.5)
    sigma[:, 1] = 0.01
    assert health(sigma, sigma, floor=0.01).at_floor == pytest.approx(0.25)
    assert health(sigma, sigma).at_floor == 0


def test_the_centre_follows_the_units():
    model = oracles.linear_gaussian(4, 1, 30.0, 0)
    assert typical_log_variance(model.vae, np.zeros((5, 1), np.float32)) == pytest.approx(2 * np.log(30), rel=1e-5)


def test_a_sigma_per_pixel_on_pixels_that_never_change():
    """The density has no bound there: the audit says so, and the floor is seen."""
    base = oracles.linear_gaussian(4, 2, 0.5, 1, orthogonal=True)
    weights, gain = tf.constant(base.weights.T, tf.float32), tf.constant(base.gain.T, tf.float32)
    offset = tf.constant(base.offset, tf.float32)
    log_variance = tf.constant(np.log([0.25] * 4 + [1e-9] * 2), tf.float32)
    spread = tf.constant(np.log(np.diag(base.covariance)), tf.float32)

    def encoder(x):
        mean = tf.matmul(x[:, :4] - offset, gain)
        return tf.concat([mean, tf.broadcast_to(spread, tf.shape(mean))], 1)

    def decoder(z):
        mean = tf.pad(tf.matmul(z, weights) + offset, [[0, 0], [0, 2]], constant_values=0.7)
        return tf.concat([mean, tf.broadcast_to(log_variance, tf.shape(mean))], 1)

    vae = VAE(
        encoder, decoder, posterior=posteriors.MeanLogVar(),
        likelihood=likelihoods.Normal(scale="pixel", floor=0.01), event_shape=(6,), latent_dim=2,
    )  # fmt: skip
    x = np.pad(base.simulate(200, 1), [(0, 0), (0, 2)], constant_values=0.7)
    found = diagnose(vae, x, skip=("pictures", "information", "corrected", "prior"))
    scale = found.variance.scale
    assert scale.floor == pytest.approx(0.01)
    assert scale.at_floor == pytest.approx(1 / 3)
    assert scale.stated is None
    assert scale.minimum == pytest.approx(0.01)
    assert scale.maximum == pytest.approx(0.5)
    assert "constant_pixels" in [item.id for item in found.audit]
    assert (found.variance.data_map[4:] == 0).all()
    assert np.isfinite(found.variance.aggregate.variance_ratio.value)
    curve = found.calibration.posterior.spread_skill
    np.testing.assert_allclose(curve.spread, [0.01, 0.5], rtol=1e-4)
    assert curve.error[1] == pytest.approx(0.5, rel=0.1)
