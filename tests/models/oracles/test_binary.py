"""The binary oracles: their posterior is exact, and their answers are those of listing every image."""

import numpy as np
import pytest
from scipy.special import expit

from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag_models import oracles

N = 4000


@pytest.fixture(scope="module")
def cells():
    model = oracles.binary_cells(12, 2, 1, cells=4, event_shape=(4, 3, 1))
    x = model.simulate(N, 2)
    q = model.vae.encode(tf.constant(x))
    return model, x, q, q.sample(seed=[1, 2])


def close(values, expected, errors=4.5):
    values = np.asarray(values, np.float64)
    error = values.std(0, ddof=1) / np.sqrt(len(values)) + 1e-6
    assert np.max(np.abs(values.mean(0) - expected) / error) < errors


def test_bound_is_the_evidence_for_every_draw(cells):
    """log p(x, z) - log q(z | x) = log p(x) whatever z: the posterior is exact."""
    model, x, q, z = cells
    weight = model.vae.decode(z).log_prob(tf.constant(x)) + model.vae.prior.log_prob(z) - q.log_prob(z)
    np.testing.assert_allclose(weight, model.evidence(x), atol=2e-4)


def test_evidence_sums_to_one():
    model = oracles.binary_cells(10, 2, 3, cells=3)
    bits = ((np.arange(2**10)[:, None] >> np.arange(10)) & 1).astype(np.float64)
    assert np.exp(model.evidence(bits)).sum() == pytest.approx(1)


def test_aggregate_of_the_posterior_is_the_prior(cells):
    _, _, _, z = cells
    close(z, 0.0)
    close(z**2, 1.0)
    close(np.asarray(z[:, 0] * z[:, 1]), 0.0)


def test_posterior_cdf_is_uniform_at_its_own_draws(cells):
    _, _, q, z = cells
    u = q.distribution.cdf(z).numpy()
    close(12 * (u - 0.5) ** 2, 1.0)


def test_decoder_is_calibrated(cells):
    model, x, _, z = cells
    p = model.vae.decode(z).mean().numpy()
    close(((x - p) * np.log(p / (1 - p))).sum((1, 2, 3)), 0.0)
    close(x, model.prior_mean())


def test_rates(cells):
    model, x, q, z = cells
    close((q.log_prob(z) - model.vae.prior.log_prob(z)).numpy(), model.mutual_information())
    close(model.rate(x), model.kl())


def test_effect(cells):
    model, _, _, z = cells
    other = np.random.default_rng(0).standard_normal(z.shape).astype(np.float32)
    for k in range(2):
        swapped = z.numpy().copy()
        swapped[:, k] = other[:, k]
        gap = model.vae.law(z).kl_divergence(model.vae.law(tf.constant(swapped)))
        close(gap.numpy().sum((1, 2, 3)), model.effect()[k])


def test_sharpness_overstates():
    model = oracles.binary_cells(24, 2, 1, sharpness=1.5)
    x = model.simulate(N, 2)
    z = model.vae.encode(tf.constant(x)).sample(seed=[1, 2])
    p = model.vae.decode(z).mean().numpy()
    assert np.mean((x - p) * np.log(p / (1 - p))) < -0.02


def test_independent_pixels_have_the_prior_as_posterior():
    model = oracles.binary_independent(9, 3, 0, event_shape=(3, 3, 1))
    x = model.simulate(N, 1)
    q = model.vae.encode(tf.constant(x))
    np.testing.assert_array_equal(q.mean(), 0)
    np.testing.assert_array_equal(q.stddev(), 1)
    close(x, expit(model.logits).reshape(3, 3, 1))
    np.testing.assert_allclose(model.kl(), 0, atol=1e-12)
    close(model.vae.decode(q.mean()).log_prob(tf.constant(x)), np.mean(model.evidence(x)))


def test_refuses_what_cannot_be():
    with pytest.raises(InputError, match="dimensions"):
        oracles.binary_cells(10, 3)
    with pytest.raises(InputError, match="block"):
        oracles.binary_cells(34, 2).kl()
