import numpy as np
import pytest
from arviz_stats.base.array import BaseArray

from vaediag.backend import tf
from vaediag.probes.corrected import latent_dispersion
from vaediag.probes.psis import pareto_fit, resampled, smoothed, threshold
from vaediag.seeds import pair

RNG = np.random.default_rng(0)
WEIGHTS = {
    "light": RNG.uniform(-1, 0, (5, 256)),
    "lognormal": 2 * RNG.standard_normal((5, 256)),
    "heavy": 3 * RNG.exponential(size=(5, 1000)),
    "few": RNG.standard_normal((5, 40)),
}


@pytest.mark.parametrize("kind", WEIGHTS)
def test_weights_and_shape_agree_with_arviz(kind):
    log_weights = WEIGHTS[kind]
    expected, k_hat = BaseArray().psislw(-log_weights)
    ours, ours_k = smoothed(log_weights)
    np.testing.assert_allclose(ours_k, k_hat, rtol=1e-6)
    np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("shape", [-0.4, 0.2, 0.7, 1.2])
def test_the_fit_finds_the_shape_of_a_pareto_law(shape):
    uniform = np.random.default_rng(1).uniform(size=(1, 20_000))
    excess = np.sort(3.0 * np.expm1(-shape * np.log(uniform)) / shape)
    k, scale = pareto_fit(excess)
    assert abs(k[0] - shape) < 4 * (1 + max(shape, 0)) / np.sqrt(20_000)
    assert abs(scale[0] / 3 - 1) < 0.06


def test_only_the_tail_is_smoothed_and_order_is_kept():
    log_weights = WEIGHTS["heavy"]
    ours, _ = smoothed(log_weights)
    order = np.argsort(log_weights, 1)
    assert (np.diff(np.take_along_axis(ours, order, 1), axis=1) >= 0).all()
    np.testing.assert_allclose(np.exp(ours).sum(1), 1)
    body = order[:, :900]  # the tail holds floor(3 sqrt(1000)) = 94
    shift = np.take_along_axis(ours - log_weights, body, 1)
    np.testing.assert_allclose(shift, np.broadcast_to(shift[:, :1], shift.shape), atol=1e-9)


def test_a_common_factor_does_not_matter():
    ours, k_hat = smoothed(WEIGHTS["lognormal"])
    moved, moved_k = smoothed(WEIGHTS["lognormal"] - 800.0)
    np.testing.assert_allclose(moved, ours, rtol=1e-9)
    np.testing.assert_allclose(moved_k, k_hat, rtol=1e-9)


def test_equal_weights_have_no_tail_and_hardly_any_weights_an_endless_one():
    alike = np.full(256, -3.0) + 1e-4 * RNG.standard_normal(256)
    few = np.full(256, -np.inf)
    few[:10] = 0.0
    none = np.full(256, -np.inf)
    ours, k_hat = smoothed(np.stack([alike, few, none]))
    assert np.isnan(k_hat[0])
    assert np.isinf(k_hat[1:]).all()
    np.testing.assert_allclose(np.exp(ours[0]), 1 / 256, rtol=1e-3)
    np.testing.assert_allclose(np.exp(ours[1, :10]), 0.1)


def test_ties_at_the_cutoff_are_left_unsmoothed():
    ties = np.concatenate([np.zeros(240), [5.0, 6.0]])[None]
    ours, k_hat = smoothed(ties)
    assert np.isinf(k_hat[0])
    np.testing.assert_allclose(np.exp(ours), np.exp(ties) / np.exp(ties).sum())


@pytest.mark.parametrize("spread", [50, 200, 1e3, 1e5])
def test_weights_hundreds_of_nats_apart_overflow_nowhere(spread):
    """The largest weight takes it all; k-hat is large, or infinite where the others underflow."""
    log_weights = spread * np.random.default_rng(3).exponential(size=(50, 100)) - 3000
    ours, k_hat = smoothed(log_weights)
    assert (k_hat > 3).all()
    assert np.isfinite(ours).all()
    np.testing.assert_allclose(np.exp(ours).sum(1), 1)
    np.testing.assert_array_equal(ours.argmax(1), log_weights.argmax(1))


def test_the_threshold_grows_with_the_draws_up_to_0_7():
    assert threshold(256) == pytest.approx(0.5848, abs=1e-4)
    assert threshold(10**6) == 0.7


@pytest.mark.parametrize("spread", [0.7, 1.0, 1.4])
def test_resampling_repairs_a_wrong_spread(linear, spread):
    vae = linear(size=32, latents=2, spread=spread)
    x = tf.constant(vae.simulate(500, 1))
    q = vae.encode(x)
    z, k_hat = resampled(vae, x, q, pair(2))
    dispersion = latent_dispersion(q.distribution.cdf(z).numpy())
    expected = 12 / (2 * np.pi) * np.arcsin(1 / (1 + spread**2))
    np.testing.assert_array_less(np.abs(dispersion.value - expected), 3.5 * dispersion.standard_error)
    assert (k_hat < threshold(256)).mean() > 0.9
